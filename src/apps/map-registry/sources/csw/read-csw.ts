import { XMLParser } from 'fast-xml-parser';
import { errorMessage } from '../../../../platform/error-message.ts';
import { decodeText } from '../../fetching/decode-text.ts';
import { freeGarbage } from '../../fetching/free-memory.ts';
import type { OutsideReply } from '../../fetching/outside-client.ts';
import { readRootTag } from '../description/root-tag.ts';
import { SourceError } from '../map-source.ts';
import type { RecordLink } from './service-links.ts';

/** A version of CSW. */
export type CswVersion = '2.0.2' | '3.0.0';

/** The namespaces of the versions. */
export const CSW_NAMESPACES: Readonly<Record<CswVersion, string>> = {
  '2.0.2': 'http://www.opengis.net/cat/csw/2.0.2',
  '3.0.0': 'http://www.opengis.net/cat/csw/3.0',
};

/** What a catalogue says of itself. */
export interface CswDescription {
  readonly version: CswVersion;
  readonly title: string;
  readonly abstract: string;
  readonly keywords: readonly string[];
}

/** Some records of a catalogue. */
export interface CswPage {
  readonly matchedCount: number;
  readonly returnedCount: number;
  /** Where the next page begins, from 1; 0 after the last one. `undefined` where it is not stated. */
  readonly nextRecord: number | undefined;
  readonly links: readonly RecordLink[];
}

/** Characters of a document by which its root is known. */
const ROOT_CHARACTERS = 8_192;

/** Elements that a document has at most: each takes some hundred bytes. A record has about twenty. */
const MOST_ELEMENTS = 50_000;

/** Characters of a document from which on the garbage of earlier ones is freed. */
const LARGE_CHARACTERS = 256 * 1024;

/** Characters of a server's own message that are repeated. */
const MOST_MESSAGE = 300;

/** Returns what a catalogue says of itself; `undefined` where the document is that of no catalogue. */
export function readCswDescription(reply: OutsideReply): CswDescription | undefined {
  const text = textOf(reply);
  const version = versionOf(text, 'Capabilities');
  if (!version) return undefined;
  const identification = member(member(parse(text, reply), 'Capabilities'), 'ServiceIdentification');
  return {
    version,
    title: textIn(member(identification, 'Title')),
    abstract: textIn(member(identification, 'Abstract')),
    keywords: all(member(member(identification, 'Keywords'), 'Keyword')).map(textIn),
  };
}

/** Reads some records. @throws {SourceError} */
export function readCswPage(reply: OutsideReply): CswPage {
  const text = textOf(reply);
  if (!versionOf(text, 'GetRecordsResponse')) throw new SourceError(refusalOf(text, reply));
  const results = member(member(parse(text, reply), 'GetRecordsResponse'), 'SearchResults');
  const records = ['Record', 'SummaryRecord', 'BriefRecord'].flatMap((name) => all(member(results, name)));
  const nextRecord = attribute(results, 'nextRecord');
  return {
    matchedCount: Number(attribute(results, 'numberOfRecordsMatched') ?? 0) || 0,
    returnedCount: records.length,
    nextRecord: nextRecord === undefined ? undefined : Number(nextRecord) || 0,
    links: records.flatMap(linksOf),
  };
}

function textOf({ body, headers }: OutsideReply): string {
  return decodeText(body, headers.get('content-type'));
}

/** Returns the version by the namespace of the root element; `undefined` where the root is another one. */
function versionOf(text: string, rootName: string): CswVersion | undefined {
  const root = readRootTag(text.slice(0, ROOT_CHARACTERS));
  if (root?.name !== rootName) return undefined;
  if (root.namespace === CSW_NAMESPACES['3.0.0']) return '3.0.0';
  return root.namespace === CSW_NAMESPACES['2.0.2'] ? '2.0.2' : undefined;
}

function refusalOf(text: string, reply: OutsideReply): string {
  const { host } = reply.url;
  if (readRootTag(text.slice(0, ROOT_CHARACTERS))?.name !== 'ExceptionReport') {
    return `${host} did not send records of a catalogue.`;
  }
  const [exception] = all(member(member(parse(text, reply), 'ExceptionReport'), 'Exception'));
  const message = textIn(all(member(exception, 'ExceptionText'))[0]) || 'no reason';
  return `${host} refuses to send records: ${message.slice(0, MOST_MESSAGE)}`;
}

/** References of Dublin Core, and the links of GeoNetwork. */
function linksOf(record: unknown): readonly RecordLink[] {
  const links = (name: string, schemeName: string) =>
    all(member(record, name)).map((link) => ({
      scheme: attribute(link, schemeName) ?? '',
      url: textIn(link),
    }));
  return [...links('references', 'scheme'), ...links('URI', 'protocol')];
}

/** Entities that a document declares are not expanded, and deep or hostile documents are refused. */
const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  // The namespace of the root is looked at before.
  removeNSPrefix: true,
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: true,
});

function parse(text: string, { url }: OutsideReply): unknown {
  if (hasMoreElements(text))
    throw new SourceError(`${url.host} sent XML of more than ${MOST_ELEMENTS} elements.`);
  if (text.length > LARGE_CHARACTERS) freeGarbage();
  try {
    const document: unknown = parser.parse(text);
    return document;
  } catch (error) {
    throw new SourceError(`The XML that ${url.host} sent cannot be read: ${errorMessage(error)}`);
  }
}

/** Counts what may be elements, as parsing would take the memory already. */
function hasMoreElements(text: string): boolean {
  let count = 0;
  for (let position = text.indexOf('<'); position >= 0; position = text.indexOf('<', position + 1)) {
    if (text[position + 1] !== '/') count += 1;
    if (count > MOST_ELEMENTS) return true;
  }
  return false;
}

function member(value: unknown, name: string): unknown {
  const parent = Array.isArray(value) ? value[0] : value;
  if (typeof parent !== 'object' || parent === null || !Object.hasOwn(parent, name)) return undefined;
  return Object.entries(parent).find(([key]) => key === name)?.[1];
}

function all(value: unknown): readonly unknown[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}

/** The text of an element, with attributes or without. */
function textIn(value: unknown): string {
  if (typeof value === 'string') return value;
  const text = member(value, '#text');
  return typeof text === 'string' ? text : '';
}

function attribute(value: unknown, name: string): string | undefined {
  const text = member(value, `@${name}`);
  return typeof text === 'string' ? text : undefined;
}
