import { describe, expect, it } from '@jest/globals';
import {
  browsesOf,
  levelMappingOf,
  stepsOf,
} from '../../../../src/apps/view-server/collections/collection-rules.ts';
import { Collections } from '../../../../src/apps/view-server/collections/collections.ts';
import { parseCollections } from '../../../../src/apps/view-server/collections/collections-file.ts';
import { defaultCollection } from '../../../../src/apps/view-server/collections/default-collection.ts';

const WHOLE = `
collections:
  VHR:
    title: Images of 2018
    paths: ['vhr18/**']
    source: { type: s3, kwargs: { bucket: !env '\${BUCKET}-in', prefix: incoming } }
    target: { type: local, replace: false, kwargs: { folder: /data/products/ } }
    metadata_glob: '*GSC*.xml'
    type_extractor: { xpath: [//type, //other] }
    level_extractor: { xpath: //level }
    preprocessing:
      defaults:
        move_files: true
        data_file_globs: ['*.tif']
        output:
          options:
            format: COG
            dstSRS: EPSG:4326
            dstNodata: 0
            creationOptions: [BLOCKSIZE=256, COMPRESS=ZSTD, NUM_THREADS=8, BIGTIFF=IF_NEEDED, OVERVIEWS=AUTO]
      types:
        NESTED: { nested: true, output: { options: { creationOptions: [BLOCKSIZE=512] } } }
    registrar:
      replace: false
      mapping:
        VHR18:
          L3: { collections: [VHR, REST], coverages: { '': RGBNir }, masks: { clouds: clouds } }
        '':
          '': {}
    products:
      types:
        VHR18:
          default_browse: NDVI
          browses:
            TRUE_COLOR: { red: { band: 1, range: [0, 4000] }, green: { band: 2, nodata: 0 }, blue: { band: 3 } }
            NDVI: { grey: { band: 4 } }
    seeding: { enabled: true, max_zoom: 4 }
  REST:
    source: { type: s3, kwargs: { container: rest } }
    target: { type: s3, kwargs: { bucket: products } }
`;

function parse(text: string) {
  return parseCollections(text, { file: 'c.yaml', environment: { BUCKET: 'packages' } });
}

