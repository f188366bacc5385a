import {
  defineTaskFunction,
  findQueuedTask,
  openTaskQueue,
  PermanentTaskError,
  type TaskFunction,
  type TaskQueue,
} from '../../queue/index.ts';
import { STEP_NAMES, type StepName } from './refreshes/plans.ts';
import type { ModelArguments, RefreshTasks, StepArguments } from './refreshes/refresh-tasks.ts';
import { STEP_CODE } from './refreshes/step-code.ts';

/** How long a step may run: the copy of a large table takes hours. */
const STEP_TIMEOUT_SECONDS = 24 * 3_600;

/** Attempts at a step before its refresh fails, those included whose worker died. */
const STEP_ATTEMPTS = 5;

/** The task function of each step. */
const STEP_TASKS: ReadonlyMap<StepName, TaskFunction<StepArguments, null>> = new Map(
  STEP_NAMES.map((name) => [name, defineStep(name)]),
);

/** Looks after refreshes whose step has no task any more; the result is how many there were. */
export const watch = defineTaskFunction<Record<string, never>, number>({
  name: 'ingestion.watch',
  load: async () => (await import('./refreshes/watch-refreshes.ts')).watchHandler(refreshTasksOf),
});

/** Removes what refreshes of a model have left, and what was kept for long enough. */
export const tidy = defineTaskFunction<ModelArguments, null>({
  name: 'ingestion.tidy',
  retry: { maxAttempts: 10, delaySeconds: 5, backoff: 2, maxDelaySeconds: 600 },
  async load() {
    const [{ tidyHandler }, { openSearchEngine }] = await Promise.all([
      import('./promotion/tidy-model.ts'),
      import('./search-engines/open-search-engine.ts'),
    ]);
    return tidyHandler(openSearchEngine);
  },
});

/** All task functions of the app. */
export const ingestionTasks = [...STEP_TASKS.values(), watch, tidy];

/** Returns how the tasks of refreshes are enqueued in a queue. */
export function refreshTasksOf(queue: TaskQueue): RefreshTasks {
  return {
    enqueueStep: (transaction, name, step) =>
      queue.asyncTask(stepTaskOf(name), step, { transaction, group: step.refreshId }),
    async enqueueTidying(transaction, model) {
      await queue.asyncTask(tidy, { model }, { transaction, uniqueKey: `ingestion.tidy ${model}` });
    },
    async cancel(transaction, taskIds, cancelledBy) {
      await queue.cancelTasks(taskIds, cancelledBy, transaction);
    },
  };
}

function stepTaskOf(name: StepName): TaskFunction<StepArguments, null> {
  const taskFunction = STEP_TASKS.get(name);
  if (!taskFunction) throw new Error(`There is no step ${name}`);
  return taskFunction;
}

function defineStep(name: StepName): TaskFunction<StepArguments, null> {
  return defineTaskFunction<StepArguments, null>({
    name: `ingestion.${name}`,
    timeoutSeconds: STEP_TIMEOUT_SECONDS,
    retry: { maxAttempts: STEP_ATTEMPTS, delaySeconds: 2, backoff: 3, maxDelaySeconds: 120, jitter: 0.2 },
    async load() {
      const [{ stepHandler }, { openSearchEngine }] = await Promise.all([
        import('./refreshes/run-step.ts'),
        import('./search-engines/open-search-engine.ts'),
      ]);
      return stepHandler({
        load: codeOf(name),
        openSearchEngine,
        tasksOf: refreshTasksOf,
        lastAttempt: STEP_ATTEMPTS,
      });
    },
    // A worker died at the last attempt: the watch finds the refresh, and ends it.
    async onLost(_args, _failure, { transaction, taskId, platform, nextAttemptSeconds }) {
      if (nextAttemptSeconds !== undefined) return;
      const lost = await findQueuedTask(platform.database, taskId);
      const queue = openTaskQueue(platform, lost?.queue);
      try {
        await transaction.transaction((inner) => queue.asyncTask(watch, {}, { transaction: inner }));
      } finally {
        await queue.close();
      }
    },
  });
}

function codeOf(name: StepName) {
  return async () => {
    const load = STEP_CODE[name];
    if (!load) throw new PermanentTaskError(`There is no code for the step ${name} yet`);
    return load();
  };
}
