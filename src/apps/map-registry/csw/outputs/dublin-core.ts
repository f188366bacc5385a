import type { Box } from '../../../../map-kit/box.ts';
import { type CswVersion, DC, DCT, NAMESPACES } from '../csw-version.ts';
import type { PublishedRecord } from '../records/find-records.ts';
import type { ElementSet } from '../requests/csw-request.ts';
import { linksOf } from './record-links.ts';
import { element, textElement } from './xml-text.ts';

/** How a record is written. */
export interface RecordStyle {
  readonly version: CswVersion;
  readonly elementSet: ElementSet;
  /** Names of elements; they count instead of the element set. */
  readonly elementNames: readonly string[];
  /** `https://registry.example.org/registry/hypermap` */
  readonly catalogUrl: string;
}

/** The system of boxes, whose corners have the latitude first. */
const BOX_CRS = 'http://www.opengis.net/def/crs/EPSG/0/4326';

const ELEMENT_NAMES: Readonly<Record<ElementSet, string>> = {
  brief: 'BriefRecord',
  summary: 'SummaryRecord',
  full: 'Record',
};

const IN_BRIEF = ['identifier', 'title', 'type', 'BoundingBox'];
const IN_SUMMARY = [...IN_BRIEF, 'subject', 'format', 'relation', 'modified', 'abstract'];

/** Returns a record as `csw:Record`, its summary or its brief form. A record that was inserted is returned as it was given. */
export function dublinCoreRecord(record: PublishedRecord, style: RecordStyle): string {
  const { version, elementSet, elementNames } = style;
  if (elementNames.length > 0) {
    const wanted = elementNames.map((name) => name.slice(name.indexOf(':') + 1).toLowerCase());
    return written('Record', record, style, (name) => wanted.includes(name.toLowerCase()));
  }
  if (elementSet === 'full' && record.givenXml !== null) return inVersion(record.givenXml, version);
  const shown = { brief: IN_BRIEF, summary: IN_SUMMARY, full: undefined }[elementSet];
  return written(ELEMENT_NAMES[elementSet], record, style, (name) => shown?.includes(name) ?? true);
}

/** The names of namespaces that records need, for the root of a document. */
export function recordNamespaces(version: CswVersion): Readonly<Record<string, string>> {
  const { prefix, csw, ows } = NAMESPACES[version];
  return { [`xmlns:${prefix}`]: csw, 'xmlns:dc': DC, 'xmlns:dct': DCT, 'xmlns:ows': ows };
}

/** Elements come in the order that the schemas of the brief form and the summary have. */
function written(
  name: string,
  record: PublishedRecord,
  { version, catalogUrl }: RecordStyle,
  isShown: (name: string) => boolean,
): string {
  const text = (prefix: 'dc' | 'dct', localName: string, value: string, scheme?: string) =>
    isShown(localName) ? textElement(`${prefix}:${localName}`, value, { scheme }) : '';
  // The brief form and the summary have to have a title.
  const title = record.title === '' ? record.identifier : record.title;
  return element(
    `${NAMESPACES[version].prefix}:${name}`,
    {},
    text('dc', 'identifier', record.identifier),
    text('dc', 'title', title),
    text('dc', 'type', record.type),
    text('dct', 'alternative', record.alternative),
    ...record.subjects.map((subject) => text('dc', 'subject', subject)),
    text('dc', 'format', record.format),
    text('dc', 'relation', record.relation),
    text('dct', 'modified', record.modified),
    text('dct', 'abstract', record.abstract),
    text('dc', 'source', record.source),
    text('dc', 'creator', record.creator),
    text('dc', 'publisher', record.publisher),
    text('dc', 'contributor', record.contributor),
    text('dc', 'language', record.language),
    text('dc', 'rights', record.rights),
    text('dc', 'date', record.date),
    ...linksOf(record, catalogUrl).map(({ scheme, url }) => text('dct', 'references', url, scheme)),
    record.box && isShown('BoundingBox') ? boundingBox(record.box) : '',
  );
}

function boundingBox({ minX, minY, maxX, maxY }: Box): string {
  return element(
    'ows:BoundingBox',
    { crs: BOX_CRS, dimensions: 2 },
    textElement('ows:LowerCorner', `${minY} ${minX}`),
    textElement('ows:UpperCorner', `${maxY} ${maxX}`),
  );
}

/** A stored document is one of 2.0.2 in canonical XML; 3.0.0 differs in two namespaces. */
function inVersion(xml: string, version: CswVersion): string {
  if (version === '2.0.2') return xml;
  const { csw, ows } = NAMESPACES['2.0.2'];
  return xml
    .replaceAll(new RegExp(`(\\sxmlns(?::[\\w.-]+)?=)"${csw}"`, 'g'), `$1"${NAMESPACES[version].csw}"`)
    .replaceAll(new RegExp(`(\\sxmlns(?::[\\w.-]+)?=)"${ows}"`, 'g'), `$1"${NAMESPACES[version].ows}"`);
}
