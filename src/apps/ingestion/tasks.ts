import {
  defineTaskFunction,
  findQueuedTask,
  type LossContext,
  openTaskQueue,
  type TaskFunction,
  type TaskQueue,
} from '../../queue/index.ts';
import { STEP_NAMES, type StepName } from './refreshes/plans.ts';
import type { RefreshModelArguments } from './refreshes/refresh-model.ts';
import type {
  ModelArguments,
  RefreshArguments,
  RefreshTasks,
  SliceArguments,
  StepArguments,
} from './refreshes/refresh-tasks.ts';
import { STEP_CODE } from './refreshes/step-code.ts';

/** How long a step may run: the copy of a large table takes hours. */
const STEP_TIMEOUT_SECONDS = 24 * 3_600;

/** Attempts at a step or a slice before its refresh fails, those included whose worker died. */
const ATTEMPTS = 5;

const RETRY = { maxAttempts: ATTEMPTS, delaySeconds: 2, backoff: 3, maxDelaySeconds: 120, jitter: 0.2 };

/** Attempts at sending messages to Slack before they are dropped. */
const NOTICE_ATTEMPTS = 3;

/** Attempts at telling a caller how a refresh has ended. */
const CALLBACK_ATTEMPTS = 8;

/** The task function of each step. */
const STEP_TASKS: ReadonlyMap<StepName, TaskFunction<StepArguments, null>> = new Map(
  STEP_NAMES.map((name) => [name, defineStep(name)]),
);

/** How long a slice may run: 20,000 rows take seconds, where they are not huge. */
const SLICE_TIMEOUT_SECONDS = 3_600;

/** Indexes a slice of a table. */
export const indexSlice = defineTaskFunction<SliceArguments, null>({
  name: 'ingestion.index_slice',
  timeoutSeconds: SLICE_TIMEOUT_SECONDS,
  retry: RETRY,
  async load() {
    const [{ indexSliceHandler }, { openSearchEngine }] = await Promise.all([
      import('./indexing/index-slice.ts'),
      import('./search-engines/open-search-engine.ts'),
    ]);
    return indexSliceHandler({ openSearchEngine, tasksOf: refreshTasksOf, lastAttempt: ATTEMPTS });
  },
  // The watch finds the refresh whose slice has no task any more, and ends it.
  onLost: enqueueWatch,
});

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
    return tidyHandler({ openSearchEngine, tasksOf: refreshTasksOf });
  },
});

/** Sends stored messages to Slack. */
export const sendNotices = defineTaskFunction<Record<string, never>, number>({
  name: 'ingestion.send_notices',
  retry: { maxAttempts: NOTICE_ATTEMPTS, delaySeconds: 5, backoff: 6 },
  load: async () => (await import('./telling/send-notices.ts')).sendNoticesHandler(NOTICE_ATTEMPTS),
});

/** Notifies the caller of a refresh of how it has ended: eight attempts within about an hour. */
export const callBack = defineTaskFunction<RefreshArguments, null>({
  name: 'ingestion.call_back',
  retry: { maxAttempts: CALLBACK_ATTEMPTS, delaySeconds: 20, backoff: 2.2, jitter: 0.2 },
  load: async () => (await import('./telling/call-back.ts')).callBackHandler(CALLBACK_ATTEMPTS),
  async onLost({ refreshId }, { error }, { transaction, nextAttemptSeconds }) {
    if (refreshId === undefined) return;
    const { storeFailure } = await import('./telling/call-back.ts');
    await storeFailure(transaction, refreshId, error, nextAttemptSeconds === undefined);
  },
});

/** Requests a whole refresh of a model: ingest, filtered index, promotion, alias of the filtered index. */
export const refreshModel = defineTaskFunction<RefreshModelArguments, null>({
  name: 'ingestion.refresh_model',
  load: async () => (await import('./refreshes/refresh-model.ts')).refreshModelHandler(refreshTasksOf),
});

/** All task functions of the app. */
export const ingestionTasks = [
  ...STEP_TASKS.values(),
  indexSlice,
  watch,
  tidy,
  sendNotices,
  callBack,
  refreshModel,
];

/** Returns how the tasks of refreshes are enqueued in a queue. */
export function refreshTasksOf(queue: TaskQueue): RefreshTasks {
  return {
    enqueueStep: (transaction, name, step) =>
      queue.asyncTask(stepTaskOf(name), step, { transaction, group: step.refreshId }),
    enqueueSlices: (transaction, slices) =>
      queue.asyncTasks(
        indexSlice,
        slices.map((args) => ({ args, options: { group: args.refreshId } })),
        { transaction },
      ),
    async enqueueTidying(transaction, model) {
      await queue.asyncTask(tidy, { model }, { transaction });
    },
    async enqueueNotices(transaction) {
      await queue.asyncTask(sendNotices, {}, { transaction });
    },
    enqueueCallback: (transaction, refreshId) =>
      queue.asyncTask(callBack, { refreshId }, { transaction, group: refreshId }),
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
    retry: RETRY,
    async load() {
      const [{ stepHandler }, { openSearchEngine }] = await Promise.all([
        import('./refreshes/run-step.ts'),
        import('./search-engines/open-search-engine.ts'),
      ]);
      return stepHandler({
        load: STEP_CODE[name],
        openSearchEngine,
        tasksOf: refreshTasksOf,
        lastAttempt: ATTEMPTS,
      });
    },
    // A worker died at the last attempt: the watch finds the refresh, and ends it.
    onLost: enqueueWatch,
  });
}

async function enqueueWatch(
  _args: unknown,
  _failure: unknown,
  { transaction, taskId, platform, nextAttemptSeconds }: LossContext,
): Promise<void> {
  if (nextAttemptSeconds !== undefined) return;
  const lost = await findQueuedTask(platform.database, taskId);
  const queue = openTaskQueue(platform, lost?.queue);
  try {
    await transaction.transaction((inner) => queue.asyncTask(watch, {}, { transaction: inner }));
  } finally {
    await queue.close();
  }
}
