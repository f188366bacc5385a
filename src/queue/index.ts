export { AsyncTask } from './async-task.ts';
export type { QueuedTask, QueuedTaskState } from './brokers/broker.ts';
export type { Cancellation } from './cancellation.ts';
export { Chain } from './chain.ts';
export {
  type ChainLink,
  type ChainOptions,
  chainLink,
  type IterOptions,
  type LinkOptions,
} from './composing.ts';
export { type EngineStatus, liveEngines, queueHealthChecks } from './engines.ts';
export type { ErrorReporter, FailedAttempt } from './error-reporters/index.ts';
export type { FinishedTask, HookArguments, HookFunction } from './finished-task.ts';
export { deleteTasks } from './finished-tasks.ts';
export { Iter } from './iter.ts';
export { type PausedQueue, pausedQueues } from './queue-control.ts';
export { type QueueFigures, queueFigures } from './queue-figures.ts';
export { DEFAULT_QUEUE_NAME } from './queue-name.ts';
export type { GroupReadOptions, ReadOptions } from './results.ts';
export { type RunningTask, type RunningTaskPage, runningTasks } from './running-tasks.ts';
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
export { SCHEDULE_TYPES, type ScheduleType } from './schedules/schedule-times.ts';
export { nextRuns } from './schedules/slot-plan.ts';
export {
  findSchedule,
  listSchedules,
  type SchedulePage,
  type StoredSchedule,
} from './schedules/stored-schedule.ts';
export {
  type ExecutedTask,
  type PresentedTask,
  Signal,
  type SignalHandler,
  signals,
} from './signals.ts';
export { type EstimatedFigure, type QueueStatistics, queueStatistics } from './statistics.ts';
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
} from './task-function.ts';
export {
  type CallOptions,
  type EnqueueOptions,
  type PackedOptions,
  type TaskOptions,
  TaskOptionsError,
} from './task-options.ts';
export { isSealed } from './task-package.ts';
export {
  openTaskQueue,
  type TaskCall,
  type TaskQueue,
  type TaskQueueOptions,
} from './task-queue.ts';
export {
  findQueuedTask,
  type TaskOfQueue,
  type WaitingPlace,
  type WaitingTaskPage,
  waitingTasks,
} from './waiting-tasks.ts';
