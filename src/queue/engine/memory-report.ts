import type { EngineMemory } from '../leases/engine-state.ts';
import type { EngineSettings } from '../settings.ts';
import type { Crew } from './crew.ts';
import { residentBytes } from './process-memory.ts';

/** The part of its memory limit that a worker may keep from one task to the next. */
const LARGEST_KEPT_SHARE = 0.5;

/** What a worker may take; 0 for no limit. */
type MemoryLimits = Pick<EngineSettings, 'maximumResidentBytes' | 'memoryLimitBytes'>;

/**
 * How much memory the engine's processes take. Workers that take more than they may keep are replaced once their task is
 * done: more than `maximumResidentBytes`, as Django-Q's `max_rss` has it, or so much that the next task might be ended
 * for what an earlier one has left.
 */
export async function reportMemory(crew: Crew, limits: MemoryLimits): Promise<EngineMemory[]> {
  const workers = crew.workers.flatMap((worker) =>
    worker.pid === undefined ? [] : [{ worker, pid: worker.pid }],
  );
  const keptBytes = Math.min(
    limits.maximumResidentBytes || Number.POSITIVE_INFINITY,
    limits.memoryLimitBytes * LARGEST_KEPT_SHARE || Number.POSITIVE_INFINITY,
  );
  const memory = await residentBytes([process.pid, ...workers.map(({ pid }) => pid)]);
  for (const { worker, pid } of workers) {
    if ((memory.get(pid) ?? 0) > keptBytes) crew.retire(worker);
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
