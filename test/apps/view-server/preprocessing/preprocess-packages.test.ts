import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { describeCog } from '../../../../src/apps/view-server/cog/open-cog.ts';
import { readManifest } from '../../../../src/apps/view-server/preprocessing/manifest.ts';
import { eventually } from '../../../support/eventually.ts';
import { type TestEntry, writeTar, zipOf } from '../packages/packages-under-test.ts';
import { PreprocessingSite } from './preprocessing-site.ts';
import { stripedGeoTiff } from './striped-geotiff.ts';

jest.setTimeout(180_000);

const BOX = { minX: 14, minY: 47, maxX: 14.1, maxY: 47.1 };
const UTM_BOX = { minX: 500_000, minY: 5_200_000, maxX: 503_000, maxY: 5_203_000 };
const IMAGE = stripedGeoTiff(BOX, 40);
const { signal } = new AbortController();

const COLLECTIONS = `
collections:
  REST:
    source: { type: s3, kwargs: { bucket: packages } }
    target: { type: s3, kwargs: { bucket: products } }
    metadata_glob: '*.xml'
    type_extractor: { xpath: [//none, //type] }
    preprocessing:
      types:
        NESTED: { nested: true, move_files: true }
        DATA: { data_file_globs: ['*.data'] }
  KEPT:
    paths: ['kept/**']
    source: { type: s3, kwargs: { bucket: packages } }
    target: { type: s3, replace: false, kwargs: { bucket: products } }
  LOCAL:
    paths: ['local/**']
    source: { type: local, kwargs: { folder: FOLDER/in } }
    target: { type: local, kwargs: { folder: FOLDER/out } }
`;

let site: PreprocessingSite;
let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'preprocess-packages-test-'));
  site = await PreprocessingSite.start(
    {
      COLLECTION: 'REST',
      PREPROCESSOR_MAX_PACKAGE_BYTES: String(200 * 1024 ** 2),
      PREPROCESSOR_MAX_ENTRIES: '50',
    },
    COLLECTIONS,
  );
  await site.startEngine();
});

afterAll(async () => {
  await site.stop();
  await rm(directory, { recursive: true });
});

async function tarOf(entries: readonly TestEntry[], isCompressed = false): Promise<Buffer> {
  const file = join(directory, 'package');
  await writeTar(file, entries, { isCompressed });
  return readFile(file);
}

async function preprocess(path: string, body: Buffer): Promise<string> {
  await site.put(path, body);
  return push(path);
}

async function push(path: string): Promise<string> {
  await site.redis.lPush('preprocess_queue', path);
  return site.outcomeOf('preprocess', path);
}

async function reasonOf(path: string): Promise<string> {
  return (await site.attempts(path)).find(({ state }) => state === 'failed')?.reason ?? '';
}

async function filesOf(path: string): Promise<string[]> {
  return (await site.products())
    .filter((file) => file.startsWith(`${path}/`))
    .map((file) => file.slice(path.length + 1));
}

