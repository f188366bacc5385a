import { readdir, readFile } from 'node:fs/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import { findProducts } from '../../../../src/apps/view-server/catalogue/find-products.ts';
import type { Box } from '../../../../src/map-kit/box.ts';
import { earthObservationXml, gscXml } from '../metadata/sample-metadata.ts';
import { RegistrationSite } from './registration-site.ts';
import { sampleGeoTiff } from './sample-geotiff.ts';

const VIENNA: Box = { minX: 16, minY: 48, maxX: 17, maxY: 49 };

let site: RegistrationSite;

afterEach(() => site.stop());

const product = (prefix: string, identifier = 'A') => ({
  [`${prefix}/image.tif`]: sampleGeoTiff(VIENNA),
  [`${prefix}/metadata_GSC.xml`]: earthObservationXml({ identifier }),
  [`${prefix}/preview.jpg`]: 'a picture',
});

describe('a prefix that is registered', () => {
  it('becomes a product with its coverage and its files', async () => {
    site = await RegistrationSite.start();
    await site.put(product('in/a.tar'));
    await site.put(product('in/a.tar.gz', 'other'));
    expect(await site.register('in/a.tar')).toMatchObject({ outcome: 'success', state: 'succeeded' });
    expect(await site.product('A')).toMatchObject({
      type: 'PHR_FUS__3',
      level: 'Level_3',
      prefix: 'in/a.tar',
      box: VIENNA,
      properties: { cloudCover: 12.5 },
      coverages: [
        {
          identifier: 'A_image',
          coverageType: 'image',
          path: 'in/a.tar/image.tif',
          widthPixels: 16,
          bandCount: 3,
          srs: 'EPSG:4326',
          box: VIENNA,
        },
      ],
    });
    const files = await site.platform
      .database('view_server.product_files')
      .orderBy('kind')
      .select('kind', 'path');
    expect(files).toEqual([
      { kind: 'metadata', path: 'in/a.tar/metadata_GSC.xml' },
      { kind: 'quicklook', path: 'in/a.tar/preview.jpg' },
    ]);
  });

  it('leaves a report with the addresses of WMS and WCS', async () => {
    site = await RegistrationSite.start();
    await site.put(product('a', 'A/../&lt;b&gt;'));
    await site.register('a');
    const [name = '', ...more] = await readdir(site.reports);
    expect(name).toMatch(/^A_..__b_-[0-9a-f]{12}.xml$/);
    expect(more).toEqual([]);
    const report = await readFile(`${site.reports}/${name}`, 'utf8');
    expect(report).toContain('<product>A/../&lt;b&gt;</product>');
    expect(report).toContain(
      '<capabilities>https://maps.example.org/ows?service=WMS&amp;version=1.3.0&amp;request=GetCapabilities</capabilities>',
    );
    expect(report).toContain('service=WCS');
  });

  it('has its footprint from its image and its time from its name where it has no metadata', async () => {
    site = await RegistrationSite.start();
    const utm: Box = { minX: 500_000, minY: 5_300_000, maxX: 510_000, maxY: 5_310_000 };
    await site.put({ 'scene_20180610T100000.tif': sampleGeoTiff(utm, 32633) });
    expect(await site.register('scene_20180610T100000.tif')).toMatchObject({ reason: null });
    const found = await site.product('scene_20180610T100000');
    expect(found).toMatchObject({ begins: new Date('2018-06-10T10:00:00Z'), type: '' });
    expect(found?.box.minX).toBeCloseTo(15, 4);
    expect(found?.box.minY).toBeCloseTo(47.853, 2);
  });

  it('has from the JSON of a push what that says, also if that went to the preprocessor', async () => {
    site = await RegistrationSite.start();
    await site.put(product('a'));
    await site.push(
      'preprocess',
      'a',
      JSON.stringify({ path: 'a', id: 'mine', begin: '2020-01-01', note: 'n' }),
    );
    await site.platform
      .database('view_server.attempts')
      .where({ stage: 'preprocess' })
      .update({ state: 'succeeded' });
    await site.register('a');
    expect(await site.product('mine')).toMatchObject({
      begins: new Date('2020-01-01T00:00:00Z'),
      type: 'PHR_FUS__3',
      properties: { note: 'n', cloudCover: 12.5 },
    });
    await site.register('a', JSON.stringify({ id: 'directly' }));
    expect(await site.product('directly')).toBeDefined();
  });

  it('is replaced when it is registered again, and stays one product', async () => {
    site = await RegistrationSite.start();
    await site.put(product('a'));
    await site.register('a');
    await site.register('a');
    expect(await site.product('A')).toMatchObject({ version: 2, coverages: [{ identifier: 'A_image' }] });
  });
});

