import { isError } from '../../platform/error-description.ts';

/**
 * Thrown by a function, it ends the task: another attempt would fail in the same way. The failure is stored as every
 * other, and no attempt follows, whatever the retry policy says.
 *
 * Its `cause`, if that is an error, is stored, logged and reported in its place.
 */
export class PermanentTaskError extends Error {
  override readonly name = 'PermanentTaskError';
}

/** What a function threw, without the {@link PermanentTaskError} around it, and whether there was one. */
export function unwrapPermanent(thrown: unknown): { readonly error: unknown; readonly isPermanent: boolean } {
  try {
    if (thrown instanceof PermanentTaskError)
      return { error: isError(thrown.cause) ? thrown.cause : thrown, isPermanent: true };
  } catch {
    // What was thrown does not let anybody look at it.
  }
  return { error: thrown, isPermanent: false };
}
