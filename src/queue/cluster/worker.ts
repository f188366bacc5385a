import { Worker } from 'node:worker_threads';
import type { Platform } from '../../platform/platform.ts';
import { siblingModule } from '../../platform/sibling-module.ts';
import { type AnyTaskHandler, runTask } from '../run-task.ts';
import type { AnyTaskFunction } from '../task-function.ts';
import type { SentinelMessage, WorkerMessage } from './messages.ts';

/** A task ran longer than it may, or had to make way. */
export class TaskAbortedError extends Error {
  override readonly name = 'TaskAbortedError';
}

/**
 * Runs tasks, one at a time, as the sentinel at the other end of the IPC channel says. Returns when the
 * sentinel says stop; ends the process, and the programs that it runs, at once when the sentinel is gone, as its
 * tasks then go to others.
 */
export async function runWorker(
  platform: Platform,
  taskFunctions: readonly AnyTaskFunction[],
): Promise<void> {
  // A terminal sends its Ctrl-C to every process; it is the sentinel that decides what becomes of a task.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => undefined);
  process.once('disconnect', () => process.kill(-process.pid, 'SIGKILL'));
  new Worker(siblingModule(import.meta.url, './parent-watch'), { workerData: process.ppid });

  const handlers = new Map<string, AnyTaskHandler>();
  for (const { name, load } of taskFunctions) handlers.set(name, await load());

  let running: { readonly taskId: string; readonly controller: AbortController } | undefined;
  const { promise: stopped, resolve: stop } = Promise.withResolvers<void>();

  process.on('message', (message: SentinelMessage) => {
    if (message.type === 'stop') stop();
    if (message.type === 'abort' && running?.taskId === message.taskId) {
      running.controller.abort(new TaskAbortedError(message.reason));
    }
    if (message.type === 'run') {
      const controller = new AbortController();
      running = { taskId: message.task.id, controller };
      void runTask(platform, handlers, message, controller.signal).then((outcome) => {
        running = undefined;
        tell({ type: 'finished', taskId: message.task.id, outcome });
      });
    }
  });
  tell({ type: 'ready' });
  await stopped;
}

function tell(message: WorkerMessage): void {
  process.send?.(message);
}
