import { validateHeaderName, validateHeaderValue } from 'node:http';
import { makeValidator } from 'envalid';
import { RE2JS } from 're2js';
import { refuse } from '../../platform/settings/values.ts';

const FORM =
  'JSON such as {"5": {"^https://files\\\\.example\\\\.org/": {"addHeader": {"X-Key": "secret"}}}}';

/** The one operation that there is. */
const ADD_HEADER = 'addHeader';

type Headers = Readonly<Record<string, string>>;

interface Rule {
  readonly pattern: RE2JS;
  readonly headers: Headers;
}

/** Something in the rules that has another form than it may have. The message shows no value. */
class RuleFault extends Error {
  override readonly name = 'RuleFault';
}

/**
 * `ORIGIN_HTTP_RULES`: headers that the requests for origins get, by customer and by a regular expression of URLs. The
 * values may be credentials: nothing writes them down, and the rules of an object of this class are not enumerable.
 */
export class OriginHttpRules {
  /** No headers for any URL. */
  static readonly NONE = new OriginHttpRules(new Map(), new Set());

  readonly #byCustomer: ReadonlyMap<number, readonly Rule[]>;
  /** Operations that are in the rules, and that this version does not know. */
  readonly #unknownOperations: ReadonlySet<string>;

  private constructor(
    byCustomer: ReadonlyMap<number, readonly Rule[]>,
    unknownOperations: ReadonlySet<string>,
  ) {
    this.#byCustomer = byCustomer;
    this.#unknownOperations = unknownOperations;
  }

  /** Reads rules. @throws {RuleFault} */
  static parse(text: string): OriginHttpRules {
    const byCustomer = new Map<number, readonly Rule[]>();
    const unknownOperations = new Set<string>();
    for (const [customer, rules] of Object.entries(objectOf(parseJson(text), 'the whole'))) {
      if (!/^\d{1,10}$/.test(customer))
        throw new RuleFault(`the customer ${JSON.stringify(customer)} is not a number`);
      const read = Object.entries(objectOf(rules, `customer ${customer}`)).map(
        ([pattern, operations]): Rule => {
          const where = `the pattern ${JSON.stringify(pattern)} of customer ${customer}`;
          const { [ADD_HEADER]: headers = {}, ...others } = objectOf(operations, where);
          for (const operation of Object.keys(others)) unknownOperations.add(operation);
          return { pattern: compile(pattern, where), headers: headersOf(headers, where) };
        },
      );
      byCustomer.set(Number(customer), read);
    }
    return new OriginHttpRules(byCustomer, unknownOperations);
  }

  /** The names of operations that are ignored, since there is no such operation. */
  get unknownOperations(): readonly string[] {
    return [...this.#unknownOperations];
  }

  /**
   * Returns the headers for a URL: those of all rules of the customer whose pattern is found in it; later ones win.
   * User, password and fragment are not part of what is searched, for a caller could hide there what a rule looks for.
   */
  headersFor(customer: number, url: URL): Map<string, string> {
    const searched = new URL(url);
    searched.username = '';
    searched.password = '';
    searched.hash = '';
    const matching = (this.#byCustomer.get(customer) ?? []).filter(({ pattern }) =>
      pattern.matcher(searched.href).find(),
    );
    // Names of headers know no case.
    return new Map(
      matching.flatMap(({ headers }) =>
        Object.entries(headers).map(([name, value]): [string, string] => [name.toLowerCase(), value]),
      ),
    );
  }
}

/** The setting `ORIGIN_HTTP_RULES`. */
export const originHttpRules = makeValidator<OriginHttpRules>((input) => {
  try {
    return OriginHttpRules.parse(input);
  } catch (error) {
    return refuse(`${FORM}; ${error instanceof RuleFault ? error.message : 'it cannot be read'}`);
  }
});

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's own message quotes the text, and so what is secret.
    throw new RuleFault('it is not JSON');
  }
}

function objectOf(value: unknown, what: string): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  throw new RuleFault(`${what} is not an object`);
}

function compile(pattern: string, where: string): RE2JS {
  try {
    return RE2JS.compile(pattern);
  } catch (error) {
    const reason = error instanceof Error ? `: ${error.message}` : '';
    throw new RuleFault(`${where} is not a regular expression that RE2 knows${reason}`);
  }
}

function headersOf(value: unknown, where: string): Headers {
  const headers: Record<string, string> = {};
  for (const [name, text] of Object.entries(objectOf(value, `${ADD_HEADER} of ${where}`))) {
    const what = `the header ${JSON.stringify(name)} of ${where}`;
    if (typeof text !== 'string') throw new RuleFault(`${what} is not a text`);
    try {
      validateHeaderName(name);
      validateHeaderValue(name, text);
    } catch {
      throw new RuleFault(`${what} is not a valid HTTP header`);
    }
    headers[name] = text;
  }
  return headers;
}
