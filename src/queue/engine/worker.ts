import { setImmediate } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { machineMilliseconds } from '../../platform/machine-clock.ts';
import type { Platform } from '../../platform/platform.ts';
import { siblingModule } from '../../platform/sibling-module.ts';
import { runTask } from '../tasks/run-task.ts';
import { signals } from '../tasks/signals.ts';
import type { AnyTaskFunction } from '../tasks/task-function.ts';
import { TaskHandlers } from '../tasks/task-handlers.ts';
import type { SentinelMessage, TaskToRun, WorkerMessage } from './messages.ts';
import { ProgressReporter } from './progress-reporter.ts';
import { ResultBuffer } from './result-buffer.ts';
import { Slate } from './slate.ts';

/** After a task that took longer, what the sentinel has said meanwhile is heard before the next one begins. */
const QUICK_MILLISECONDS = 2;

/** A task ran longer than it may, was cancelled, or had to make way. */
export class TaskAbortedError extends Error {
  override readonly name = 'TaskAbortedError';
}

/**
 * Runs tasks, one at a time, as the sentinel at the other end of the IPC channel says; the code of a function is loaded
 * when that is first run. Returns when the sentinel says stop. When the sentinel is gone, it ends the process, and the
 * programs that it runs, at once, because its tasks then go to other engines.
 */
export async function runWorker(
  platform: Platform,
  taskFunctions: readonly AnyTaskFunction[],
): Promise<void> {
  // A terminal sends its Ctrl-C to every process; it is the sentinel that decides what becomes of a task.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => undefined);
  process.once('disconnect', () => process.kill(-process.pid, 'SIGKILL'));
  new Worker(siblingModule(import.meta.url, './parent-watch'), { workerData: process.ppid });

  const tasks = new TaskLine(platform, taskFunctions);
  const { promise: stopped, resolve: stop } = Promise.withResolvers<void>();
  process.on('message', (message: SentinelMessage) => {
    if (message.type === 'stop') stop();
    if (message.type === 'abort') tasks.abort(message.taskId, message.reason);
    if (message.type === 'recall') tell({ type: 'returned', taskIds: tasks.giveBack() });
    if (message.type === 'run') tasks.add(message.tasks);
  });
  tell({ type: 'ready' });
  await stopped;
}

/** The tasks of this worker: the first runs, the others wait behind it. */
class TaskLine {
  readonly #platform: Platform;
  readonly #taskFunctions: ReadonlyMap<string, AnyTaskFunction>;
  readonly #handlers: TaskHandlers;
  readonly #slate = Slate.inherited();
  readonly #results = new ResultBuffer(this.#slate, (results) => tell({ type: 'finished', results }));
  readonly #waiting: TaskToRun[] = [];
  /** Of the tasks that wait and are not to run. */
  readonly #aborted = new Map<string, string>();
  #running: { readonly taskId: string; readonly controller: AbortController } | undefined;
  #isBusy = false;

  constructor(platform: Platform, taskFunctions: readonly AnyTaskFunction[]) {
    this.#platform = platform;
    this.#taskFunctions = new Map(taskFunctions.map((taskFunction) => [taskFunction.name, taskFunction]));
    this.#handlers = new TaskHandlers(taskFunctions);
  }

  add(tasks: readonly TaskToRun[]): void {
    this.#waiting.push(...tasks);
    if (!this.#isBusy) void this.#runAll();
  }

  abort(taskId: string, reason: string): void {
    if (this.#running?.taskId === taskId) this.#running.controller.abort(new TaskAbortedError(reason));
    else if (this.#waiting.some(({ task }) => task.id === taskId)) this.#aborted.set(taskId, reason);
  }

  /** Lets go of the tasks that wait; returns their ids. */
  giveBack(): string[] {
    const taskIds = this.#waiting.splice(0).map(({ task }) => task.id);
    for (const taskId of taskIds) this.#aborted.delete(taskId);
    return taskIds;
  }

  async #runAll(): Promise<void> {
    this.#isBusy = true;
    for (let next = this.#waiting.shift(); next; next = this.#waiting.shift()) {
      this.#results.prepareForTask();
      const begun = performance.now();
      if (!this.#slate.begin()) {
        // The message that asks for it and for those behind it is on its way.
        this.#waiting.unshift(next);
        break;
      }
      await this.#run(next);
      if (performance.now() - begun > QUICK_MILLISECONDS) await hearMessages();
    }
    this.#isBusy = false;
    this.#slate.rest();
  }

  async #run(next: TaskToRun): Promise<void> {
    const taskId = next.task.id;
    const reason = this.#aborted.get(taskId);
    if (reason !== undefined) {
      this.#aborted.delete(taskId);
      const error = `TaskAbortedError: ${reason}`;
      const outcome = { success: false, result: { error } } as const;
      this.#results.add({
        taskId,
        attempt: next.attempt,
        outcome,
        milliseconds: 0,
        begunMachineMilliseconds: machineMilliseconds(),
      });
      return;
    }
    const controller = new AbortController();
    const progress = new ProgressReporter((told) => tell({ type: 'progress', taskId, progress: told }));
    this.#running = { taskId, controller };
    const subject = { logger: this.#platform.logger, taskId };
    const presented = { ...next.task, attempt: next.attempt };
    const taskFunction = this.#taskFunctions.get(next.task.func);
    if (taskFunction) await signals.preExecute.send(subject, taskFunction, presented);
    const begunMachineMilliseconds = machineMilliseconds();
    const outcome = await runTask(this.#platform, this.#handlers, next, {
      signal: controller.signal,
      progress: (done, total, note) => progress.tell(done, total, note),
    });
    const milliseconds = machineMilliseconds() - begunMachineMilliseconds;
    if (outcome.success) progress.end();
    else progress.fail();
    if (taskFunction)
      await signals.postExecuteInWorker.send(subject, taskFunction, { ...presented, outcome });
    this.#running = undefined;
    this.#results.add({ taskId, attempt: next.attempt, outcome, milliseconds, begunMachineMilliseconds });
  }
}

/** A function that did not let the event loop turn has kept messages waiting, too late for the turn that goes on now. */
async function hearMessages(): Promise<void> {
  await setImmediate();
  await setImmediate();
}

function tell(message: WorkerMessage): void {
  process.send?.(message);
}
