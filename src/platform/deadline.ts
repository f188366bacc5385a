/** Something took longer than it may. */
export class DeadlineError extends Error {
  override readonly name = 'DeadlineError';

  constructor(milliseconds: number) {
    super(`no answer within ${milliseconds / 1_000} seconds`);
  }
}

/**
 * Waits for a promise, at most for so long. The work behind the promise goes on nevertheless; its later outcome
 * is dropped.
 *
 * @throws {DeadlineError} when the time is over; or what the promise is rejected with.
 */
export async function within<T>(milliseconds: number, promise: Promise<T>): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new DeadlineError(milliseconds)), milliseconds);
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
