import { describe, expect, it } from '@jest/globals';
import { boxesOf } from '../../../../src/apps/view-server/catalogue/footprint.ts';
import { MetadataError } from '../../../../src/apps/view-server/metadata/metadata-error.ts';
import { readMoment, timeInName } from '../../../../src/apps/view-server/metadata/moments.ts';
import {
  mergeMetadata,
  type ProductMetadata,
} from '../../../../src/apps/view-server/metadata/product-metadata.ts';
import { readMetadata } from '../../../../src/apps/view-server/metadata/read-metadata.ts';
import { MOST_METADATA_BYTES, textAtXpath } from '../../../../src/apps/view-server/metadata/xml-text.ts';
import { browseReportXml, earthObservationXml, gscXml } from './sample-metadata.ts';

const VIENNA = { minX: 16, minY: 48, maxX: 17, maxY: 49 };

const read = (text: string | Buffer) => readMetadata(Buffer.from(text));

const boxes = (metadata: ProductMetadata | undefined) => metadata?.footprint && boxesOf(metadata.footprint);

describe('metadata of the EO profile', () => {
  it('says what a product is, where and when', () => {
    const metadata = read(earthObservationXml());
    expect(metadata).toMatchObject({
      identifier: 'DS_PHR1A_201806101000',
      type: 'PHR_FUS__3',
      level: 'Level_3',
      begins: new Date('2018-06-10T10:00:00Z'),
      ends: new Date('2018-06-10T10:00:10.250Z'),
      properties: {
        platform: 'PHR',
        platformSerialIdentifier: '1A',
        instrument: 'HiRI',
        sensorType: 'OPTICAL',
        resolution: 2,
        orbitNumber: 321,
        cloudCover: 12.5,
        acquisitionType: 'NOMINAL',
        parentIdentifier: 'PHR_FUS',
      },
    });
    expect(boxes(metadata)).toEqual([VIENNA]);
  });

  it('is read in another encoding, with entities of XML', () => {
    const text = earthObservationXml({ identifier: 'Ä&amp;&#66;' }).toString().replace('UTF-8', 'ISO-8859-1');
    expect(readMetadata(Buffer.from(text, 'latin1'))?.identifier).toBe('Ä&B');
  });

  it('may have positions with heights, and longitudes first', () => {
    const heights = earthObservationXml({ positions: '48 16 5 48 17 5 49 17 5 49 16 5' })
      .toString()
      .replace('<gml:posList>', '<gml:posList srsDimension="3">');
    expect(boxes(read(heights))).toEqual([VIENNA]);
    const crs84 = earthObservationXml({ positions: '16 48 17 48 17 49 16 49' })
      .toString()
      .replace('"EPSG:4326"', '"urn:ogc:def:crs:OGC:1.3:CRS84"');
    expect(boxes(read(crs84))).toEqual([VIENNA]);
  });

  it('may be across the antimeridian', () => {
    const metadata = read(earthObservationXml({ positions: '-18 179 -18 -179 -17 -179 -17 179' }));
    expect(boxes(metadata)).toHaveLength(2);
  });
});

