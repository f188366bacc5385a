import { randomUUID } from 'node:crypto';
import { stepHandler } from '../../../src/apps/ingestion/refreshes/run-step.ts';
import type { RunStep } from '../../../src/apps/ingestion/refreshes/step.ts';
import { openSearchEngine } from '../../../src/apps/ingestion/search-engines/open-search-engine.ts';
import { refreshTasksOf } from '../../../src/apps/ingestion/tasks.ts';
import type { TaskContext } from '../../../src/queue/index.ts';
import type { IngestionService } from './ingestion-service.ts';

/** The context of a task that a test runs itself. */
export function taskContext(
  { platform }: IngestionService,
  { taskId = randomUUID(), attempt = 1 }: { taskId?: string; attempt?: number } = {},
): TaskContext {
  const { signal } = new AbortController();
  return { taskId, attempt, signal, progress: () => {}, logger: platform.logger, platform };
}

/** Returns the id of a refresh as it is stored. */
export function refreshIdOf(taskId: string): string {
  return taskId.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** Runs a step of a refresh with code of the test's own, at its last attempt. */
export async function runStepAs(
  service: IngestionService,
  id: string,
  position: number,
  run: RunStep,
): Promise<void> {
  const handler = stepHandler({
    load: async () => run,
    openSearchEngine,
    tasksOf: refreshTasksOf,
    lastAttempt: 1,
  });
  await handler({ refreshId: refreshIdOf(id), position }, taskContext(service));
}
