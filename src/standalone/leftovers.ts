import { commandLineOf, endProcess, isRunning } from './processes.ts';
import type { StartedProcess } from './running-state.ts';

/**
 * Ends what an earlier start left running when it was killed itself. A process id that another program has
 * by now is left alone.
 *
 * @returns those that were ended.
 */
export async function endLeftovers(processes: readonly StartedProcess[]): Promise<StartedProcess[]> {
  const ended = await Promise.all(
    processes.map(async (left) => {
      if (!isRunning(left.pid) || !(await commandLineOf(left.pid)).includes(left.script)) return undefined;
      // An engine lets its tasks end at the first signal, and gives them back to the queue at the second.
      await endProcess(left.pid, [
        { signal: 'SIGTERM', waitMilliseconds: 2_000 },
        { signal: 'SIGTERM', waitMilliseconds: 5_000 },
      ]);
      // Its whole group: an engine has workers.
      await endProcess(-left.pid, [{ signal: 'SIGKILL', waitMilliseconds: 5_000 }]);
      return left;
    }),
  );
  return ended.filter((left) => left !== undefined);
}
