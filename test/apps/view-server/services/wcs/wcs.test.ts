import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { XmlDocument } from 'libxml2-wasm';
import { openCog } from '../../../../../src/apps/view-server/cog/open-cog.ts';
import { COLLECTION, MapService } from '../../map-service.ts';

let service: MapService;

beforeAll(async () => {
  service = await MapService.start({ WMS_MAX_SIZE: '1000' });
  await service.add({
    identifier: 'A',
    begins: '2018-06-10T10:00:00Z',
    nodata: 7,
    draw: (column, row) => [column % 256, row, 9],
  });
  await service.add({
    identifier: 'B',
    begins: '2017-01-01T00:00:00Z',
    box: { minX: 17, minY: 48, maxX: 18, maxY: 49 },
  });
  await service.add({
    identifier: 'UTM',
    begins: '2016-01-01T00:00:00Z',
    srs: 'EPSG:32633',
    box: { minX: 500_000, minY: 5_300_000, maxX: 540_000, maxY: 5_320_000 },
    footprint: { minX: 15, minY: 47.85, maxX: 15.54, maxY: 48.04 },
    bandCount: 4,
    sampleType: 'uint16',
    draw: (column, row) => [column, row, column + row, 60_000],
  });
});

afterAll(() => service.stop());

const WCS = { service: 'WCS', version: '2.0.1' };
const NAMESPACES = {
  wcs: 'http://www.opengis.net/wcs/2.0',
  wcseo: 'http://www.opengis.net/wcs/wcseo/1.0',
  ows: 'http://www.opengis.net/ows/2.0',
  gml: 'http://www.opengis.net/gml/3.2',
  swe: 'http://www.opengis.net/swe/2.0',
};

async function document(parameters: Record<string, string>): Promise<XmlDocument> {
  const response = await service.get({ ...WCS, ...parameters });
  expect(response.status).toBe(200);
  return XmlDocument.fromString(await response.text());
}

const texts = (from: XmlDocument, path: string) => from.find(path, NAMESPACES).map((node) => node.content);

describe('the capabilities', () => {
  it('name the coverages, and the collections as series', async () => {
    const capabilities = await document({ request: 'GetCapabilities' });
    expect(texts(capabilities, '//wcs:CoverageSummary/wcs:CoverageId')).toEqual([
      'A_image',
      'B_image',
      'UTM_image',
    ]);
    expect(texts(capabilities, '//wcseo:DatasetSeriesId')).toEqual([COLLECTION]);
    expect(texts(capabilities, '//ows:Operation/@name')).toContain('DescribeEOCoverageSet');
  });

  it('have the sections that are wanted', async () => {
    const part = await document({ request: 'GetCapabilities', sections: 'DatasetSeriesSummary' });
    expect(texts(part, '//wcs:CoverageSummary')).toEqual([]);
    expect(texts(part, '//wcseo:DatasetSeriesId')).toEqual([COLLECTION]);
    expect(texts(part, '//ows:ServiceIdentification')).toEqual([]);
  });
});

describe('the description of a coverage', () => {
  it('has its grid, in the order of its axes', async () => {
    const description = await document({ request: 'DescribeCoverage', coverageId: 'A_image' });
    expect(texts(description, '//gml:Envelope/gml:lowerCorner')).toEqual(['48 16']);
    expect(texts(description, '//gml:RectifiedGrid//gml:high')).toEqual(['399 199']);
    expect(texts(description, '//gml:RectifiedGrid//gml:pos')).toEqual(['48.49875 16.00125']);
    expect(texts(description, '//gml:RectifiedGrid/gml:offsetVector')).toEqual(['0 0.0025', '-0.0025 0']);
    expect(texts(description, '//swe:field/@name')).toEqual(['band1', 'band2', 'band3']);
    expect(texts(description, '//gml:TimePeriod/gml:beginPosition')).toEqual(['2018-06-10T10:00:00.000Z']);
  });

  it('may be of several, with easting first where it is projected', async () => {
    const description = await document({ request: 'DescribeCoverage', coverageId: 'B_image,UTM_image' });
    expect(texts(description, '//wcs:CoverageId')).toEqual(['B_image', 'UTM_image']);
    expect(texts(description, '//gml:Envelope/gml:lowerCorner')).toEqual(['48 17', '500000 5300000']);
  });
});