describe('the coverages of a product', () => {
  it.each([
    ['20180610_scene', /^_20180610_scene_image$/],
    ['urn:eop:a b', /^urn_eop_a_b-[0-9a-f]{12}_image$/],
    ['&lt;b&gt;', /^_b_-[0-9a-f]{12}_image$/],
  ])('have names that XML has, also where the product is %s', async (identifier, expected) => {
    site = await RegistrationSite.start();
    await site.put(product('a', identifier));
    expect(await site.register('a')).toMatchObject({ reason: null });
    const coverage = await site.platform.database('view_server.coverages').first('identifier');
    expect(coverage?.identifier).toMatch(expected);
  });
});

describe('a collection of the settings file', () => {
  const collection = (differing: object) => ({
    collections: {
      vhr18: {
        source: { type: 'local', kwargs: { folder: '/packages' } },
        target: { type: 'local', kwargs: { folder: 'TARGET' } },
        metadata_glob: '*GSC*.xml',
        ...differing,
      },
    },
  });

  it('says what products of a type and a level become', async () => {
    site = await RegistrationSite.start(
      collection({
        level_extractor: { xpath: ['//gsc:none', '//eop:parentIdentifier/text()'] },
        registrar: {
          mapping: {
            PHR_FUS__3: {
              PHR_FUS: {
                collections: ['vhr18'],
                coverages: { 'im*': 'RGB', pan: 'PAN' },
                masks: { clouds: 'cloud' },
              },
            },
          },
        },
      }),
    );
    await site.put({
      ...product('a'),
      'a/pan.tif': sampleGeoTiff(VIENNA),
      'a/other.tif': 'of no coverage type, so it is not read',
      'a/clouds.gml': '<gml/>',
      'a/other.xml': 'no metadata',
    });
    expect(await site.register('a', undefined, 'vhr18')).toMatchObject({ reason: null, outcome: 'success' });
    const found = await site.product('A');
    expect(found?.coverages.map(({ identifier, coverageType }) => [identifier, coverageType])).toEqual([
      ['A_image', 'RGB'],
      ['A_pan', 'PAN'],
    ]);
    const masks = await site.platform
      .database('view_server.product_files')
      .where({ kind: 'mask' })
      .select('name', 'path');
    expect(masks).toEqual([{ name: 'cloud', path: 'a/clouds.gml' }]);
  });

  it('says that a product is not replaced', async () => {
    site = await RegistrationSite.start(collection({ registrar: { replace: false } }));
    await site.put(product('a'));
    await site.register('a', undefined, 'vhr18');
    const again = await site.register('a', undefined, 'vhr18');
    expect(again).toMatchObject({ outcome: 'failure', reason: 'The catalogue has a product A already' });
    expect(await site.product('A')).toMatchObject({ version: 1 });
  });

  it('says that the interval of a product is seeded', async () => {
    site = await RegistrationSite.start(collection({ seeding: { enabled: true } }));
    await site.put(product('a'));
    await site.register('a', undefined, 'vhr18');
    const interval = '2018-06-10T10:00:00.000Z/2018-06-10T10:00:10.250Z';
    expect(await site.item('seed', interval)).toMatchObject({ state: 'waiting' });
  });

  it('says so for products that it takes for another collection', async () => {
    const mapping = { '': { '': { collections: ['shown'] } } };
    const { vhr18 } = collection({ registrar: { mapping } }).collections;
    const { vhr18: shown } = collection({ seeding: { enabled: true } }).collections;
    site = await RegistrationSite.start({ collections: { vhr18, shown } });
    await site.put(product('a'));
    await site.register('a', undefined, 'vhr18');
    const interval = '2018-06-10T10:00:00.000Z/2018-06-10T10:00:10.250Z';
    expect(await site.item('seed', interval)).toMatchObject({ state: 'waiting' });
  });

  it('refuses types that it says nothing of', async () => {
    site = await RegistrationSite.start(collection({ registrar: { mapping: { T: { L: {} } } } }));
    await site.put(product('a'));
    const item = await site.register('a', undefined, 'vhr18');
    expect(item.reason).toBe(
      'The collection vhr18 has no mapping for the type "PHR_FUS__3" and the level "Level_3"',
    );
  });

  it('has to be there', async () => {
    site = await RegistrationSite.start();
    await site.put(product('a'));
    const item = await site.register('a', undefined, 'unknown');
    expect(item).toMatchObject({ outcome: 'failure', reason: 'There is no collection unknown' });
  });
});

