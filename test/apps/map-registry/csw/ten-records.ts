/** A record of the fixture. */
interface SampleRecord {
  readonly title: string;
  readonly abstract: string;
  readonly subjects: readonly string[];
  /** South, west, north, east. */
  readonly box: readonly [number, number, number, number];
}

/**
 * Ten records. "roads" is in four of them: in a title, an abstract and a subject, in three spellings. Two boxes meet the one of the
 * tests: one lies in it, one contains it; another would if latitude and longitude were exchanged.
 */
export const TEN_RECORDS: readonly SampleRecord[] = [
  { title: 'Roads of Amazonia', abstract: 'Paved and not', subjects: ['Transport'], box: [-10, -70, 5, -50] },
  {
    title: 'Plan of Brasilia',
    abstract: 'Lots and blocks',
    subjects: ['City'],
    box: [-16.1, -48.2, -15.4, -47.3],
  },
  { title: 'Land cover', abstract: 'Forest, crops, water', subjects: ['Land'], box: [-90, -180, 90, 180] },
  { title: 'Ice shelves', abstract: 'Edges of the ice', subjects: ['Ice'], box: [-70, -10, -40, 10] },
  {
    title: 'ROADS in Köln & Düsseldorf',
    abstract: 'A <b> & "c"',
    subjects: ['Straßen'],
    box: [50.8, 6.6, 51.4, 7.2],
  },
  { title: 'Mobility', abstract: 'Counts of cars on roads', subjects: ['Traffic'], box: [47, 5, 55, 15] },
  {
    title: 'Emergency access',
    abstract: 'Where ambulances drive',
    subjects: ['Health', 'rOaDs'],
    box: [40, -5, 44, 3],
  },
  { title: 'Depths <sea>', abstract: 'Soundings', subjects: ['Sea'], box: [30, 140, 50, 170] },
  { title: 'Rivers of Senegal', abstract: 'Lines of water', subjects: ['Water'], box: [12, -17, 17, -11] },
  { title: 'Temperatures', abstract: '50% quantile_of July', subjects: ['Air'], box: [-45, 110, -10, 155] },
];

/** The identifier of a record of the fixture, from 1. */
export function identifierOf(number: number): string {
  return `urn:test:record:${number}`;
}

/** Returns a transaction that inserts records; their numbers count from 1. */
export function insertTransaction(
  records: readonly SampleRecord[] = TEN_RECORDS,
  version: '2.0.2' | '3.0.0' = '2.0.2',
): string {
  const csw =
    version === '2.0.2' ? 'http://www.opengis.net/cat/csw/2.0.2' : 'http://www.opengis.net/cat/csw/3.0';
  const ows = version === '2.0.2' ? 'http://www.opengis.net/ows' : 'http://www.opengis.net/ows/2.0';
  return `<?xml version="1.0" encoding="UTF-8"?>
<csw:Transaction xmlns:csw="${csw}" xmlns:ows="${ows}" service="CSW" version="${version}">
  <csw:Insert>${records.map((record) => recordXml(record, TEN_RECORDS.indexOf(record) + 1)).join('\n')}</csw:Insert>
</csw:Transaction>`;
}

function recordXml({ title, abstract, subjects, box }: SampleRecord, number: number): string {
  const [south, west, north, east] = box;
  return `<csw:Record xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dct="http://purl.org/dc/terms/"
      xmlns:registry="http://gis.harvard.edu/HHypermap/registry/0.1">
    <dc:identifier>${identifierOf(number)}</dc:identifier>
    <dc:title>${escaped(title)}</dc:title>
    <dct:alternative>layer_${number}</dct:alternative>
    <dct:modified>2014-09-23T0${number % 10}:00:00Z</dct:modified>
    <dct:abstract>${escaped(abstract)}</dct:abstract>
    <dc:type>dataset</dc:type>
    <dc:format>OGC:WMS</dc:format>
    <dc:source>http://maps${number % 3}.example.com/wms?map=a&amp;b=c</dc:source>
    ${subjects.map((subject) => `<dc:subject>${escaped(subject)}</dc:subject>`).join('')}
    <dct:references scheme="OGC:WMS">http://maps${number % 3}.example.com/wms</dct:references>
    <registry:property name="ContactInformation/Primary/owner" value="owner${number}"/>
    <ows:BoundingBox crs="http://www.opengis.net/def/crs/EPSG/0/4326" dimensions="2">
      <ows:LowerCorner>${south} ${west}</ows:LowerCorner>
      <ows:UpperCorner>${north} ${east}</ows:UpperCorner>
    </ows:BoundingBox>
  </csw:Record>`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
