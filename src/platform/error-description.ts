import { types } from 'node:util';

/** What an error says, as plain texts that can be stored and logged. */
export interface ErrorDescription {
  /** The name of the error; for a thrown value that is no error, its type. */
  readonly type: string;
  readonly message: string;
  readonly stack?: string;
  readonly cause?: ErrorDescription;
}

/** A longer chain of causes is cut: it is no use to readers, and describing it may overflow the stack. */
const MOST_CAUSES = 10;

/**
 * Describes whatever was thrown; never throws itself. A part that cannot be read, for instance because its getter
 * throws, is described as such.
 */
export function describeError(thrown: unknown): ErrorDescription {
  return describe(thrown, MOST_CAUSES);
}

/** Returns whether a thrown value is an error; false for one that does not let anybody look. */
export function isError(thrown: unknown): thrown is Error {
  try {
    return types.isNativeError(thrown) || thrown instanceof Error;
  } catch {
    return false;
  }
}

/** Returns whether an error has more causes, one behind the other, than a description shows. */
export function hasTooManyCauses(error: Error): boolean {
  let cause = read(error, 'cause').value;
  for (let count = 0; isError(cause); count += 1) {
    if (count === MOST_CAUSES) return true;
    cause = read(cause, 'cause').value;
  }
  return false;
}

function describe(thrown: unknown, causes: number): ErrorDescription {
  if (!isError(thrown)) return { type: typeof thrown, message: textOf(thrown) };
  const stack = read(thrown, 'stack').value;
  const cause = read(thrown, 'cause').value;
  return {
    type: textOfPart(thrown, 'name') || 'Error',
    message: textOfPart(thrown, 'message'),
    ...(typeof stack === 'string' ? { stack } : {}),
    ...(isError(cause) && causes > 0 ? { cause: describe(cause, causes - 1) } : {}),
  };
}

function textOfPart(error: Error, name: 'name' | 'message'): string {
  const { value, fault } = read(error, name);
  if (fault !== undefined) return name === 'name' ? 'Error' : fault;
  return value === undefined ? '' : textOf(value);
}

function read(
  error: Error,
  name: 'name' | 'message' | 'stack' | 'cause',
): { value?: unknown; fault?: string } {
  try {
    return { value: error[name] };
  } catch {
    return { fault: `(the ${name} of the error cannot be read)` };
  }
}

function textOf(value: unknown): string {
  try {
    return String(value);
  } catch {
    return `(a thrown ${typeof value} that has no text)`;
  }
}
