import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import PDFDocument from 'pdfkit';
import sharp from 'sharp';
import { SAMPLE_PAGE_COUNT } from '../src/apps/composite/sandbox/sample/sample-pdf.ts';
import { dataFolder } from '../src/standalone/data-folder.ts';
import { isRunning } from '../src/standalone/processes.ts';
import type { RunningState } from '../src/standalone/running-state.ts';
import { makePlace, type Place, runEntryPoint } from './standalone/entry-point.ts';

jest.setTimeout(240_000);

let place: Place;

beforeEach(async () => {
  place = await makePlace();
});

afterEach(() => place.remove());

/** The folders that the demo left, each with the names of its images. */
async function fetched(): Promise<{ directory: string; images: string[] }[]> {
  const { demo } = dataFolder(place.environment);
  const names = await readdir(demo);
  return Promise.all(
    names.map(async (name) => {
      const directory = join(demo, name);
      const files = await readdir(directory);
      return { directory, images: files.filter((file) => file.endsWith('.jpg')).sort() };
    }),
  );
}

async function writePdf(path: string, colours: readonly string[]): Promise<void> {
  const pdf = new PDFDocument({ autoFirstPage: false });
  const parts: Buffer[] = [];
  pdf.on('data', (part: Buffer) => parts.push(part));
  for (const colour of colours)
    pdf
      .addPage({ size: [144, 216] })
      .rect(0, 0, 144, 216)
      .fill(colour);
  const ended = new Promise((resolve) => pdf.once('end', resolve));
  pdf.end();
  await ended;
  await writeFile(path, Buffer.concat(parts));
}

it('brings up what is missing, sends the sample all the way, and stops what it started', async () => {
  const demo = runEntryPoint(place, 'demo');
  expect([await demo.untilEnded(), demo.output()]).toEqual([0, expect.stringContaining('COMPLETED')]);
  expect(demo.output()).toContain(`${SAMPLE_PAGE_COUNT} pages in`);
  expect(demo.output()).toMatch(/Batch +http:\S+\/customers\/1\/queue\/batches\/1\n/);

  const [only, ...others] = await fetched();
  expect(others).toEqual([]);
  expect(only?.images).toHaveLength(SAMPLE_PAGE_COUNT);
  const directory = only?.directory ?? '';
  const sizes = await Promise.all(
    (only?.images ?? []).map(async (image) => {
      const { width, height } = await sharp(join(directory, image)).metadata();
      return width > height ? 'landscape' : 'portrait';
    }),
  );
  expect(sizes.map((size, index) => (size === 'landscape' ? index + 1 : 0)).filter(Boolean)).toEqual([6]);
  const sheet = await sharp(join(directory, 'contact-sheet.png')).metadata();
  expect(sheet.width).toBeGreaterThan(1_000);
  const urls = (await readFile(join(directory, 'pages.txt'), 'utf8')).trim().split('\n');
  expect(urls).toHaveLength(SAMPLE_PAGE_COUNT);
  expect(urls.filter((url) => demo.output().includes(url))).toEqual(urls.slice(0, 2));
  expect(demo.output()).toContain(`… and ${SAMPLE_PAGE_COUNT - 2} more`);
  expect(demo.output()).not.toContain('See it');

  await expect(readFile(dataFolder(place.environment).stateFile)).rejects.toThrow('ENOENT');
  await expect(readFile(dataFolder(place.environment).lockFile)).rejects.toThrow('ENOENT');
});

it('uses what runs already, and leaves it running; a PDF that fails is told with exit code 1', async () => {
  const standalone = runEntryPoint(place, 'standalone');
  await standalone.untilSaid('Ctrl-C stops all of it');
  try {
    const file = join(place.directory, 'Three {pages}.pdf');
    await writePdf(file, ['#ff0000', '#00ff00', '#0000ff']);
    const good = runEntryPoint(place, 'demo', [file]);
    expect([await good.untilEnded(), good.output()]).toEqual([0, expect.stringContaining('It runs already')]);
    expect(good.output()).toMatch(/See it +http:\S+\/admin\/resources\/members\/records\/\S+\/show/);
    const [pages] = await fetched();
    const colours = await Promise.all(
      (pages?.images ?? []).map(async (image) => {
        const { channels } = await sharp(join(pages?.directory ?? '', image)).stats();
        return channels.map(({ mean }) => (mean > 128 ? 1 : 0)).join('');
      }),
    );
    expect(colours).toEqual(['100', '010', '001']);

    const broken = join(place.directory, 'broken.pdf');
    await writeFile(broken, '%PDF-1.7\nAnd nothing more.');
    const bad = runEntryPoint(place, 'demo', [broken]);
    expect([await bad.untilEnded(), bad.output()]).toEqual([
      1,
      expect.stringMatching(/The PDF did not come through: .*PDF/),
    ]);

    const state = JSON.parse(await readFile(dataFolder(place.environment).stateFile, 'utf8')) as RunningState;
    expect(state.processes.filter(({ pid }) => !isRunning(pid))).toEqual([]);
  } finally {
    standalone.child.kill('SIGTERM');
    await standalone.untilEnded();
  }
});

it('says that there is no such file, before it starts anything', async () => {
  const demo = runEntryPoint(place, 'demo', ['missing.pdf']);
  expect(await demo.untilEnded()).toBe(1);
  expect(demo.output()).toContain(`There is no file ${join(place.directory, 'missing.pdf')}`);
  await expect(readdir(dataFolder(place.environment).path)).rejects.toThrow('ENOENT');
});

it('says that a file is no PDF, before it starts anything', async () => {
  const file = join(place.directory, 'letter.pdf');
  await writeFile(file, 'Dear reader');
  const demo = runEntryPoint(place, 'demo', ['composite', file]);
  expect(await demo.untilEnded()).toBe(1);
  expect(demo.output()).toContain(`${file} is no PDF`);
  await expect(readdir(dataFolder(place.environment).path)).rejects.toThrow('ENOENT');
});

it('refuses a URL that nothing can fetch', async () => {
  const demo = runEntryPoint(place, 'demo', ['file:///etc/passwd']);
  expect(await demo.untilEnded()).toBe(1);
  expect(demo.output()).toContain('is no URL that can be fetched');
});

it('explains itself, and lists the apps that have a demo', async () => {
  const demo = runEntryPoint(place, 'demo', ['--help']);
  expect(await demo.untilEnded()).toBe(0);
  expect(demo.output()).toContain('Usage: npm run demo -- [options] [PDF]');
  expect(demo.output()).toMatch(/Demos:\n +npm run demo +Composites: /);
});