describe('the description of a set of coverages', () => {
  const SET = { request: 'DescribeEOCoverageSet' };
  const ids = async (query: string) => {
    const response = await fetch(`${service.url}?${new URLSearchParams({ ...WCS, ...SET })}&${query}`);
    const set = XmlDocument.fromString(await response.text());
    return texts(set, '//wcs:CoverageDescription/wcs:CoverageId');
  };

  it('is of a collection, of products and of coverages', async () => {
    expect(await ids(`eoId=${COLLECTION}`)).toEqual(['A_image', 'B_image', 'UTM_image']);
    expect(await ids('eoId=A')).toEqual(['A_image']);
    expect(await ids('eoId=A_image,B')).toEqual(['A_image', 'B_image']);
  });

  it('is of a place and of a time', async () => {
    expect(await ids(`eoId=${COLLECTION}&subset=Long(16.5,17.5)&subset=Lat(48.1,48.2)`)).toEqual([
      'A_image',
      'B_image',
    ]);
    expect(await ids(`eoId=${COLLECTION}&subset=phenomenonTime(%222018-01-01%22,%222018-12-31%22)`)).toEqual([
      'A_image',
    ]);
    expect(await ids('eoId=A&subset=Long(20,21)')).toEqual([]);
  });

  it('may be of those alone that the place contains', async () => {
    const place = 'subset=Long(15.9,17.5)&subset=Lat(47.9,49.5)';
    expect(await ids(`eoId=${COLLECTION}&${place}&containment=contains`)).toEqual(['A_image']);
    expect(await ids(`eoId=${COLLECTION}&${place}&containment=overlaps`)).toEqual(['A_image', 'B_image']);
  });

  it('has a count, and says how many there are', async () => {
    const set = await document({ ...SET, eoId: COLLECTION, count: '1' });
    expect(texts(set, '/*/@numberMatched')).toEqual(['3']);
    expect(texts(set, '/*/@numberReturned')).toEqual(['1']);
    expect(texts(set, '//wcseo:DatasetSeriesDescription/wcseo:DatasetSeriesId')).toEqual([COLLECTION]);
  });

  it('has no more than its count of several, and each once', async () => {
    const set = await document({ ...SET, eoId: `${COLLECTION},A,${COLLECTION}`, count: '2' });
    expect(texts(set, '/*/@numberMatched')).toEqual(['4']);
    expect(texts(set, '//wcs:CoverageDescription/wcs:CoverageId')).toEqual(['A_image', 'B_image']);
    expect(texts(set, '//wcseo:DatasetSeriesDescription')).toHaveLength(1);
  });

  it('has the sections that are wanted', async () => {
    const set = await document({ ...SET, eoId: COLLECTION, sections: 'DatasetSeriesDescriptions' });
    expect(texts(set, '//wcs:CoverageDescriptions')).toEqual([]);
    expect(texts(set, '//wcseo:DatasetSeriesDescription')).toHaveLength(1);
  });
});

describe('a coverage', () => {
  const coverage = async (query: string) => {
    const response = await fetch(
      `${service.url}?${new URLSearchParams({ ...WCS, request: 'GetCoverage' })}&${query}`,
    );
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('image/tiff');
    const file = Buffer.from(await response.arrayBuffer());
    const reader = await openCog(async (startByte, lengthBytes) =>
      file.subarray(startByte, startByte + lengthBytes),
    );
    const { samples } = await reader.readBlock(0, 0, 0);
    return { ...reader.description, samples: [...samples] };
  };

  it('is the whole image', async () => {
    const { widthPixels, heightPixels, srs, box, nodata, samples } = await coverage('coverageId=A_image');
    expect({ widthPixels, heightPixels, srs, nodata }).toEqual({
      widthPixels: 400,
      heightPixels: 200,
      srs: 'EPSG:4326',
      nodata: 7,
    });
    expect(box.minX).toBeCloseTo(16, 9);
    expect(box.maxY).toBeCloseTo(48.5, 9);
    expect(samples.slice(0, 9)).toEqual([0, 0, 9, 1, 0, 9, 2, 0, 9]);
  });

  it('is a part of it, to the pixel', async () => {
    const part = await coverage('coverageId=A_image&subset=Lat(48.2,48.3)&subset=Long(16.1,16.2)');
    expect([part.widthPixels, part.heightPixels]).toEqual([40, 40]);
    expect(part.box.minX).toBeCloseTo(16.1, 9);
    expect(part.box.maxY).toBeCloseTo(48.3, 9);
    expect(part.samples.slice(0, 6)).toEqual([40, 80, 9, 41, 80, 9]);
  });

  it('may have open ends, and reach beyond the image', async () => {
    const part = await coverage('coverageId=A_image&subset=Lat(*,48.1)&subset=Long(16.9,20)');
    expect([part.widthPixels, part.heightPixels]).toEqual([40, 40]);
    expect(part.box.maxX).toBeCloseTo(17, 9);
  });

  it('is scaled', async () => {
    const half = await coverage('coverageId=UTM_image&scaleFactor=0.5');
    expect([half.widthPixels, half.heightPixels]).toEqual([200, 100]);
    expect(half.box).toMatchObject({ minX: 500_000, maxX: 540_000 });
    const sized = await coverage('coverageId=A_image&scaleSize=Long(10),Lat(5)&subset=Long(16,16.25)');
    expect([sized.widthPixels, sized.heightPixels]).toEqual([10, 5]);
  });

  it('has the bands that are wanted', async () => {
    const part = await coverage('coverageId=UTM_image&rangeSubset=band4,band1:band2&subset=x(501000,502000)');
    expect(part.sampleType).toBe('uint16');
    expect(part.samples.slice(0, 6)).toEqual([60_000, 10, 0, 60_000, 11, 0]);
  });
});

