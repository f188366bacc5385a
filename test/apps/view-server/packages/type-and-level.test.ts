import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DEFAULTS } from '../../../../src/apps/view-server/collections/default-collection.ts';
import { fileMatcher } from '../../../../src/apps/view-server/packages/file-globs.ts';
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

  it('are found by the prefixes of the document', async () => {
    const xml = '<m xmlns="urn:d" xmlns:x="urn:x"><x:y><x:type code="L1">PSH</x:type></x:y></m>';
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

  it.each([
    ['<m>', 'no XML'],
    ['{', 'no JSON'],
    ['<!DOCTYPE m []><m/>', 'document type'],
    [`${'<m>'.repeat(5_000)}${'</m>'.repeat(5_000)}`, 'no XML'],
    [' '.repeat(9 * 1024 ** 2), '8388608 bytes'],
  ])('are refused where the metadata is broken: %#', async (text, reason) => {
    await expect(read(text)).rejects.toThrow(/metadata/);
    await expect(read(text)).rejects.toThrow(reason);
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
