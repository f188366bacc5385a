import { takeAdvisoryLock } from '../../../platform/database/advisory-lock.ts';
import { errorMessage } from '../../../platform/error-message.ts';
import {
  PermanentTaskError,
  type TaskContext,
  type TaskHandler,
  type TaskQueue,
} from '../../../queue/index.ts';
import { openIngestionDatabases } from '../databases/ingestion-databases.ts';
import { modelNamed } from '../models/index.ts';
import type { OpenSearchEngine } from '../search-engines/open-search-engine.ts';
import { ingestionSettings } from '../settings.ts';
import { beginStep } from './begin-step.ts';
import { endRefresh } from './end-refresh.ts';
import { endStep } from './end-step.ts';
import { isFinalFailure } from './final-failure.ts';
import { PLANS, type StepName } from './plans.ts';
import { ProgressWriter } from './progress-writer.ts';
import { openQueueOf } from './queue-of-task.ts';
import type { Refresh } from './refresh.ts';
import type { RefreshTasks, StepArguments } from './refresh-tasks.ts';
import { hexadecimalId } from './request-refresh.ts';
import { RefreshRefusedError, type RunStep, type StepContext, type StepOutcome } from './step.ts';
import { connectionsOf } from './step-connections.ts';
import { stepsOf } from './stored-steps.ts';

/** How the task of a step is run. */
export interface StepTask {
  /** Loads the step's code. */
  readonly load: () => Promise<RunStep>;
  readonly openSearchEngine: OpenSearchEngine;
  readonly tasksOf: (queue: TaskQueue) => RefreshTasks;
  /** The attempt after which no other follows. */
  readonly lastAttempt: number;
}

/**
 * Makes the handler of a step's task. What the step has come to, and what follows from it, is stored in one transaction; so is
 * the end of the refresh where the step fails for good.
 */
export function stepHandler(task: StepTask): TaskHandler<StepArguments, null> {
  return async (step, context) => {
    const { database } = context.platform;
    const refresh = await beginStep(database, step);
    if (!refresh) return null;
    const queue = await openQueueOf(context);
    const tasks = task.tasksOf(queue);
    try {
      const outcome = await runLocked(task, refresh, step, queue, context);
      if (outcome !== 'in slices') {
        await database.transaction((transaction) => endStep(transaction, tasks, step, outcome));
      }
      return null;
    } catch (error) {
      if (!isFinalFailure(error, context, task.lastAttempt)) throw error;
      await database.transaction((transaction) => failRefresh(transaction, tasks, refresh, error));
      throw new PermanentTaskError(errorMessage(error), { cause: error });
    } finally {
      await queue.close();
    }
  };
}

async function failRefresh(
  transaction: Parameters<typeof endRefresh>[0],
  tasks: RefreshTasks,
  refresh: Refresh,
  error: unknown,
): Promise<void> {
  await endRefresh(transaction, tasks, refresh, {
    state: 'failed',
    error: errorMessage(error),
    isBadRequest: error instanceof RefreshRefusedError && error.isBadRequest,
    ...(error instanceof RefreshRefusedError || !(error instanceof Error) ? {} : { stack: error.stack }),
  });
}

/**
 * Runs a step while no other worker runs one of the same model: one whose engine was lost may still be at work, until its
 * connection is gone.
 */
async function runLocked(
  { load, openSearchEngine, tasksOf }: StepTask,
  refresh: Refresh,
  { position }: StepArguments,
  queue: TaskQueue,
  { platform, signal, logger: taskLogger }: TaskContext,
): Promise<StepOutcome | 'in slices'> {
  const logger = taskLogger.child({
    refreshId: hexadecimalId(refresh.id),
    model: refresh.model,
    action: refresh.action,
  });
  const databases = openIngestionDatabases(platform, connectionsOf(stepNameOf(refresh, position), refresh));
  const writer = new ProgressWriter(platform.database, refresh, position, logger);
  const searchEngine = openSearchEngine(platform, databases);
  try {
    const lock = await takeAdvisoryLock(databases.api.url, `ingestion ${refresh.model}`, signal);
    try {
      const run = await load();
      const context: StepContext = {
        refresh,
        model: modelNamed(refresh.model),
        database: platform.database,
        databases,
        searchEngine,
        settings: platform.settingsOf(ingestionSettings),
        platform,
        queue,
        tasks: tasksOf(queue),
        signal,
        logger,
        report: (progress) => writer.report(progress),
        resultOf: (name) => resultOf(platform.database, refresh.id, name),
      };
      return await run(context);
    } finally {
      await writer.settle();
      await lock.release();
    }
  } finally {
    await searchEngine.close();
    await databases.close();
  }
}

function stepNameOf({ action }: Refresh, position: number): StepName {
  const step = PLANS[action].steps[position];
  if (!step) throw new Error(`${action} has no step ${position}`);
  return step.name;
}

async function resultOf(database: StepContext['database'], refreshId: string, name: string) {
  const steps = (await stepsOf(database, [refreshId])).get(refreshId) ?? [];
  return steps.find((step) => step.name === name)?.result ?? undefined;
}