describe('a package that is pushed', () => {
  it('becomes COGs and metadata below its path, and a product', async () => {
    const path = 'a/scene_20180601T101010.tar';
    const entries = [
      { name: './', type: 'directory' as const },
      { name: 'images/b.tif', content: IMAGE },
      { name: 'c.xml', content: '<m><type>PLAIN</type></m>' },
      { name: 'look.png', content: 'a picture' },
    ];
    expect(await preprocess(path, await tarOf(entries))).toBe('preprocess-success_set');
    expect(await filesOf(path)).toEqual(['_manifest.json', 'c.xml', 'images/b.tif', 'look.png']);
    const products = site.bucket('products');
    const cog = await describeCog((start, length) =>
      products.readRange(`${path}/images/b.tif`, start, length),
    );
    expect(cog).toMatchObject({ srs: 'EPSG:4326', bandCount: 3 });
    expect(await readManifest(products, path, signal)).toMatchObject({
      state: 'complete',
      type: 'PLAIN',
      metadata: 'c.xml',
      files: [
        { path: 'images/b.tif', kind: 'image' },
        { path: 'look.png', kind: 'other' },
        { path: 'c.xml', kind: 'metadata' },
      ],
    });
    expect(await site.outcomeOf('register', path)).toBe('register-success_set');
  });

  it.each([
    ['scene_20180602.tar.gz', () => tarOf([{ name: 'b.tif', content: IMAGE }], true), 'b.tif'],
    ['scene_20180603.zip', async () => zipOf([{ name: 'b.TIFF', content: IMAGE }]), 'b.TIFF'],
    ['scene_20180604.tif', async () => stripedGeoTiff(UTM_BOX, 60, 32633), 'scene_20180604.tif'],
  ])('may be %s', async (path, make, image) => {
    expect(await preprocess(path, await make())).toBe('preprocess-success_set');
    expect(await filesOf(path)).toEqual(['_manifest.json', image]);
    expect(await site.outcomeOf('register', path)).toBe('register-success_set');
  });

  it('may hold packages, whose files go to one folder', async () => {
    const inner = await tarOf([
      { name: 'deep/below/b.tif', content: IMAGE },
      { name: 'more/notes.txt', content: 'x' },
    ]);
    const path = 'nested_20180605.tar';
    await preprocess(
      path,
      await tarOf([
        { name: 'm.xml', content: '<m><type>NESTED</type></m>' },
        { name: 'inner.tar', content: inner },
      ]),
    );
    expect(await filesOf(path)).toEqual(['_manifest.json', 'b.tif', 'm.xml', 'notes.txt']);
  });

  it('may come with metadata, which is stored beside its files', async () => {
    const path = 'with-metadata.tif';
    await site.put(path, IMAGE);
    const metadata = JSON.stringify({
      path,
      id: 'told',
      type: 'T',
      begin: '2019-01-01T00:00:00Z',
      end: '2019-01-01T00:00:01Z',
    });
    await site.redis.lPush('preprocess-md_queue', metadata);
    expect(await site.outcomeOf('preprocess', path)).toBe('preprocess-success_set');
    expect((await site.bucket('products').readRange(`${path}/_pushed.json`, 0, 1_000)).toString()).toBe(
      metadata,
    );
    expect(await site.outcomeOf('register', path)).toBe('register-success_set');
  });

  it('belongs to the collection whose paths it fits, and may be in a folder', async () => {
    await site.makeFolder('out');
    await site.write('in/local/x_20180606.tif', IMAGE);
    expect(await push('local/x_20180606.tif')).toBe('preprocess-success_set');
    expect(await site.filesIn('out')).toEqual([
      'local/x_20180606.tif/_manifest.json',
      'local/x_20180606.tif/x_20180606.tif',
    ]);
    expect((await site.attempts('local/x_20180606.tif'))[0]?.collection).toBe('LOCAL');
  });

  it('takes the place of what was there, and leaves nothing of it', async () => {
    const path = 'again_20180607.tar';
    await preprocess(
      path,
      await tarOf([
        { name: 'old.tif', content: IMAGE },
        { name: 'both.tif', content: IMAGE },
      ]),
    );
    await preprocess(
      path,
      await tarOf([
        { name: 'new.tif', content: IMAGE },
        { name: 'both.tif', content: IMAGE },
      ]),
    );
    await eventually(async () => (await filesOf(path)).join() === '_manifest.json,both.tif,new.tif');
  });

  it('changes nothing that is there where files are not replaced', async () => {
    const path = 'kept/k_20180608.tar';
    await preprocess(
      path,
      await tarOf([
        { name: 'b.tif', content: IMAGE },
        { name: 'n.txt', content: 'old' },
      ]),
    );
    await preprocess(
      path,
      await tarOf([
        { name: 'c.tif', content: IMAGE },
        { name: 'n.txt', content: 'new' },
      ]),
    );
    expect(await filesOf(path)).toEqual(['_manifest.json', 'b.tif', 'n.txt']);
    expect((await site.bucket('products').readRange(`${path}/n.txt`, 0, 10)).toString()).toBe('old');
  });

  it('replaces all of a run that was broken off, also where files are not replaced', async () => {
    const path = 'kept/broken_20180609.tar';
    const products = site.bucket('products');
    const manifest = {
      state: 'unfinished',
      taskId: 'x',
      package: { path, sizeBytes: 1 },
      type: '',
      level: '',
      metadata: null,
      pushedMetadata: null,
      files: [],
    };
    await products.put(`${path}/_manifest.json`, Buffer.from(JSON.stringify(manifest)), 'application/json');
    await products.put(`${path}/n.txt`, Buffer.from('of the broken run'), 'text/plain');
    await products.put(`${path}/gone.tif`, Buffer.from('half'), 'image/tiff');
    await preprocess(
      path,
      await tarOf([
        { name: 'b.tif', content: IMAGE },
        { name: 'n.txt', content: 'new' },
      ]),
    );
    expect(await filesOf(path)).toEqual(['_manifest.json', 'b.tif', 'n.txt']);
    expect((await products.readRange(`${path}/n.txt`, 0, 100)).toString()).toBe('new');
  });
});