describe('the file of collections', () => {
  it('is read whole', () => {
    const [vhr] = parse(WHOLE);
    expect(vhr).toMatchObject({
      id: 'VHR',
      source: { type: 's3', bucket: 'packages-in', prefix: 'incoming/' },
      target: { type: 'local', folder: '/data/products' },
      replacesFiles: false,
      replacesProducts: false,
      typeXpaths: ['//type', '//other'],
      levelXpaths: ['//level'],
      seedsProducts: true,
      seedZooms: { min: 0, max: 4 },
    });
  });

  it('leaves to a type what the defaults say, key by key', () => {
    const [vhr] = parse(WHOLE);
    if (!vhr) throw new Error('There is none');
    const shared = { targetSrs: 'EPSG:4326', nodata: 0, compression: 'ZSTD', threadCount: 8 };
    expect(stepsOf(vhr, 'VHR18')).toMatchObject({
      nested: false,
      output: { ...shared, blockSizePixels: 256 },
    });
    expect(stepsOf(vhr, 'NESTED')).toMatchObject({
      nested: true,
      moveFiles: true,
      dataFileGlobs: ['*.tif'],
      output: { ...shared, blockSizePixels: 512 },
    });
    expect(stepsOf(vhr, 'constructor').nested).toBe(false);
  });

  it('maps types and levels, and an empty one means the rest', () => {
    const [vhr, rest] = parse(WHOLE);
    if (!vhr || !rest) throw new Error('They are not there');
    expect(levelMappingOf(vhr, 'VHR18', 'L3')).toEqual({
      collections: ['VHR', 'REST'],
      coverages: { '': 'RGBNir' },
      masks: { clouds: 'clouds' },
    });
    expect(levelMappingOf(vhr, 'VHR18', 'L1')).toBeUndefined();
    expect(levelMappingOf(vhr, 'other', 'L1')?.collections).toEqual(['VHR']);
    expect(browsesOf(vhr, 'VHR18')?.browses['NDVI']?.channels).toEqual([
      { band: 4, min: 0, max: 255, nodata: undefined },
    ]);
    expect(browsesOf(vhr, 'other')).toBeUndefined();
    expect(browsesOf(rest, 'other')?.defaultBrowse).toBe('TRUE_COLOR');
  });

  it.each([
    ['collections: {', /line 1/],
    ['', /line 1: the file must be object/],
    ['collections: {}', /line 1: collections must NOT have fewer than 1/],
    ['collections:\n  a__b: {}', /line 2.*collections/],
    [WHOLE.replace('move_files: true', 'move_file: true'), /line 13: .*defaults\.move_file is not known/],
    [WHOLE.replace('type: local', 'type: swift'), /line 7: .*target\.type must be .*s3, local/],
    [WHOLE.replace('/data/products/', 'products'), /line 7: .*absolute path/],
    [WHOLE.replace('BUCKET}', 'NONE}'), /line 6: .*NONE.* is not set/],
    [WHOLE.replace('BLOCKSIZE=256', 'BLOCKSIZE=100'), /line 20: .*BLOCKSIZE=100/],
    [WHOLE.replace('COMPRESS=ZSTD', 'QUALITY=9'), /line 20: .*QUALITY, which is not known/],
    [WHOLE.replace('[VHR, REST]', '[VHR, NONE]'), /line 27: .*NONE/],
    [WHOLE.replace('default_browse: NDVI', 'default_browse: NDWI'), /line 33: .*NDWI/],
    [WHOLE.replace('grey: { band: 4 }', 'red: { band: 4 }'), /line 36: .*red, green and blue/],
    [WHOLE.replace('[0, 4000]', '[4000, 0]'), /line 35: .*range/],
    [WHOLE.replace('max_zoom: 4', 'max_zoom: 4, min_zoom: 5'), /line 37: .*min_zoom/],
    [WHOLE.replace('prefix: incoming', 'prefix: ../up'), /line 6: .*prefix/],
    [
      `${WHOLE}  SAME:
    source: { type: local, kwargs: { folder: /data } }
    target: { type: local, kwargs: { folder: /data/ } }
`,
      /line 43: .*folder of the source/,
    ],
    [`${WHOLE}  REST: {}\n`, /line 41: .*unique/],
    [
      `a: &a [${'x,'.repeat(20)}]\nb: &b [${'*a,'.repeat(20)}]\nc: &c [${'*b,'.repeat(20)}]\nd: [${'*c,'.repeat(20)}]\n`,
      /line 1: Excessive alias count/,
    ],
    [WHOLE.replace('prefix: incoming', `prefix: !env '$\{REDIS_PASSWORD}'`), /line 6: .*is a secret/],
  ])('says what is wrong, and where: %#', (text, message) => {
    expect(() => parse(text)).toThrow(message);
    expect(() => parse(text)).toThrow('c.yaml (VIEW_SERVER_COLLECTIONS) cannot be used');
  });
});

describe('a pushed path', () => {
  const [vhr, rest] = parse(WHOLE);
  if (!vhr || !rest) throw new Error('They are not there');

  it.each([
    ['vhr18/a/b.tar', 'REST', 'VHR'],
    ['other/a.tar', 'REST', 'REST'],
    ['other/a.tar', 'collection', 'VHR'],
  ])('%s, by default in %s, belongs to %s', (path, defaultId, id) => {
    expect(new Collections([vhr, rest], defaultId).ofPath(path).id).toBe(id);
  });

  it('belongs to a collection that is not known to no other', () => {
    expect(() => new Collections([vhr, rest], 'REST').get('NONE')).toThrow('There is no collection NONE');
  });
});

describe('the collection without a file', () => {
  it('takes all types and levels, and shows bands 1, 2 and 3', () => {
    const stores = {
      source: { type: 'local', folder: '/in' },
      target: { type: 'local', folder: '/out' },
    } as const;
    const collection = defaultCollection('images', stores);
    expect(levelMappingOf(collection, 'any', 'any')?.collections).toEqual(['images']);
    expect(browsesOf(collection, 'any')?.browses['TRUE_COLOR']?.channels.map(({ band }) => band)).toEqual([
      1, 2, 3,
    ]);
  });
});
