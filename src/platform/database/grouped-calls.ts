import DataLoader from 'dataloader';
import { isRefusal } from './refusal.ts';

/** The most calls that one group has. */
const MOST_GROUPED = 64;

/**
 * Groups calls: those that come while a group is in the database wait for it, and are the next group, in one statement
 * and one commit. A call that comes alone does not wait. What Postgres refuses of a group is done again call by call,
 * so that no call fails because of another one.
 *
 * @param run does the calls in one transaction, and returns their results in the same order.
 * @returns does one call.
 */
export function groupedCalls<Call, Result>(
  run: (calls: readonly Call[]) => Promise<readonly Result[]>,
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
  run: (calls: readonly Call[]) => Promise<readonly Result[]>,
  calls: readonly Call[],
): Promise<readonly (Result | Error)[]> {
  try {
    return await run(calls);
  } catch (error) {
    if (calls.length === 1 || !isRefusal(error)) throw error;
    return (await Promise.all(calls.map((call) => runOrSeparate(run, [call]).catch(asError)))).flat();
  }
}

/** Returns an error as an element of results, which is how the loader is given it. */
function asError(error: unknown): readonly Error[] {
  return [error instanceof Error ? error : new Error(String(error))];
}
