import type { EngineMemory } from '../leases/engine-state.ts';
import type { Crew } from './crew.ts';
import { residentBytes } from './process-memory.ts';

/**
 * How much memory the engine's processes take. Workers that take more than they may are replaced once their task is
 * done, as Django-Q's `max_rss` has it.
 *
 * @param maximumResidentBytes 0 for no limit.
 */
export async function reportMemory(crew: Crew, maximumResidentBytes: number): Promise<EngineMemory[]> {
  const workers = crew.workers.flatMap((worker) =>
    worker.pid === undefined ? [] : [{ worker, pid: worker.pid }],
  );
  const memory = await residentBytes([process.pid, ...workers.map(({ pid }) => pid)]);
  for (const { worker, pid } of workers) {
    if (maximumResidentBytes > 0 && (memory.get(pid) ?? 0) > maximumResidentBytes) crew.retire(worker);
  }
  return [
    {
      role: 'sentinel',
      pid: process.pid,
      residentBytes: memory.get(process.pid) ?? 0,
      tasks: workers.reduce((sum, { worker }) => sum + worker.finishedTasks, 0),
    },
    ...workers.map(({ worker, pid }) => ({
      role: 'worker' as const,
      pid,
      residentBytes: memory.get(pid) ?? 0,
      tasks: worker.finishedTasks,
    })),
  ];
}
