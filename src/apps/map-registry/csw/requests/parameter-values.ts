import { OgcError } from '../../../../map-kit/ogc-error.ts';
import { ATOM, CSW_VERSIONS, type CswVersion, GMD, NAMESPACES } from '../csw-version.ts';
import type { ElementSet, RecordSchema, ReplyFormat } from './csw-request.ts';

/** Records of a page. */
export const RECORD_LIMITS = { default: 10, most: 500 } as const;

/** The last record that a page may begin with. */
export const MOST_START_POSITION = 1_000_000_000;

/** The types of records that a query may name. Each means all records. */
const TYPE_NAMES = ['csw:record', 'csw30:record', 'record', 'gmd:md_metadata', 'md_metadata'];

/** The formats of replies by their media types. */
export const FORMATS: Readonly<Record<string, ReplyFormat>> = {
  'application/xml': 'xml',
  'text/xml': 'xml',
  'application/json': 'json',
  'application/atom+xml': 'xml',
};

/** Returns the version that a request names. @throws {OgcError} `InvalidParameterValue` */
export function versionOf(text: string): CswVersion {
  const version = CSW_VERSIONS.find(
    (each) => each === text.trim() || (each === '3.0.0' && text.trim() === '3.0'),
  );
  if (version) return version;
  throw invalid('version', `Version ${shown(text)} is not supported, but ${CSW_VERSIONS.join(' and ')}.`);
}

/** Returns the newest version of those that a client accepts. @throws {OgcError} `VersionNegotiationFailed` */
export function negotiatedVersion(accepted: readonly string[]): CswVersion {
  const found = accepted.map((text) => CSW_VERSIONS.find((each) => each === text.trim())).find(Boolean);
  if (found) return found;
  throw new OgcError(
    'VersionNegotiationFailed',
    `None of the versions is supported; ${CSW_VERSIONS.join(' and ')} are.`,
    { locator: 'acceptVersions' },
  );
}

/** Returns the format that a request names. Default: XML. @throws {OgcError} `InvalidParameterValue` */
export function formatOf(text: string | undefined): ReplyFormat {
  if (text === undefined) return 'xml';
  const format = FORMATS[text.split(';')[0]?.trim().toLowerCase() ?? ''];
  if (format) return format;
  throw invalid('outputFormat', `${shown(text)} is no format of this catalogue.`);
}

/** Returns the schema that a request names. Default: that of CSW. @throws {OgcError} `InvalidParameterValue` */
export function schemaOf(text: string | undefined): RecordSchema {
  switch (text?.trim()) {
    case undefined:
    case 'own':
    case NAMESPACES['2.0.2'].csw:
    case NAMESPACES['3.0.0'].csw:
      return 'csw';
    case GMD:
      return 'gmd';
    case ATOM:
      return 'atom';
    default:
      throw invalid('outputSchema', `${shown(text ?? '')} is no schema of this catalogue.`);
  }
}

/** Returns the element set that a request names. @throws {OgcError} `InvalidParameterValue` */
export function elementSetOf(text: string | undefined): ElementSet {
  switch (text?.trim().toLowerCase()) {
    case undefined:
    case '':
    case 'summary':
      return 'summary';
    case 'brief':
      return 'brief';
    case 'full':
      return 'full';
    default:
      throw invalid('elementSetName', `${shown(text ?? '')} is none of brief, summary and full.`);
  }
}

/** Returns what a request wants: the number of records, or the records. @throws {OgcError} `InvalidParameterValue` */
export function resultTypeOf(text: string | undefined): 'hits' | 'results' | 'validate' {
  switch (text?.trim().toLowerCase()) {
    case undefined:
      return 'results';
    case 'results':
      return 'results';
    case 'hits':
      return 'hits';
    case 'validate':
      return 'validate';
    default:
      throw invalid('resultType', `${shown(text ?? '')} is none of hits, results and validate.`);
  }
}

/** @throws {OgcError} `InvalidParameterValue`: a type of records that this catalogue does not have. */
export function checkTypeNames(names: readonly string[]): void {
  const unknown = names.find((name) => !TYPE_NAMES.includes(name.trim().toLowerCase()));
  if (unknown !== undefined) {
    throw invalid('typeNames', `${shown(unknown)} is no type of record; csw:Record and gmd:MD_Metadata are.`);
  }
}

/**
 * Returns a whole number of an attribute or a parameter.
 *
 * @param most a greater one becomes this.
 * @throws {OgcError} `InvalidParameterValue`
 */
export function wholeNumberOf(
  name: string,
  text: string | undefined,
  { minimum, most, unstated }: { readonly minimum: number; readonly most: number; readonly unstated: number },
): number {
  if (text === undefined) return unstated;
  const number = /^\s*\d{1,15}\s*$/.test(text) ? Number(text) : Number.NaN;
  if (number >= minimum) return Math.min(number, most);
  throw invalid(name, `${name} has to be a whole number from ${minimum} on.`);
}

/** A parameter has a value that cannot be used. */
export function invalid(locator: string, message: string): OgcError {
  return new OgcError('InvalidParameterValue', message, { locator });
}

/** A parameter is missing. */
export function missing(locator: string): OgcError {
  return new OgcError('MissingParameterValue', `${locator} is missing.`, { locator });
}

/** An operation that this catalogue does not have. */
export function unknownOperation(name: string): OgcError {
  return new OgcError('OperationNotSupported', `There is no operation ${shown(name)}.`, {
    locator: 'request',
    status: 400,
  });
}

function shown(text: string): string {
  return JSON.stringify(text.slice(0, 60));
}
