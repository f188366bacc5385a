import { setTimeout as sleep } from 'node:timers/promises';

/** The shortest and the longest pause before the next try. */
const PAUSE_MILLISECONDS = [200, 2_000] as const;

/** SQLSTATEs after which another try may succeed: a lock was not to be had, or there was a deadlock. */
const NO_LOCK = ['55P03', '40P01'];

/** Locks were not to be had at any of the tries. */
export class LockTriesError extends Error {
  override readonly name = 'LockTriesError';
}

/** How often locks are tried for. */
export interface LockTries {
  /** How long each try may wait: others wait behind it no longer. */
  readonly lockMilliseconds: number;
  readonly tries: number;
  readonly signal: AbortSignal;
  /** Further SQLSTATEs after which another try may succeed. */
  readonly furtherStates?: readonly string[];
}

/**
 * Tries something again that gives way where it does not get its locks, after a pause in which others come in.
 *
 * @param attempt is given its number, from 1.
 * @param subject what was in use, in the message of the error.
 * @throws {LockTriesError} when all tries are used up.
 * @throws the signal's reason.
 */
export async function inTries<Result>(
  { tries, signal, furtherStates = [] }: LockTries,
  subject: string,
  attempt: (number: number) => Promise<Result>,
): Promise<Result> {
  for (let number = 1; ; number += 1) {
    signal.throwIfAborted();
    try {
      return await attempt(number);
    } catch (error) {
      signal.throwIfAborted();
      if (![...NO_LOCK, ...furtherStates].includes(stateOf(error))) throw error;
      if (number >= tries) {
        throw new LockTriesError(`${subject} in use at each of ${tries} tries; nothing has changed`, {
          cause: error,
        });
      }
    }
    const [shortest, longest] = PAUSE_MILLISECONDS;
    await sleep(shortest + Math.random() * (longest - shortest), undefined, { signal });
  }
}

function stateOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
