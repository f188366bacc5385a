import { execFile } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { finished } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import PDFDocument from 'pdfkit';
import sharp from 'sharp';
import { secondsOf } from './figures.ts';
import { comparedWithPeer, DPI, secondsOfPeer } from './poppler-peer.ts';
import type { RunFigures } from './rasterize-once.ts';
import { print, type Row } from './report.ts';

const run = promisify(execFile);

const SAMPLE_PAGES = 40;

/** The documents whose memory is compared: it must not depend on their length, nor on how slowly pages are taken. */
const SHORT_PAGES = 50;
const LONG_PAGES = 500;
const SLOW_CONSUMER_MILLISECONDS = 200;

/**
 * The default rasterizer, each time in a fresh process with 3 threads, against three pdftoppm side by side; and what
 * memory it takes for short and long documents.
 *
 * @param paths PDFs to measure; without any, one is made.
 */
export async function benchRasterizer(paths: readonly string[]): Promise<Row[]> {
  const folder = await mkdtemp(join(tmpdir(), 'rasterizer-bench-'));
  try {
    const pdfs = paths.length > 0 ? paths : [await writeSample(join(folder, 'sample.pdf'), SAMPLE_PAGES)];
    const rows: Row[] = [];
    for (const path of pdfs) rows.push(await compareWithPeer(path));
    const short = await writeSample(join(folder, 'short.pdf'), SHORT_PAGES);
    const long = await writeSample(join(folder, 'long.pdf'), LONG_PAGES);
    const memory = async (work: string, path: string, millisecondsPerPage = 0) => {
      const { peakBytes } = await rasterize(path, millisecondsPerPage);
      rows.push({ work, measured: `peak ${megabytes(peakBytes)}`, goal: '< 1500 MB, all alike' });
    };
    await memory(`${SHORT_PAGES} pages`, short);
    await memory(`${SHORT_PAGES} pages, taken slowly`, short, SLOW_CONSUMER_MILLISECONDS);
    await memory(`${LONG_PAGES} pages`, long);
    return rows;
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function compareWithPeer(path: string): Promise<Row> {
  let figures: RunFigures | undefined;
  const seconds = await secondsOf(async () => {
    figures = await rasterize(path);
  });
  const { pageCount = 0, peakBytes = 0 } = figures ?? {};
  return {
    work: `${basename(path)}, ${pageCount} pages at ${DPI} DPI, cold start`,
    measured: `${seconds.toFixed(2)} s, peak ${megabytes(peakBytes)}`,
    ...comparedWithPeer(seconds, await secondsOfPeer(path)),
  };
}

async function rasterize(path: string, millisecondsPerPage = 0): Promise<RunFigures> {
  const script = fileURLToPath(new URL('./rasterize-once.ts', import.meta.url));
  const { stdout } = await run(process.execPath, [script, path, String(millisecondsPerPage)], {
    env: { ...process.env, PDF_RASTERIZER_DPI: String(DPI), PDF_RASTERIZER_THREAD_COUNT: '3' },
  });
  const figures: RunFigures = JSON.parse(stdout);
  return figures;
}

/** A document of A4 pages full of text, with a picture on every fourth. */
async function writeSample(path: string, pageCount: number): Promise<string> {
  const noise = { type: 'gaussian', mean: 128, sigma: 40 } as const;
  const picture = await sharp({
    create: { width: 1200, height: 800, channels: 3, background: '#808080', noise },
  })
    .blur(3)
    .jpeg()
    .toBuffer();
  const document = new PDFDocument({ size: 'A4', autoFirstPage: false });
  const file = createWriteStream(path);
  document.pipe(file);
  for (let pageNumber = 1; pageNumber <= pageCount; pageNumber += 1) {
    document.addPage();
    document.fontSize(20).text(`Page ${pageNumber}`);
    if (pageNumber % 4 === 0) document.image(picture, { fit: [450, 300] }).moveDown(20);
    const sentence = `The quick brown fox of page ${pageNumber} jumps over the lazy dog. `;
    document.fontSize(11).text(sentence.repeat(pageNumber % 4 === 0 ? 30 : 55));
  }
  document.end();
  await finished(file);
  return path;
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1e6)} MB`;
}

if (import.meta.main) print('Rasterizer', await benchRasterizer(process.argv.slice(2)));