describe('a request that is wrong', () => {
  it.each([
    ['GetCoverage', 'coverageId=nothing', 404, 'NoSuchCoverage'],
    ['GetCoverage', '', 400, 'MissingParameterValue'],
    ['GetCoverage', 'coverageId=A_image&format=image/png', 400, 'InvalidParameterValue'],
    ['GetCoverage', 'coverageId=A_image&subset=Height(1,2)', 404, 'InvalidAxisLabel'],
    ['GetCoverage', 'coverageId=A_image&subset=Lat(2,1)', 404, 'InvalidSubsetting'],
    ['GetCoverage', 'coverageId=A_image&subset=Lat(1)', 404, 'InvalidSubsetting'],
    ['GetCoverage', 'coverageId=A_image&subset=Lat', 404, 'InvalidSubsetting'],
    ['GetCoverage', 'coverageId=A_image&subset=Lat(a,b)', 404, 'InvalidSubsetting'],
    ['GetCoverage', 'coverageId=A_image&subset=Lat(1,2)&subset=Lat(1,2)', 404, 'InvalidSubsetting'],
    ['GetCoverage', 'coverageId=A_image&subset=Long(100,101)', 404, 'InvalidSubsetting'],
    ['GetCoverage', 'coverageId=A_image&rangeSubset=red', 404, 'NoSuchField'],
    ['GetCoverage', 'coverageId=A_image&scaleFactor=-1', 400, 'InvalidScaleFactor'],
    ['GetCoverage', 'coverageId=A_image&scaleSize=Long', 400, 'InvalidScaleFactor'],
    ['GetCoverage', 'coverageId=A_image&scaleFactor=100', 413, 'InvalidParameterValue'],
    [
      'GetCoverage',
      'coverageId=A_image&subset=Lat,http://www.opengis.net/def/crs/EPSG/0/3857(1,2)',
      400,
      'SubsettingCrs-NotSupported',
    ],
    ['DescribeCoverage', 'coverageId=A_image,', 404, 'emptyCoverageIdList'],
    ['DescribeCoverage', 'coverageId=A_image,nothing', 404, 'NoSuchCoverage'],
    ['DescribeEOCoverageSet', 'eoId=nothing', 404, 'NoSuchDatasetSeriesOrCoverage'],
    ['DescribeEOCoverageSet', `eoId=${COLLECTION}&containment=near`, 400, 'InvalidParameterValue'],
    ['DescribeEOCoverageSet', `eoId=${COLLECTION}&count=-1`, 400, 'InvalidParameterValue'],
    ['DescribeEOCoverageSet', `eoId=${COLLECTION}&sections=Some`, 400, 'InvalidParameterValue'],
    ['DescribeEOCoverageSet', `eoId=${COLLECTION}&subset=phenomenonTime(x)`, 404, 'InvalidSubsetting'],
    ['GetCapabilities', 'acceptVersions=1.0.0', 400, 'VersionNegotiationFailed'],
    ['Transaction', '', 501, 'OperationNotSupported'],
  ])('%s with %s', async (request, query, status, code) => {
    const response = await fetch(
      `${service.url}?${new URLSearchParams({ service: 'WCS', request })}&${
        request === 'GetCapabilities' ? '' : 'version=2.0.1&'
      }${query}`,
    );
    expect(response.status).toBe(status);
    const report = XmlDocument.fromString(await response.text());
    expect(texts(report, '/ows:ExceptionReport/ows:Exception/@exceptionCode')).toEqual([code]);
  });

  it('has no version, or another', async () => {
    const other = await service.get({ ...WCS, version: '1.0.0', request: 'DescribeCoverage' });
    expect(other.status).toBe(400);
  });
});
