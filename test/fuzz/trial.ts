import { createHash } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createRasterizer } from '../../src/apps/composite/rasterizers/index.ts';
import {
  freePage,
  InvalidPdfError,
  type PageImage,
  PageRasterizationError,
  PdfLimitError,
  type RasterizerSettings,
} from '../../src/apps/composite/rasterizers/rasterizer.ts';
import { Chance } from './chance.ts';
import { mutate } from './mutations.ts';

/** Which mutated PDF it is: the same one each time. */
export interface FuzzCase {
  readonly seed: number;
  readonly caseNumber: number;
}

/** What the rasterizer made of a PDF. */
export interface TrialResult {
  /** Pages that were drawn, or the message of an error that the rasterizer may throw. */
  readonly outcome: { readonly pageCount: number } | { readonly error: string };
  readonly seconds: number;
  /** What must never happen, in a sentence. */
  readonly fault: string | undefined;
  /** The most that the process has taken so far. */
  readonly memoryBytes: number;
}

/** No page, nor opening, may take longer; what takes longer than all of them together hangs. */
const PAGE_TIMEOUT_SECONDS = 5;
const MOST_PAGES = 20;
export const HANG_SECONDS = 60;

/** The limit of a worker by default. */
const MEMORY_LIMIT_BYTES = 4 * 1024 ** 3;

const SETTINGS: RasterizerSettings = {
  engine: 'pdfium',
  threadCount: 2,
  dpi: 50,
  fallbackDpi: 20,
  format: 'jpg',
  maximumLengthPixels: 2_000,
  pageTimeoutSeconds: PAGE_TIMEOUT_SECONDS,
  maximumPages: MOST_PAGES,
  brokenPages: 'fail',
  useCropBox: false,
};

/** Makes the PDF of a case. */
export function mutatedPdf({ seed, caseNumber }: FuzzCase, originals: readonly Buffer[]): Buffer {
  const chance = new Chance(seed, caseNumber);
  return mutate(chance.oneOf(originals), chance, originals);
}

/** Draws the mutated PDF of a case with the real rasterizer. */
export async function tryCase(
  fuzzCase: FuzzCase,
  originals: readonly Buffer[],
  folder: string,
): Promise<TrialResult> {
  const path = join(folder, `${fuzzCase.seed}-${fuzzCase.caseNumber}.pdf`);
  await writeFile(path, mutatedPdf(fuzzCase, originals));
  const begun = performance.now();
  const { outcome, fault } = await draw(path).then(
    ({ pageCount, drawnCount }) => ({
      outcome: { pageCount },
      fault:
        pageCount === drawnCount ? undefined : `drew ${drawnCount} of ${pageCount} pages, without an error`,
    }),
    (error: unknown) => ({ outcome: { error: String(error) }, fault: faultOf(error) }),
  );
  await rm(path);
  const seconds = (performance.now() - begun) / 1_000;
  const memoryBytes = process.resourceUsage().maxRSS * 1_024;
  return { outcome, seconds, fault: fault ?? memoryFault(memoryBytes), memoryBytes };
}

/** What a healthy PDF looks like: the same each time, whatever was drawn before or beside it. */
export async function fingerprint(path: string): Promise<string> {
  const pages = new Map<number, string>();
  await draw(path, ({ pageNumber, body }) =>
    pages.set(pageNumber, createHash('sha256').update(body).digest('hex')),
  );
  return JSON.stringify([...pages].sort(([left], [right]) => left - right));
}

async function draw(
  path: string,
  onPage: (page: PageImage) => void = () => undefined,
): Promise<{ pageCount: number; drawnCount: number }> {
  const signal = AbortSignal.timeout(HANG_SECONDS * 1_000);
  const document = await createRasterizer('pdfium').open(path, SETTINGS, signal);
  let drawnCount = 0;
  try {
    for await (const page of document.pages(signal)) {
      drawnCount += 1;
      onPage(page);
      freePage(page);
    }
  } finally {
    await document.close();
  }
  return { pageCount: document.pageCount, drawnCount };
}

function faultOf(error: unknown): string | undefined {
  const isExpected = [InvalidPdfError, PageRasterizationError, PdfLimitError].some(
    (kind) => error instanceof kind,
  );
  if (isExpected) return undefined;
  const isHang = error instanceof DOMException && error.name === 'TimeoutError';
  return isHang ? `hangs: it takes longer than ${HANG_SECONDS} seconds` : `throws something else: ${error}`;
}

function memoryFault(bytes: number): string | undefined {
  return bytes > MEMORY_LIMIT_BYTES ? `takes ${Math.round(bytes / 1024 ** 2)} MiB of memory` : undefined;
}
