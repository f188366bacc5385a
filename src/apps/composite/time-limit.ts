/**
 * Does work that may take so long and no longer.
 *
 * @param seconds 0 for no limit.
 * @param error makes what is thrown where it takes longer.
 * @param work is given a signal that fires then, and when `signal` does.
 */
export async function withinSeconds<Result>(
  seconds: number,
  error: () => Error,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  if (seconds === 0) return await work(signal);
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(error()), seconds * 1_000);
  try {
    return await work(AbortSignal.any([signal, limit.signal]));
  } catch (failure) {
    // Whatever broke off with it: why it had to stop is what people need to know.
    if (!signal.aborted && limit.signal.aborted) throw limit.signal.reason;
    throw failure;
  } finally {
    clearTimeout(timer);
  }
}
