export type { QueuedTask, QueuedTaskState } from './brokers/broker.ts';
export type { TaskOfQueue, WaitingPlace, WaitingTaskPage } from './brokers/carrier.ts';
export type { Cancellation } from './enqueueing/cancelling.ts';
export { AsyncTask } from './enqueueing/composed/async-task.ts';
export { Chain } from './enqueueing/composed/chain.ts';
export {
  type ChainLink,
  type ChainOptions,
  chainLink,
  type IterOptions,
  type LinkOptions,
} from './enqueueing/composed/composing.ts';
export { Iter } from './enqueueing/composed/iter.ts';
export { openTaskQueue } from './enqueueing/open-task-queue.ts';
export { type PausedQueue, pausedQueues, registerQueues } from './enqueueing/queue-control.ts';
export { ResubmitRefusedError } from './enqueueing/resubmitting.ts';
export type { TaskCall, TaskQueue, TaskQueueOptions } from './enqueueing/task-queue.ts';
export type { ErrorReporter, FailedAttempt } from './error-reporters/index.ts';
export { type AverageDurations, averageDurations } from './figures/durations.ts';
export {
  type EngineCondition,
  type EngineStatus,
  findEngine,
  liveEngines,
  queueHealthChecks,
  recentEngines,
} from './figures/engines.ts';
export { queueMetrics } from './figures/metrics.ts';
export { type QueueFigures, queueFigures } from './figures/queue-figures.ts';
export { type EstimatedFigure, type QueueStatistics, queueStatistics } from './figures/statistics.ts';
export { type TaskStatus, taskStatuses } from './figures/task-statuses.ts';
export {
  findQueuedTask,
  findQueuedTasks,
  queuedTasksBetween,
  waitingTasks,
} from './figures/waiting-tasks.ts';
export { RUNNING_PROGRESS_SQL } from './leases/running-progress.ts';
export { type RunningTask, type RunningTaskPage, runningTasks } from './leases/running-tasks.ts';
export { type AttemptOutcome, attemptsOf, type StoredAttemptRow } from './results/attempts.ts';
export { deleteTasks } from './results/finished-tasks.ts';
export type { GroupReadOptions, ReadOptions } from './results/results.ts';
export { type DeclaredScheduleOptions, declareSchedule } from './schedules/declared-schedule.ts';
export {
  changeSchedule,
  previewRuns,
  ScheduleNameTakenError,
  ScheduleNotFoundError,
  schedule,
} from './schedules/schedule.ts';
export {
  deleteSchedules,
  pauseSchedules,
  resumeSchedules,
  runScheduleNow,
} from './schedules/schedule-actions.ts';
export {
  type ScheduledTaskOptions,
  type ScheduleOptions,
  ScheduleOptionsError,
  type ScheduleTimes,
} from './schedules/schedule-options.ts';
export { ScheduleSignatureError } from './schedules/schedule-signer.ts';
export { SCHEDULE_TYPES, type ScheduleType } from './schedules/schedule-times.ts';
export { nextRuns } from './schedules/slot-plan.ts';
export {
  findSchedule,
  listSchedules,
  type SchedulePage,
  type StoredSchedule,
} from './schedules/stored-schedule.ts';
export {
  type EngineSettings,
  engineSettingsOf,
  type QueueSettings,
  queueSettings,
} from './settings.ts';
export type { FinishedTask, HookArguments, HookFunction } from './tasks/finished-task.ts';
export { PermanentTaskError } from './tasks/permanent-task-error.ts';
export { isSealed } from './tasks/sealed-arguments.ts';
export {
  type ExecutedTask,
  type PresentedTask,
  Signal,
  type SignalHandler,
  signals,
} from './tasks/signals.ts';
export {
  type AnyTaskFunction,
  defineTaskFunction,
  type JsonValue,
  type LossContext,
  type RetryPolicy,
  type TaskArguments,
  type TaskContext,
  type TaskFailure,
  type TaskFunction,
  type TaskHandler,
  type TaskProgress,
} from './tasks/task-function.ts';
export {
  type CallOptions,
  type EnqueueOptions,
  type PackedOptions,
  type TaskOptions,
  TaskOptionsError,
} from './tasks/task-options.ts';
