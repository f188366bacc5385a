import DataLoader from 'dataloader';
import { isRefusal } from './refusal.ts';

/** The most calls that one group has. */
const MOST_GROUPED = 64;

/**
 * Groups calls: those that come while a group is in the database wait for it, and are the next group, in one statement
 * and one commit. A call that comes alone does not wait. What Postgres refuses of a group is done again call by call,
 * so that no call fails because of another one.
 *
 * @param run does the calls, and returns their results in the same order; an error for a call that failed while another
 *   one was done. If it throws, nothing was done.
 * @returns does one call.
 */
export function groupedCalls<Call, Result>(
  run: (calls: readonly Call[]) => Promise<readonly (Result | Error)[]>,
): (call: Call) => Promise<Result> {
  let running: Promise<unknown> = Promise.resolve();
  const loader = new DataLoader<Call, Result>(
    (calls) => {
      const group = runOrSeparate(run, calls);
      running = group.catch(() => undefined);
      return group;
    },
    {
      cache: false,
      maxBatchSize: MOST_GROUPED,
      batchScheduleFn: (send) => void running.then(send),
    },
  );
  return (call) => loader.load(call);
}

async function runOrSeparate<Call, Result>(
  run: (calls: readonly Call[]) => Promise<readonly (Result | Error)[]>,
  calls: readonly Call[],
): Promise<readonly (Result | Error)[]> {
  try {
    return await run(calls);
  } catch (error) {
    if (calls.length === 1 || !isRefusal(error)) throw error;
    const separate = calls.map(async (call) => runOrSeparate(run, [call]).catch((fault) => [asError(fault)]));
    return (await Promise.all(separate)).flat();
  }
}

/** Returns what was thrown as an error, as results have it. */
export function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
