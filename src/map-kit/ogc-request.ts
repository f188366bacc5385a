import { OgcError } from './ogc-error.ts';

/** What is read of a request. */
const LIMITS = { bytes: 8_192, pairs: 100 } as const;

/** The parameters of a request by key-value pairs. Keys have no case; values keep theirs. */
export class OgcRequest {
  readonly #values: ReadonlyMap<string, readonly string[]>;

  private constructor(values: ReadonlyMap<string, readonly string[]>) {
    this.#values = values;
  }

  /**
   * Reads the query of a URL: what follows its question mark.
   *
   * @throws {OgcError} it is too long, or not encoded as URLs are.
   */
  static read(query: string): OgcRequest {
    if (query.length > LIMITS.bytes) {
      throw new OgcError('NoApplicableCode', `The query has more than ${LIMITS.bytes} characters.`, {
        status: 414,
      });
    }
    const pairs = query.split('&').filter((pair) => pair !== '');
    if (pairs.length > LIMITS.pairs) {
      throw new OgcError('NoApplicableCode', `The query has more than ${LIMITS.pairs} parameters.`, {
        status: 400,
      });
    }
    const values = new Map<string, string[]>();
    for (const pair of pairs) {
      const equals = pair.indexOf('=');
      const key = decode(equals < 0 ? pair : pair.slice(0, equals)).toUpperCase();
      const value = equals < 0 ? '' : decode(pair.slice(equals + 1));
      const earlier = values.get(key);
      if (earlier) earlier.push(value);
      else values.set(key, [value]);
    }
    return new OgcRequest(values);
  }

  /**
   * Returns the value of a parameter; `undefined` if it is missing or empty.
   *
   * @throws {OgcError} `InvalidParameterValue`: there are two different values.
   */
  find(key: string): string | undefined {
    const values = this.#values.get(key.toUpperCase()) ?? [];
    const [first] = values;
    if (values.some((value) => value !== first)) {
      throw new OgcError('InvalidParameterValue', `${key} is given more than once.`, { locator: key });
    }
    return first === '' ? undefined : first;
  }

  /**
   * Returns the value of a parameter.
   *
   * @throws {OgcError} `MissingParameterValue`
   */
  get(key: string): string {
    const value = this.find(key);
    if (value === undefined) {
      throw new OgcError('MissingParameterValue', `${key} is missing.`, { locator: key });
    }
    return value;
  }

  /** Returns all values of a parameter that may be given more than once. */
  all(key: string): readonly string[] {
    return (this.#values.get(key.toUpperCase()) ?? []).filter((value) => value !== '');
  }

  /** Returns whether a parameter is given, even if it is empty. */
  has(key: string): boolean {
    return this.#values.has(key.toUpperCase());
  }

  /**
   * Returns a whole number; `undefined` if it is missing.
   *
   * @throws {OgcError} `InvalidParameterValue`
   */
  findWholeNumber(key: string, minimum: number, maximum: number): number | undefined {
    const value = this.find(key);
    if (value === undefined) return undefined;
    const number = /^\d{1,10}$/.test(value) ? Number(value) : Number.NaN;
    if (number >= minimum && number <= maximum) return number;
    throw new OgcError(
      'InvalidParameterValue',
      `${key} has to be a whole number from ${minimum} to ${maximum}.`,
      { locator: key },
    );
  }
}

/** Returns the numbers of a text like `1,2.5,-3e2`; `undefined` if it holds anything else, or not so many. */
export function readNumbers(text: string, count: number): number[] | undefined {
  const numbers = text.split(',').map(readNumber);
  return numbers.length === count && numbers.every(Number.isFinite) ? numbers : undefined;
}

/** Returns a decimal number; `NaN` if the text is none. */
export function readNumber(text: string): number {
  return /^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,3})?\s*$/i.test(text) ? Number(text) : Number.NaN;
}

/** Nothing has a name with NUL, and Postgres stores none. */
function decode(text: string): string {
  if (text.includes('%00')) throw new OgcError('NoApplicableCode', 'The query has NUL.', { status: 400 });
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch (error) {
    throw new OgcError('NoApplicableCode', 'The query is not percent-encoded UTF-8.', {
      status: 400,
      cause: error,
    });
  }
}
