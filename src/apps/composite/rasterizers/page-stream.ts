/** Finished pages that may wait to be taken, beside those that are being worked on. */
const WAITING_PAGES = 2;

/**
 * Works on pages 1 to `pageCount`, `concurrency` at a time, and yields each result as soon as it is there. While
 * results wait to be taken, no more are begun than fit: this is what bounds the memory.
 *
 * The first failure stops the others through the signal that `work` is given, and so does leaving the loop. When the
 * iteration ends, for whatever reason, no work is left running.
 */
export async function* streamPages<T>(
  pageCount: number,
  concurrency: number,
  signal: AbortSignal,
  work: (pageNumber: number, signal: AbortSignal) => Promise<T>,
): AsyncGenerator<T, void, undefined> {
  const stop = new AbortController();
  const workSignal = AbortSignal.any([signal, stop.signal]);
  const running = new Set<Promise<void>>();
  const waiting: T[] = [];
  let failure: { readonly reason: unknown } | undefined;
  let nextPageNumber = 1;

  const begin = (pageNumber: number): void => {
    const work_ = work(pageNumber, workSignal)
      .then(
        (result) => {
          waiting.push(result);
        },
        (reason: unknown) => {
          // What fails after the first failure fails because it was stopped.
          failure ??= { reason };
          stop.abort(reason);
        },
      )
      .finally(() => running.delete(work_));
    running.add(work_);
  };

  try {
    while (true) {
      signal.throwIfAborted();
      if (failure) throw failure.reason;
      while (
        nextPageNumber <= pageCount &&
        running.size < concurrency &&
        running.size + waiting.length < concurrency + WAITING_PAGES
      ) {
        begin(nextPageNumber);
        nextPageNumber += 1;
      }
      const result = waiting.shift();
      if (result !== undefined) yield result;
      else if (running.size > 0) await Promise.race(running);
      else return;
    }
  } finally {
    stop.abort();
    await Promise.all(running);
  }
}