describe('a package that cannot be', () => {
  it.each<[string, string, () => Promise<Buffer> | Buffer]>([
    ['up.tar', '".."', () => tarOf([{ name: '../x.tif', content: IMAGE }])],
    ['link.tar', 'is a link', () => tarOf([{ name: 'x', type: 'symlink', linkname: '/etc/passwd' }])],
    ['bomb.zip', 'bomb', () => zipOf([{ name: 'x.tif', content: Buffer.alloc(100 * 1024 ** 2) }])],
    [
      'many.tar',
      '50 entries',
      () => tarOf(Array.from({ length: 60 }, (_, index) => ({ name: `f${index}` }))),
    ],
    ['none.tar', 'no image', () => tarOf([{ name: 'x.txt', content: 'x' }])],
    ['text.tif', '', () => Buffer.from('no image at all')],
    [
      'xml.tar',
      'no XML',
      () =>
        tarOf([
          { name: 'x.tif', content: IMAGE },
          { name: 'm.xml', content: '<m>' },
        ]),
    ],
    [
      'manifest.tar',
      'is kept',
      () =>
        tarOf([
          { name: 'x.tif', content: IMAGE },
          { name: '_manifest.json', content: '{}' },
        ]),
    ],
    [
      'manifest_folder.tar',
      'is kept',
      () =>
        tarOf([
          { name: 'x.tif', content: IMAGE },
          { name: '_Manifest.json/x.txt', content: 'x' },
        ]),
    ],
    [
      'folder_of_image.tar',
      'the same name',
      () =>
        tarOf([
          { name: 'x.data', content: IMAGE },
          { name: 'x.data.tif/x.txt', content: 'x' },
          { name: 'm.xml', content: '<m><type>DATA</type></m>' },
        ]),
    ],
    ['large.tar', '209715200 bytes', () => Buffer.alloc(210 * 1024 ** 2)],
  ])('%s fails at once, with its reason, and the worker goes on', async (path, reason, make) => {
    expect(await preprocess(path, await make())).toBe('preprocess-failure_set');
    expect(await reasonOf(path)).toContain(reason);
    expect((await site.attempts(path)).map(({ state }) => state)).toEqual(['failed']);
    expect(await filesOf(path)).toEqual([]);
  });

  it.each([
    ['missing.tar', 'has no package missing.tar'],
    ['../etc/passwd', '".."'],
    ['/etc/passwd', 'absolute'],
  ])('%s is not looked for elsewhere', async (path, reason) => {
    expect(await push(path)).toBe('preprocess-failure_set');
    expect(await reasonOf(path)).toContain(reason);
  });

  it('leaves nothing in the scratch directory', async () => {
    await eventually(async () => (await site.workFolders()).length === 0);
  });
});

describe('a storage that fails', () => {
  it.each([500, 403])('with status %i is tried again, and the package is stored', async (answer) => {
    const path = `tries_${answer}_20180610.tif`;
    await site.put(path, IMAGE);
    const open = site.storage.set({ fits: ({ path: asked }) => asked.includes(path), answer });
    await site.redis.lPush('preprocess_queue', path);
    await eventually(async () => (await site.attempts(path)).some(({ state }) => state === 'failed'), 60_000);
    open();
    expect(await site.outcomeOf('preprocess', path)).toBe('preprocess-success_set');
    const [first] = await site.attempts(path);
    expect(first?.reason).toMatch(/bucket (packages|products) could not/);
  });
});