describe('other metadata', () => {
  it('is a report of the Ground Segment Component', () => {
    const metadata = read(gscXml());
    expect(metadata).toMatchObject({
      identifier: 'DS_SPOT_1',
      type: 'HRV_X__1A',
      begins: new Date('2006-08-16T09:09:29Z'),
      ends: new Date('2006-08-16T09:12:46Z'),
      properties: { platform: 'SPOT', cloudCover: 0, parentIdentifier: 'SPOT_Level_1' },
    });
    expect(boxes(metadata)).toEqual([VIENNA]);
  });

  it('is a report of a browse, with its corners or with its footprint', () => {
    const metadata = read(browseReportXml());
    expect(metadata).toMatchObject({
      identifier: 'b_id_1',
      type: 'SAR',
      ends: new Date('2012-10-02T09:20:10Z'),
    });
    expect(boxes(metadata)).toEqual([VIENNA]);
    const footprint =
      '<rep:footprint nodeNumber="4"><rep:coordList>48 16 48 17 49 17 48 16</rep:coordList></rep:footprint>';
    expect(boxes(read(browseReportXml(footprint)))).toEqual([VIENNA]);
  });

  it.each([
    [
      'GeoJSON',
      {
        footprint: {
          type: 'Polygon',
          coordinates: [
            [
              [16, 48],
              [17, 48],
              [17, 49],
              [16, 49],
              [16, 48],
            ],
          ],
        },
      },
    ],
    ['WKT', { footprint: 'POLYGON ((16 48, 17 48, 17 49, 16 49, 16 48))' }],
    ['a bbox', { bbox: [16, 48, 17, 49] }],
  ])('is JSON with a footprint as %s', (_form, place) => {
    const metadata = read(
      JSON.stringify({
        id: 'A',
        path: 'a.tar',
        type: 'T',
        begin: '2018-06-10',
        cloudCover: 3,
        note: 'n',
        ...place,
      }),
    );
    expect(metadata).toMatchObject({
      identifier: 'A',
      type: 'T',
      begins: new Date('2018-06-10T00:00:00Z'),
      ends: new Date('2018-06-11T00:00:00Z'),
      properties: { cloudCover: 3, note: 'n' },
    });
    expect(metadata?.properties).not.toHaveProperty('path');
    expect(boxes(metadata)).toEqual([VIENNA]);
  });

  it('is an item of STAC', () => {
    const metadata = read(
      JSON.stringify({
        type: 'Feature',
        stac_version: '1.0.0',
        id: 'S2A',
        geometry: {
          type: 'Polygon',
          coordinates: [
            [
              [16, 48],
              [17, 48],
              [17, 49],
              [16, 48],
            ],
          ],
        },
        properties: {
          datetime: '2018-06-10T10:00:00Z',
          'eo:cloud_cover': 7,
          platform: 'S2',
          instruments: ['msi'],
        },
        assets: {},
      }),
    );
    expect(metadata).toMatchObject({
      identifier: 'S2A',
      begins: new Date('2018-06-10T10:00:00Z'),
      ends: new Date('2018-06-10T10:00:00Z'),
      properties: { cloudCover: 7, platform: 'S2', instrument: 'msi' },
    });
    expect(metadata?.type).toBeUndefined();
  });

  it('is not read where it is XML of another kind', () => {
    expect(read('<Dimap_Document/>')).toBeUndefined();
  });

  it('is put together from several sources', () => {
    const merged = mergeMetadata([
      { type: 'mine', properties: { note: 'mine' } },
      {
        type: 'other',
        identifier: 'A',
        begins: new Date(1),
        ends: new Date(2),
        properties: { note: 'x', more: 1 },
      },
    ]);
    expect(merged).toMatchObject({
      type: 'mine',
      identifier: 'A',
      begins: new Date(1),
      properties: { note: 'mine', more: 1 },
    });
  });
});

