import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import express from 'express';
import sharp from 'sharp';
import { listenLocally } from '../src/app-kit/sandbox/local-server.ts';
import type { DocumentRequest } from '../src/apps/render/documents/document-request.ts';
import { planDocument, renderDocument } from '../src/apps/render/documents/render-document.ts';
import { type TypesetDocument, typesetPdf } from '../src/apps/render/documents/typst-engine.ts';
import { GENERATORS } from '../src/apps/render/generators/index.ts';
import { firstOptions } from '../src/apps/render/generators/options.ts';
import { createResourceRouter } from '../src/apps/render/resources/resource-router.ts';
import { median, quantile, secondsOf } from './figures.ts';
import { print, type Row } from './report.ts';
import { secondsOfWeasyPrint } from './weasyprint-peer.ts';

const ROUNDS = 25;
const COPIES = 1_000;
const MANY_DOCUMENTS = 2_000;
const BROWSER_REQUESTS = 200;

/** Worksheets: how fast they are, against WeasyPrint where it is installed, and what memory they take. */
export async function benchRender(): Promise<Row[]> {
  return [
    await benchManyDocuments(),
    await compare('eight vector pages', 15, vectorPages),
    await compare('one help sheet', 10, helpSheet),
    await compare('eight pages that are PNGs', 4, pngPages),
    await benchCopies('treasure_hunt', {
      prefilled_values: 'hard',
      number_order: 'unsorted',
      instructions: true,
      art: 'colour',
    }),
    await benchCopies('sorting_network_cards', { type: 'large_numbers' }, 800),
    await benchBrowser(),
  ];
}

async function compare(
  work: string,
  goal: number,
  documentOf: (round: number) => TypesetDocument | Promise<TypesetDocument>,
): Promise<Row> {
  // Every document has another header, so that nothing of the page is remembered.
  const rounds = Array.from({ length: ROUNDS }, (_, round) => round);
  const documents = await Promise.all(rounds.map(documentOf));
  await typesetPdf(await documentOf(ROUNDS));
  const seconds: number[] = [];
  for (const document of documents) seconds.push(await secondsOf(() => typesetPdf(document)));
  const peer = await secondsOfWeasyPrint(documents);
  return {
    work: `${work}, warm`,
    measured: milliseconds(median(seconds)),
    goal: `${goal} times as fast`,
    ...(peer
      ? {
          peer: `${milliseconds(median(peer))} (WeasyPrint)`,
          ratio: `${(median(peer) / median(seconds)).toFixed(1)} times as fast`,
        }
      : { peer: 'WeasyPrint is not installed (Debian: apt-get install weasyprint)' }),
  };
}

/** In a process of its own, as its memory is measured. */
async function benchCopies(view: string, options: DocumentRequest['options'], copies = COPIES): Promise<Row> {
  const { stdout } = await promisify(execFile)(process.execPath, [
    fileURLToPath(new URL('render-once.ts', import.meta.url)),
    JSON.stringify(request(view, options, 1, copies)),
  ]);
  const [pages = 0, seconds = 0, bytes = 0, peakBytes = 0]: number[] = JSON.parse(stdout);
  return {
    work: `${copies} copies of ${view}: ${pages} pages with random numbers`,
    measured: `${seconds.toFixed(2)} s, ${megabytes(bytes)}, peak RSS ${megabytes(peakBytes)}`,
    goal: '< 2 s, < 419 MB',
  };
}

async function benchBrowser(): Promise<Row> {
  const server = await listenLocally(express().use(createResourceRouter()));
  const seconds: number[] = [];
  for (let round = 0; round < BROWSER_REQUESTS; round += 1) {
    const view = GENERATORS[round % GENERATORS.length]?.view;
    const address = `${server.url}/render/resources/${view}.pdf?seed=${round}`;
    seconds.push(await secondsOf(async () => (await fetch(address)).bytes()));
  }
  await server.close();
  return {
    work: 'GET /render/resources/{name}.pdf, not made before',
    measured: `median ${milliseconds(median(seconds))}, p95 ${milliseconds(quantile(seconds, 0.95))}`,
    goal: 'p95 < 100 ms',
  };
}

async function benchManyDocuments(): Promise<Row> {
  const make = async (from: number, to: number) => {
    for (let round = from; round < to; round += 1) {
      const { view, options } = GENERATORS[round % GENERATORS.length] ?? { view: '', options: {} };
      await renderDocument(request(view, firstOptions(options), round, 1));
    }
  };
  await make(0, MANY_DOCUMENTS / 4);
  const before = process.memoryUsage().rss;
  await make(MANY_DOCUMENTS / 4, MANY_DOCUMENTS);
  return {
    work: `${MANY_DOCUMENTS} documents in one process`,
    measured: `RSS ${megabytes(before)} after a quarter, ${megabytes(process.memoryUsage().rss)} at the end`,
    goal: 'no growth',
  };
}

function planned(view: string, options: DocumentRequest['options'], round: number): TypesetDocument {
  return planDocument(request(view, options, round, 1)).document;
}

function helpSheet(round: number): TypesetDocument {
  const options = { number_cards: '31', max_number: '999', help_sheet: true };
  const document = planned('searching_cards', options, round);
  return { ...document, drawings: [], pages: document.pages.slice(-1), order: [0] };
}

/** The pages of binary cards. A dot makes each a new one, so that no engine remembers it. */
function vectorPages(round: number): TypesetDocument {
  const document = planned('binary_cards', { display_numbers: true, black_back: false }, round);
  const drawings = document.drawings.map((drawing, index) =>
    drawing.replace(/<\/svg>$/, `<circle cx="${round * 20 + 30}" cy="${index * 20 + 30}" r="9"/></svg>`),
  );
  return { ...document, drawings };
}

/** The same pages as the original service has them: as PNGs. */
async function pngPages(round: number): Promise<TypesetDocument> {
  const document = vectorPages(round);
  const { width, height } = document.paper;
  const drawings = document.drawings.map(async (drawing) => {
    const png = await sharp(Buffer.from(drawing)).png().toBuffer();
    const source = `data:image/png;base64,${png.toString('base64')}`;
    return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><image width="${width}" height="${height}" href="${source}"/></svg>`;
  });
  return { ...document, drawings: await Promise.all(drawings) };
}

function request(
  resourceView: string,
  options: DocumentRequest['options'],
  round: number,
  copies: number,
): DocumentRequest {
  return {
    resourceSlug: resourceView,
    resourceName: 'Ngā kāri',
    resourceView,
    url: 'https://example.org/resources/',
    headerText: `Room ${round}`,
    paperSize: 'a4',
    copies,
    options,
    seed: round,
  };
}

function milliseconds(seconds: number): string {
  return `${(seconds * 1_000).toFixed(1)} ms`;
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1e6)} MB`;
}

if (import.meta.main) print('Worksheets', await benchRender());
