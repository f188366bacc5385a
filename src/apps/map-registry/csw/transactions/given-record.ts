import { randomUUID } from 'node:crypto';
import type { XmlElement } from 'libxml2-wasm';
import type { Box } from '../../../../map-kit/box.ts';
import { OgcError } from '../../../../map-kit/ogc-error.ts';
import { readNumber } from '../../../../map-kit/ogc-request.ts';
import { readWebAddress } from '../../endpoints/web-address.ts';
import { type MendedBox, mendBox } from '../../harvest/mended-box.ts';
import { LONGEST, storedKeywords, storedText } from '../../harvest/text-limits.ts';
import { SERVICE_TYPES, type ServiceType } from '../../layers/layer.ts';
import { DC, DCT, NAMESPACES } from '../csw-version.ts';
import { boxOfCorners } from '../filters/crs-names.ts';
import { attributeOf, childElements, childNamed } from '../filters/xml-elements.ts';
import { momentOfDate } from '../records/store-records.ts';
import type { RecordTexts } from '../records/stored-record.ts';
import { readXmlBody } from '../requests/xml-body.ts';

/** Characters of one record. */
const LONGEST_RECORD = 100_000;

/** What a `csw:Record` of a transaction states. */
export interface GivenRecord extends RecordTexts {
  readonly format: ServiceType;
  /** In canonical XML, in the namespaces of 2.0.2, with an identifier. */
  readonly xml: string;
  readonly mended: MendedBox;
  /** As Postgres reads it; `undefined` where the record states no date. */
  readonly dated: string | undefined;
  /** Likewise; `undefined` for what cannot be the year of a change too. */
  readonly modified: string | undefined;
  /** All its texts. */
  readonly furtherText: string;
}

/**
 * Reads a record of a transaction.
 *
 * @param given canonical XML with its namespaces.
 * @throws {OgcError} it is no `csw:Record`, or does not state what a record needs.
 */
export function readGivenRecord(given: string): GivenRecord {
  if (given.length > LONGEST_RECORD) throw refused(`A record has more than ${LONGEST_RECORD} characters.`);
  return readXmlBody(Buffer.from(inOldNamespaces(given)), (root) => {
    if (root.name !== 'Record' || root.namespaceUri !== NAMESPACES['2.0.2'].csw) {
      throw refused(`A record has to be a csw:Record, not ${JSON.stringify(root.name.slice(0, 60))}.`);
    }
    const text = (...names: readonly string[]) => textOf(root, names);
    const title = storedText(text('title'), LONGEST.title);
    if (title === '') throw refused('A record has no dc:title.');
    const identifier = identifierOf(root, text('identifier'));
    const date = text('date').slice(0, 100);
    return {
      identifier,
      type: text('type').slice(0, 200) || 'dataset',
      title,
      alternative: storedText(text('alternative'), LONGEST.name),
      abstract: storedText(text('abstract', 'description'), LONGEST.abstract),
      format: formatOf(text('format')),
      source: sourceOf(text('source')),
      relation: text('relation').slice(0, LONGEST.url),
      subjects: storedKeywords(textsOf(root, ['subject'])),
      creator: text('creator').slice(0, LONGEST.title),
      publisher: text('publisher').slice(0, LONGEST.title),
      contributor: text('contributor').slice(0, LONGEST.title),
      language: text('language').slice(0, 100),
      rights: text('rights').slice(0, LONGEST.abstract),
      date,
      dated: momentOfDate(date),
      modified: momentOfChange(text('modified')),
      mended: mendBox(boxOf(root)),
      xml: root.canonicalizeToString(),
      furtherText: childElements(root)
        .map(({ content }) => content.trim())
        .join('\n'),
    };
  });
}

/** The texts of a child by its local name, in either namespace of Dublin Core. */
function textsOf(root: XmlElement, names: readonly string[]): readonly string[] {
  return childElements(root)
    .filter(({ name, namespaceUri }) => names.includes(name) && [DC, DCT].includes(namespaceUri))
    .map(({ content }) => content.trim())
    .filter((content) => content !== '');
}

function textOf(root: XmlElement, names: readonly string[]): string {
  return textsOf(root, names)[0] ?? '';
}

/** A record without an identifier gets one, in its document too. */
function identifierOf(root: XmlElement, stated: string): string {
  if (stated.length > 250) throw refused('A dc:identifier has more than 250 characters.');
  if (stated !== '') return stated;
  const identifier = randomUUID();
  const [prefix] = Object.entries(root.namespaces).find(([, uri]) => uri === DC) ?? [];
  const first = childElements(root)[0];
  // A title has been found, so the namespace has a prefix or is the default one.
  const added = first?.prependElement('identifier', prefix);
  added?.addText(identifier);
  return identifier;
}

function formatOf(text: string): ServiceType {
  const type = SERVICE_TYPES.find((each) => each.toLowerCase() === text.toLowerCase());
  if (type) return type;
  throw refused(`The dc:format of a record has to be a type of service: ${SERVICE_TYPES.join(', ')}.`);
}

function sourceOf(text: string): string {
  const address = readWebAddress(text);
  if ('fault' in address) {
    throw refused(`The dc:source of a record has to be the URL of its service. ${address.fault}`);
  }
  return text;
}

/** Records are changed after Christ: replies show years of four digits. */
function momentOfChange(text: string): string | undefined {
  return /^0*[1-9]/.test(text) ? momentOfDate(text) : undefined;
}

/** A box without a system has the longitude first, as OWS Common leaves it to its users. */
function boxOf(root: XmlElement): Box | undefined {
  const box = childNamed(root, 'BoundingBox', 'WGS84BoundingBox');
  if (!box) return undefined;
  const numbers = [childNamed(box, 'LowerCorner'), childNamed(box, 'UpperCorner')].flatMap((corner) =>
    (corner?.content ?? '')
      .trim()
      .split(/[\s,]+/)
      .map(readNumber),
  );
  const [first, second, third, fourth, more] = numbers;
  if (
    first === undefined ||
    second === undefined ||
    third === undefined ||
    fourth === undefined ||
    more !== undefined ||
    !numbers.every(Number.isFinite)
  ) {
    throw refused('The ows:BoundingBox of a record has no two corners.');
  }
  const crsName = box.name === 'WGS84BoundingBox' ? undefined : attributeOf(box, 'crs');
  return boxOfCorners([first, second, third, fourth], crsName ?? 'CRS:84');
}

/** A record of 3.0.0 differs in two namespaces. */
function inOldNamespaces(xml: string): string {
  const from = NAMESPACES['3.0.0'];
  const to = NAMESPACES['2.0.2'];
  return xml
    .replaceAll(new RegExp(`(\\sxmlns(?::[\\w.-]+)?=)"${from.csw}"`, 'g'), `$1"${to.csw}"`)
    .replaceAll(new RegExp(`(\\sxmlns(?::[\\w.-]+)?=)"${from.ows}"`, 'g'), `$1"${to.ows}"`);
}

/** A record that is not stored. */
export function refused(message: string, status = 400): OgcError {
  return new OgcError('InvalidParameterValue', message, { locator: 'Transaction', status });
}
