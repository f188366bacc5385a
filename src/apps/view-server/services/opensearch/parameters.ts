import { faultOfText } from '../../../../platform/database/storable-text.ts';
import { HttpError } from '../../../../platform/http/http-error.ts';

/** A parameter of searches, as descriptions declare it. */
export interface ParameterDeclaration {
  /** As URLs have it. */
  readonly name: string;
  /** As templates have it: `geo:box`. */
  readonly value: string;
  readonly title: string;
  readonly minimum?: number;
  readonly maximum?: number;
}

/** Results of a page. */
export const COUNT_LIMITS = { default: 20, most: 500 } as const;

/** The first result that a page may begin with. */
export const MOST_START_INDEX = 100_000;

const PAGING: readonly ParameterDeclaration[] = [
  { name: 'count', value: 'count', title: 'Results of a page', minimum: 0, maximum: COUNT_LIMITS.most },
  {
    name: 'startIndex',
    value: 'startIndex',
    title: 'The first result, from 1',
    minimum: 1,
    maximum: MOST_START_INDEX,
  },
];

/** The parameters with which collections are searched for. */
export const COLLECTION_PARAMETERS: readonly ParameterDeclaration[] = [
  { name: 'q', value: 'searchTerms', title: 'Part of the identifier or the title' },
  ...PAGING,
  { name: 'uid', value: 'geo:uid', title: 'The identifier' },
  { name: 'bbox', value: 'geo:box', title: 'West, south, east, north, in degrees' },
  { name: 'start', value: 'time:start', title: 'The begin of a time, in ISO 8601' },
  { name: 'end', value: 'time:end', title: 'Its end' },
];

/** Properties that products are searched by: texts. */
export const TEXT_PROPERTIES: readonly string[] = [
  'platform',
  'platformSerialIdentifier',
  'instrument',
  'sensorType',
  'sensorMode',
  'orbitDirection',
  'acquisitionType',
  'acquisitionSubtype',
  'parentIdentifier',
  'productionStatus',
  'polarisationMode',
  'polarisationChannels',
];

/** Properties that products are searched by: numbers. */
export const NUMBER_PROPERTIES: readonly string[] = [
  'cloudCover',
  'snowCover',
  'resolution',
  'orbitNumber',
  'illuminationAzimuthAngle',
  'illuminationElevationAngle',
  'incidenceAngle',
];

/** The parameters with which products are searched for. */
export const PRODUCT_PARAMETERS: readonly ParameterDeclaration[] = [
  { name: 'q', value: 'searchTerms', title: 'Part of the identifier' },
  ...COLLECTION_PARAMETERS.slice(1),
  { name: 'geom', value: 'geo:geometry', title: 'A geometry in WKT, the longitude first' },
  { name: 'lat', value: 'geo:lat', title: 'The latitude of a point', minimum: -90, maximum: 90 },
  { name: 'lon', value: 'geo:lon', title: 'Its longitude', minimum: -180, maximum: 180 },
  { name: 'radius', value: 'geo:radius', title: 'Metres around it', minimum: 0 },
  { name: 'productType', value: 'eo:productType', title: 'The type of the product' },
  { name: 'processingLevel', value: 'eo:processingLevel', title: 'The level of the product' },
  ...TEXT_PROPERTIES.map((name) => ({ name, value: `eo:${name}`, title: 'One text, or several: {A,B}' })),
  ...NUMBER_PROPERTIES.map((name) => ({ name, value: `eo:${name}`, title: 'A number, or a range: [0,20]' })),
];

/** The parameters of a request, whose names have the case that descriptions give them. Empty ones count as left out. */
export class SearchParameters {
  readonly #values: ReadonlyMap<string, string>;

  private constructor(values: ReadonlyMap<string, string>) {
    this.#values = values;
  }

  /**
   * Reads the query of a URL.
   *
   * @throws {HttpError} 400: a parameter is unknown, or given twice.
   */
  static read(query: string, known: readonly ParameterDeclaration[]): SearchParameters {
    const values = new Map<string, string>();
    for (const [name, value] of new URLSearchParams(query)) {
      if (!known.some((each) => each.name === name)) {
        throw new HttpError(400, `There is no parameter "${name.slice(0, 60)}".`);
      }
      if (values.has(name)) throw new HttpError(400, `"${name}" is given more than once.`);
      const fault = faultOfText(value);
      if (fault) throw refused(name, `it has ${fault}`);
      if (value.trim() !== '') values.set(name, value.trim());
    }
    return new SearchParameters(values);
  }

  /** Returns a text; `undefined` if it is left out. */
  find(name: string): string | undefined {
    return this.#values.get(name);
  }

  /** Returns a number in a range. @throws {HttpError} 400 */
  findNumber(name: string, minimum: number, maximum: number): number | undefined {
    const text = this.find(name);
    if (text === undefined) return undefined;
    const number = readNumber(text);
    if (number >= minimum && number <= maximum) return number;
    throw refused(name, `it has to be a number from ${minimum} to ${maximum}`);
  }

  /** Returns a whole number in a range. @throws {HttpError} 400 */
  findWholeNumber(name: string, minimum: number, maximum: number): number | undefined {
    const number = this.findNumber(name, minimum, maximum);
    if (number === undefined || Number.isInteger(number)) return number;
    throw refused(name, `it has to be a whole number from ${minimum} to ${maximum}`);
  }

  /** Returns the query with other values: for links to other pages. */
  with(differing: Readonly<Record<string, string | number>>): string {
    const query = new URLSearchParams([...this.#values]);
    for (const [name, value] of Object.entries(differing)) query.set(name, String(value));
    return query.toString();
  }
}

/** Returns a decimal number; `NaN` if the text is none. */
export function readNumber(text: string): number {
  return /^\s*[+-]?(\d{1,20}\.?\d{0,20}|\.\d{1,20})(e[+-]?\d{1,2})?\s*$/i.test(text)
    ? Number(text)
    : Number.NaN;
}

/** A parameter has a value that cannot be used. */
export function refused(name: string, reason: string): HttpError {
  return new HttpError(400, `"${name}" cannot be used: ${reason}.`);
}