describe('metadata is refused', () => {
  const bomb = `<!DOCTYPE a [<!ENTITY b "${'x'.repeat(1_000)}"><!ENTITY c "${'&b;'.repeat(1_000)}">]><a>&c;</a>`;
  it.each([
    ['with entities', bomb, 'document type'],
    [
      'with an external entity',
      '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
      'document type',
    ],
    ['with a document type in UTF-16', Buffer.from('\uFEFF<!DOCTYPE a><a/>', 'utf16le'), 'document type'],
    ['that is nested too deep', `${'<a>'.repeat(100_000)}${'</a>'.repeat(100_000)}`, 'depth'],
    ['that is too large', Buffer.alloc(MOST_METADATA_BYTES + 1, ' '), 'bytes'],
    ['that is cut off', earthObservationXml().subarray(0, 800), 'no XML'],
    ['that is empty', '', 'no XML'],
    ['that is binary', Buffer.from([0x49, 0x49, 0x2a, 0, 1, 2, 3]), 'no XML'],
    [
      'with an impossible latitude',
      earthObservationXml({ positions: '98 16 98 17 99 17' }),
      'not on the globe',
    ],
    ['with words for numbers', earthObservationXml({ positions: 'a b c d e f' }), 'no number'],
    ['with half a position', earthObservationXml({ positions: '48 16 48 17 49' }), '5 numbers'],
    ['with a time that is none', earthObservationXml({ begin: 'yesterday' }), 'yesterday'],
    ['with a day that is none', earthObservationXml({ begin: '2018-02-30T00:00:00Z' }), '2018-02-30'],
    ['that ends before it begins', earthObservationXml({ end: '2018-06-09T00:00:00Z' }), 'before it begins'],
    [
      'in another reference system',
      earthObservationXml().toString().replace('EPSG:4326', 'EPSG:32633'),
      '32633',
    ],
    [
      'with two browses',
      browseReportXml().toString().replace('</rep:browseReport>', '<rep:browse/></rep:browseReport>'),
      '2 browses',
    ],
    ['as JSON that is cut off', '{"id": "A"', 'no JSON'],
    ['as JSON with a point', '{"footprint": {"type": "Point", "coordinates": [1, 2]}}', 'neither'],
    [
      'as JSON with texts as positions',
      '{"footprint": {"type": "Polygon", "coordinates": [[["a", 1]]]}}',
      'no numbers',
    ],
    ['as JSON with wrong WKT', '{"footprint": "POLYGON ((1 2, 3 4"}', 'no WKT'],
    ['as JSON with an object as id', '{"id": {}}', 'no text'],
    ['as JSON in another encoding', Buffer.from('{"id": "Ä"}', 'latin1'), 'UTF-8'],
  ] as [string, string | Buffer, string][])('%s', (_what, bytes, reason) => {
    const reading = () => read(bytes);
    expect(reading).toThrow(MetadataError);
    expect(reading).toThrow(reason);
  });
});

describe('a text at an XPath', () => {
  const xml = earthObservationXml();

  it('is that of the first XPath that finds one', () => {
    const xpaths = [
      '/gsc:report/gsc:none/text()',
      '//nope:x',
      '//eop:productType/text()',
      '//eop:identifier',
    ];
    expect(textAtXpath(xml, xpaths)).toBe('PHR_FUS__3');
    expect(textAtXpath(xml, ["concat(//eop:parentIdentifier, '!')"])).toBe('PHR_FUS!');
    expect(textAtXpath(xml, ['//eop:none', 'child::x'])).toBeUndefined();
  });
});

describe('a moment', () => {
  it.each([
    ['2018-06-10T10:00:00Z', '2018-06-10T10:00:00.000Z'],
    ['2018-06-10T10:00:00', '2018-06-10T10:00:00.000Z'],
    ['2018-06-10T12:00:00.123456+02:00', '2018-06-10T10:00:00.123Z'],
    ['2018-06-10', '2018-06-10T00:00:00.000Z'],
    ['20180610T100000Z', '2018-06-10T10:00:00.000Z'],
    ['0000-01-01', undefined],
    ['0001-01-01T00:00:00+12:00', undefined],
    ['9999-12-31T23:00:00-12:00', undefined],
    ['2018-13-01', undefined],
    ['2018-06-10T25:00:00Z', undefined],
    ['now', undefined],
  ])('%s', (text, expected) => {
    expect(readMoment(text)?.toISOString()).toBe(expected);
  });

  it.each([
    ['S2A_20180610T100000_20180610T100500_X', '2018-06-10T10:00:00.000Z', '2018-06-10T10:05:00.000Z'],
    ['IMG_20180610_100000.tif', '2018-06-10T10:00:00.000Z', '2018-06-10T10:00:00.000Z'],
    ['scene-2018-06-10.tif', '2018-06-10T00:00:00.000Z', '2018-06-11T00:00:00.000Z'],
    ['DS_PHR1A_201806101000119_FR1', undefined, undefined],
    ['orbit_00012345.tif', undefined, undefined],
  ])('in the name %s', (name, begin, end) => {
    expect(timeInName(name)?.begin.toISOString()).toBe(begin);
    expect(timeInName(name)?.end.toISOString()).toBe(end);
  });
});
