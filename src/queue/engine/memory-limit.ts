import type { Crew } from './crew.ts';
import { familyResidentBytes } from './process-memory.ts';

/**
 * Ends the workers whose task takes more memory than a worker may, before the machine runs out of it for all others.
 * What the programs take that a worker runs counts too.
 *
 * @param limitBytes 0 for no limit.
 */
export async function endOversizedWorkers(crew: Crew, limitBytes: number): Promise<void> {
  if (limitBytes === 0) return;
  const workers = crew.workers.flatMap((worker) =>
    worker.running && worker.pid !== undefined ? [{ worker, pid: worker.pid }] : [],
  );
  const memory = await familyResidentBytes(workers.map(({ pid }) => pid));
  for (const { worker, pid } of workers) {
    if ((memory.get(pid) ?? 0) <= limitBytes) continue;
    worker.kill({
      cause: 'memory',
      reason:
        `The task took more than the ${limitBytes / 1024 ** 2} MiB of memory that ` +
        'ENGINE_WORKER_MEMORY_LIMIT allows a worker',
    });
  }
}