describe('a registration fails for good, and says why', () => {
  it.each<[string, Readonly<Record<string, Buffer | string>>, string, string]>([
    ['without files', {}, 'a', 'There are no files under a'],
    ['outside of the store', {}, 's3://other/a', 'outside of'],
    ['above the store', {}, '../a', 'cannot be used'],
    ['with an empty prefix', {}, '/', 'empty'],
    ['without an image', { 'a/m.xml': gscXml() }, 'a', 'no image'],
    ['with an image that is none', { ...product('a'), 'a/image.tif': 'no TIFF' }, 'a', 'a/image.tif'],
    [
      'with an image that is cut off',
      { ...product('a'), 'a/image.tif': sampleGeoTiff(VIENNA).subarray(0, 40) },
      'a',
      'a/image.tif',
    ],
    [
      'with metadata that is broken',
      { ...product('a'), 'a/metadata_GSC.xml': '<a>' },
      'a',
      'a/metadata_GSC.xml: ',
    ],
    ['with entities', { ...product('a'), 'a/metadata_GSC.xml': '<!DOCTYPE a><a/>' }, 'a', 'document type'],
    ['without a time', { 'a/image.tif': sampleGeoTiff(VIENNA) }, 'a', 'The time of the product is not known'],
    ['in an unknown reference system', { 'a/x_20180610.tif': sampleGeoTiff(VIENNA, 2_154) }, 'a', '2154'],
    ['with JSON that is none', { ...product('a'), 'a/_pushed.json': '[1]' }, 'a', 'no JSON object'],
  ])('%s', async (_what, files, path, reason) => {
    site = await RegistrationSite.start();
    await site.put(files);
    const item = await site.register(path);
    expect(item).toMatchObject({ outcome: 'failure', state: 'failed' });
    expect(item.reason).toContain(reason);
    const { products } = await findProducts(site.platform.database, { collection: 'collection' }, 1);
    expect(products).toEqual([]);
  });

  it('but not while the preprocessor is at work', async () => {
    site = await RegistrationSite.start();
    await site.put({ ...product('a'), 'a/_manifest.json': manifest('unfinished', []) });
    expect(await site.register('a')).toMatchObject({ outcome: null, state: 'waiting' });
    await site.put({ 'a/_manifest.json': manifest('complete', ['image.tif', 'metadata_GSC.xml']) });
    expect(await site.run('a', 2)).toMatchObject({ outcome: 'success' });
  });
});

describe('a product that the preprocessor has made', () => {
  it('has the type that it found, and nothing of an earlier run', async () => {
    site = await RegistrationSite.start();
    await site.put({
      ...product('a'),
      'a/earlier.tif': sampleGeoTiff(VIENNA),
      'a/_manifest.json': manifest('complete', ['image.tif', 'metadata_GSC.xml']),
    });
    await site.register('a');
    const found = await site.product('A');
    expect(found).toMatchObject({ type: 'T', level: 'Level_3' });
    expect(found?.coverages.map(({ identifier }) => identifier)).toEqual(['A_image']);
  });
});

function manifest(state: string, paths: readonly string[]): string {
  return JSON.stringify({
    state,
    taskId: 'one',
    package: { path: 'a', sizeBytes: 1 },
    type: 'T',
    level: '',
    metadata: null,
    pushedMetadata: null,
    files: paths.map((path) => ({ path, kind: path.endsWith('tif') ? 'image' : 'metadata', sizeBytes: 1 })),
  });
}
