import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { TypesetDocument, TypesetPage } from '../src/apps/render/documents/typst-engine.ts';

const run = promisify(execFile);

/** Debian's Python, which has Debian's WeasyPrint. One process makes all documents; the first one warms it up. */
const PYTHON = '/usr/bin/python3';
const PROGRAM = `
import json, sys, time
from weasyprint import HTML
times = []
for path in sys.argv[1:]:
    begun = time.perf_counter()
    HTML(filename=path).write_pdf()
    times.append(time.perf_counter() - begun)
print(json.dumps(times[1:]))
`;

/** How long WeasyPrint takes for each of these documents, warm; undefined where it is not installed. */
export async function secondsOfWeasyPrint(
  documents: readonly TypesetDocument[],
): Promise<readonly number[] | undefined> {
  if (!(await isInstalled())) return undefined;
  const folder = await mkdtemp(join(tmpdir(), 'weasyprint-'));
  try {
    const paths = documents.map((_, index) => join(folder, `${index}.html`));
    await Promise.all(documents.map((document, index) => writeFile(paths[index] ?? '', toHtml(document))));
    const { stdout } = await run(PYTHON, ['-c', PROGRAM, paths[0] ?? '', ...paths]);
    const seconds: number[] = JSON.parse(stdout);
    return seconds;
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function isInstalled(): Promise<boolean> {
  try {
    await run(PYTHON, ['-c', 'import weasyprint']);
    return true;
  } catch {
    return false;
  }
}

/** The same pages, with the same header and footer, as WeasyPrint reads them. */
function toHtml(document: TypesetDocument): string {
  const footer = `${document.name} - ${document.url}`;
  const style = `
    @page { size: A4; margin: 15mm 10mm; @top-center { content: ${JSON.stringify(document.header)} }
      @bottom-left { content: url(${dataUrl(document.logo)}) ${JSON.stringify(footer)} } }
    body { font: 13pt 'Noto Sans', sans-serif; margin: 0 }
    section { position: relative } section + section { break-before: page }
    img { display: block; width: 190mm; height: 267mm }
    span { position: absolute; transform: translate(-50%, -80%); font-family: 'Patrick Hand' }`;
  const pages = document.order
    .flatMap((place) => document.pages.slice(place, place + 1))
    .map((page) => `<section>${pageHtml(page, document)}</section>`);
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>${escaped(document.title)}</title><style>${style}</style>${pages.join('')}`;
}

function pageHtml(page: TypesetPage, { drawings, paper }: TypesetDocument): string {
  if (page.kind === 'drawing') {
    const unit = 190 / paper.width;
    const labels = page.labels.map(({ x, baseline, size, text }) => {
      const style = `left:${x * unit}mm;top:${baseline * unit}mm;font-size:${size * unit}mm`;
      return `<span style="${style}">${escaped(text)}</span>`;
    });
    const source = dataUrl(drawings[page.drawing] ?? '');
    return `<img alt="${escaped(page.description)}" src="${source}">${labels.join('')}`;
  }
  const blocks = page.blocks.map((block) => {
    if (block.kind === 'heading') return `<h2>${escaped(block.text)}</h2>`;
    if (block.kind === 'paragraph') return `<p>${escaped(block.text)}</p>`;
    if (block.kind === 'steps')
      return `<ol>${block.items.map((item) => `<li>${escaped(item)}</li>`).join('')}</ol>`;
    return `<table><tr>${block.items.map((item) => `<td>${escaped(item)}</td>`).join('')}</tr></table>`;
  });
  return `<h1>${escaped(page.title)}</h1>${blocks.join('')}`;
}

/** A drawing that is nothing but a PNG is given as that PNG. */
function dataUrl(svg: string): string {
  const [, png] = /href="(data:image\/png;base64,[^"]+)"/.exec(svg) ?? [];
  if (png !== undefined) return png;
  return `data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
