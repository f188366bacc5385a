import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import sharp from 'sharp';
import { dataFolder } from '../../../../src/standalone/data-folder.ts';
import { makePlace, type Place, runEntryPoint } from '../../../standalone/entry-point.ts';
import { readPdf } from '../../../support/pdf-reader.ts';

jest.setTimeout(240_000);

let place: Place;
beforeEach(async () => {
  place = await makePlace();
});
afterEach(() => place.remove());

it('brings up what is missing, orders four worksheets, and leaves their PDFs with a contact sheet', async () => {
  const demo = runEntryPoint(place, 'demo', ['render', '--paper', 'letter', '--copies', '2'], {
    INSTALLED_APPS: 'render',
  });
  expect([await demo.untilEnded(), demo.output()]).toEqual([
    0,
    expect.stringContaining('COMPLETED  4 worksheets, 14 pages in'),
  ]);
  expect(demo.output()).toContain('4 of 4 worksheets');
  const [folder = '', ...others] = await readdir(dataFolder(place.environment).demo);
  expect(others).toEqual([]);
  const directory = join(dataFolder(place.environment).demo, folder);
  const pdfs = (await readdir(directory)).filter((name) => name.endsWith('.pdf'));
  expect(pdfs).toHaveLength(4);
  for (const name of pdfs) {
    expect(demo.output()).toContain(name);
    const { pages } = await readPdf(await readFile(join(directory, name)));
    expect(pages[0]).toMatchObject({ widthPoints: 612, heightPoints: 792 });
  }
  const sheet = await sharp(join(directory, 'contact-sheet.png')).metadata();
  expect(sheet.width).toBeGreaterThan(1_000);
});

it('refuses a number of copies that is none, before it starts anything', async () => {
  const demo = runEntryPoint(place, 'demo', ['render', '--copies', '0'], { INSTALLED_APPS: 'render' });
  expect(await demo.untilEnded()).toBe(1);
  expect(demo.output()).toContain('a whole number from 1 to 100');
});
