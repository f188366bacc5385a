import { faultOfText, storableText } from '../../../platform/database/storable-text.ts';

/** A part of a JSON value that Postgres cannot keep as it is. */
export interface Unstorable {
  /** The keys and indices that lead to it. */
  readonly path: readonly string[];
  /** What is wrong with it: `must …`. */
  readonly fault: string;
}

/** Postgres and JSON.stringify walk a value by recursion, so that a deep one would overflow their stacks. */
const MAXIMUM_DEPTH = 100;

/** Characters of a key, and keys of a path, that a message shows. */
const SHOWN_CHARACTERS = 60;
const SHOWN_KEYS = 10;

/** Characters of a number: Postgres keeps some thousand digits behind the point, and refuses what has more. */
const MAXIMUM_NUMBER_CHARACTERS = 1_000;

/**
 * Finds the first part of a parsed JSON value that a `jsonb` column would refuse or change: the character
 * U+0000, half of a surrogate pair, a number beyond the range of a double or of more than 1,000 characters, and
 * nesting beyond 100 levels. A number as `RawJson` keeps its digits.
 */
export function findUnstorable(value: unknown): Unstorable | undefined {
  const found = find(value, 0);
  if (!found || found.path.length <= SHOWN_KEYS) return found;
  return { path: [...found.path.slice(0, SHOWN_KEYS), '…'], fault: found.fault };
}

function find(value: unknown, depth: number): Unstorable | undefined {
  if (typeof value === 'string') return textFault(value);
  if (value === Infinity || value === -Infinity) return { path: [], fault: OUT_OF_RANGE };
  if (JSON.isRawJSON(value)) return numberFault(value.rawJSON);
  if (typeof value !== 'object' || value === null) return undefined;
  if (depth === MAXIMUM_DEPTH)
    return { path: [], fault: `must not be nested deeper than ${MAXIMUM_DEPTH} levels` };
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) {
      const found = find(item, depth + 1);
      if (found) return below(String(index), found);
    }
    return undefined;
  }
  for (const key of Object.keys(value)) {
    const found = textFault(key) ?? find(Reflect.get(value, key), depth + 1);
    if (found) return below(key, found);
  }
  return undefined;
}

const OUT_OF_RANGE = 'must be a number that a double can hold';

function numberFault(number: string): Unstorable | undefined {
  if (number.length > MAXIMUM_NUMBER_CHARACTERS)
    return { path: [], fault: `must be a number of at most ${MAXIMUM_NUMBER_CHARACTERS} characters` };
  const nearest = Number(number);
  const isTooSmall = nearest === 0 && /[1-9]/.test(number.replace(/e.*/i, ''));
  return Number.isFinite(nearest) && !isTooSmall ? undefined : { path: [], fault: OUT_OF_RANGE };
}

function textFault(text: string): Unstorable | undefined {
  const fault = faultOfText(text);
  if (fault === undefined) return undefined;
  return { path: [], fault: `must not contain ${fault === 'NUL' ? 'the character U+0000' : fault}` };
}

function below(key: string, { path, fault }: Unstorable): Unstorable {
  const shown = storableText(key.slice(0, SHOWN_CHARACTERS));
  return { path: [shown, ...path], fault };
}
