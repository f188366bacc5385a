import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { pipeline } from 'node:stream';
import { DemoError } from '../../../../app-kit/sandbox/demo-error.ts';
import { listenLocally } from '../../../../app-kit/sandbox/local-server.ts';
import { isSystemError } from '../../../../platform/system-error.ts';

/** The header of a PDF is within this many bytes (PDF 1.7, appendix H, note 13). */
const HEADER_WINDOW_BYTES = 1_024;

/** A PDF that the service can fetch. */
export interface DemoOrigin {
  readonly url: string;
  /** What is shown to people. */
  readonly title: string;
  /** A short name made of it, for identifiers. */
  readonly slug: string;
  close(): Promise<void>;
}

/**
 * Makes a PDF reachable: a URL is left as it is, a file is served from this machine to itself, and without either it is
 * the sample.
 *
 * @throws {DemoError} if there is no such file, or it is no PDF.
 */
export async function openOrigin(given: string | undefined): Promise<DemoOrigin> {
  if (given === undefined) return serveSample();
  if (/^(https?|s3):\/\//i.test(given)) {
    const name = basename(URL.parse(given)?.pathname ?? '') || 'pdf';
    return { url: given, title: given, slug: slugOf(name), close: async () => {} };
  }
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(given)) {
    throw new DemoError(`${given} is no URL that can be fetched: give http://, https:// or s3://, or a file`);
  }
  return serveFile(resolve(given));
}

async function serveSample(): Promise<DemoOrigin> {
  const { makeSamplePdf } = await import('../sample/sample-pdf.ts');
  const pdf = await makeSamplePdf();
  const server = await listenLocally((_request, response) => {
    response.writeHead(200, { 'Content-Type': 'application/pdf', 'Content-Length': pdf.length }).end(pdf);
  });
  return {
    url: `${server.url}/almanac.pdf`,
    title: 'A Little Almanac of Paper (the sample)',
    slug: 'almanac',
    close: server.close,
  };
}

async function serveFile(path: string): Promise<DemoOrigin> {
  const sizeBytes = await checkPdf(path);
  const server = await listenLocally((_request, response) => {
    response.writeHead(200, { 'Content-Type': 'application/pdf', 'Content-Length': sizeBytes });
    // Where the service stops reading, or the file goes away, the service says so.
    pipeline(createReadStream(path), response, () => {});
  });
  return {
    url: `${server.url}/${encodeURIComponent(basename(path))}`,
    title: path,
    slug: slugOf(basename(path)),
    close: server.close,
  };
}

/** Returns the size of a file in bytes. @throws {DemoError} if it is no PDF. */
async function checkPdf(path: string): Promise<number> {
  const file = await open(path).catch((error: unknown) => {
    const isMissing = isSystemError(error, 'ENOENT');
    throw new DemoError(isMissing ? `There is no file ${path}` : `${path} cannot be read: ${String(error)}`);
  });
  try {
    const found = await file.stat();
    if (!found.isFile()) throw new DemoError(`${path} is no file`);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEADER_WINDOW_BYTES));
    if (!buffer.subarray(0, bytesRead).includes('%PDF-')) throw new DemoError(`${path} is no PDF`);
    return found.size;
  } finally {
    await file.close();
  }
}

/** Letters and digits of a file's name: braces would be read as a format. */
function slugOf(name: string): string {
  const slug = name
    .replace(/\.pdf$/i, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
  return slug.slice(0, 40) || 'pdf';
}
