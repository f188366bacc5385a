export type { QueuedTask, QueuedTaskState } from './brokers/broker.ts';
export { type EngineStatus, liveEngines, queueHealthChecks } from './engines.ts';
export type { ErrorReporter, FailedAttempt } from './error-reporters/index.ts';
export { deleteTasks } from './finished-tasks.ts';
export { type QueueFigures, queueFigures } from './queue-figures.ts';
export { DEFAULT_QUEUE_NAME } from './queue-name.ts';
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
  type RetryPolicy,
  type TaskArguments,
  type TaskContext,
  type TaskFailure,
  type TaskFunction,
  type TaskHandler,
  type TaskProgress,
} from './task-function.ts';
export { type TaskOptions, TaskOptionsError } from './task-options.ts';
export { isSealed } from './task-package.ts';
export {
  openTaskQueue,
  type TaskCall,
  type TaskQueue,
} from './task-queue.ts';
