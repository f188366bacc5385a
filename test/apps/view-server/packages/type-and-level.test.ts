import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { DEFAULTS } from '../../../../src/apps/view-server/collections/default-collection.ts';
import { fileMatcher } from '../../../../src/apps/view-server/packages/file-globs.ts';
import { PackageError } from '../../../../src/apps/view-server/packages/package-error.ts';
import { readTypeAndLevel } from '../../../../src/apps/view-server/packages/type-and-level.ts';

let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'type-and-level-test-'));
});

afterAll(async () => {
  await rm(directory, { recursive: true });
});

async function read(
  text: string,
  typeXpaths: readonly string[] = ['//type'],
  levelXpaths: readonly string[] = [],
) {
  const file = join(directory, 'metadata');
  await writeFile(file, text);
  return readTypeAndLevel(file, { typeXpaths, levelXpaths });
}

describe('the type and the level', () => {
  it('are found by the first XPath that finds a text', async () => {
    const found = await read(
      '<m><a> </a><type> PSH </type><level>3</level></m>',
      ['//none', '//a', '//type'],
      ['//level'],
    );
    expect(found).toEqual({ type: 'PSH', level: '3' });
  });

  it('are found by the prefixes of the document, wherever it declares them', async () => {
    const xml = '<m xmlns="urn:d"><x:y xmlns:x="urn:x"><x:type code="L1">PSH</x:type></x:y></m>';
    expect(await read(xml, ['//q:type', 'string(//x:type)'], ['//x:type/@code'])).toEqual({
      type: 'PSH',
      level: 'L1',
    });
  });

  it('are found without settings in an EO profile', async () => {
    const xml =
      '<eop:EarthObservation xmlns:eop="urn:e"><eop:productType>VHR</eop:productType><eop:processingLevel>1B</eop:processingLevel></eop:EarthObservation>';
    expect(await read(xml, DEFAULTS.typeXpaths, DEFAULTS.levelXpaths)).toEqual({ type: 'VHR', level: '1B' });
  });

  it('are empty where nothing says them', async () => {
    expect(await read('<m/>')).toEqual({ type: '', level: '' });
  });

  it('are members of JSON', async () => {
    expect(await read('{"type": "PSH", "level": 3}')).toEqual({ type: 'PSH', level: '' });
  });

  it('take nothing from other files, and no entity', async () => {
    const file = join(directory, 'secret');
    await writeFile(file, 'secret');
    const xml = `<!DOCTYPE m [<!ENTITY x SYSTEM "file://${file}">]><m><type>&x;</type></m>`;
    expect(await read(xml)).toEqual({ type: '', level: '' });
  });

  it.each([
    ['<m>', 'no XML'],
    ['{', 'no JSON'],
    [`${'<m>'.repeat(5_000)}${'</m>'.repeat(5_000)}`, 'no XML'],
    [' '.repeat(9 * 1024 ** 2), '8388608 bytes'],
  ])('are refused where the metadata is broken: %#', async (text, reason) => {
    await expect(read(text)).rejects.toThrow(PackageError);
    await expect(read(text)).rejects.toThrow(reason);
  });

  it('of entities in entities in entities take no time', async () => {
    const names = Array.from({ length: 30 }, (_, index) => index);
    const entities = names.map((index) => `<!ENTITY l${index + 1} "${`&l${index};`.repeat(10)}">`).join('');
    const xml = `<!DOCTYPE m [<!ENTITY l0 "lol">${entities}]><m><type>&l30;</type></m>`;
    const found = await read(xml).catch((error: unknown) => error);
    if (!(found instanceof PackageError)) expect(found).toEqual({ type: '', level: '' });
  });

  it('name an XPath that is none', async () => {
    jest.spyOn(console, 'error').mockImplementation(() => undefined);
    await expect(read('<m/>', ['//['])).rejects.toThrow('The XPath //[');
  });
});

describe('a glob', () => {
  it.each([
    ['*GSC*.xml', 'a/b/X_GSC_1.xml', true],
    ['*GSC*.xml', 'a/GSC/b.xml', false],
    ['a/*.tif', 'a/b.tif', true],
    ['a/*.tif', 'a/b/c.tif', false],
    ['**/*.tif', 'a/b/c.tif', true],
    ['*.{tif,TIFF}', '.hidden.TIFF', true],
  ])('%s and %s: %s', (glob, path, fits) => {
    expect(fileMatcher(['none', glob])(path)).toBe(fits);
  });
});
