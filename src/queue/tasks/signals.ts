import { within } from '../../platform/deadline.ts';
import type { Logger } from '../../platform/logging.ts';
import type { AnyTaskFunction, TaskOutcome } from './task-function.ts';
import type { TaskPackage } from './task-package.ts';

/** A task in a worker. Secret arguments are sealed. */
export interface PresentedTask extends TaskPackage {
  /** 1 for the first presentation. */
  readonly attempt: number;
}

/** A task after an attempt has ended. Secret arguments are sealed. */
export interface ExecutedTask extends PresentedTask {
  readonly outcome: TaskOutcome;
}

/** What is called when a signal is sent; what it returns is not used. */
export type SignalHandler<Arguments extends readonly unknown[]> = (
  ...args: Arguments
) => void | Promise<void>;

/** What the log says of a handler that failed. */
export interface SignalSubject {
  readonly logger: Logger;
  /** The task that the signal is about, where it is about one. */
  readonly taskId?: string;
}

/** How long one handler may take before the next is called; it goes on meanwhile. */
const SIGNAL_HANDLER_SECONDS = 5;

/** An event that handlers can be connected to, in the process in which it happens. */
export class Signal<Arguments extends readonly unknown[]> {
  readonly name: string;
  readonly #handlers = new Set<SignalHandler<Arguments>>();
  #failures = 0;

  constructor(name: string) {
    this.name = name;
  }

  /** How many calls of handlers have failed in this process, or took too long. */
  get failures(): number {
    return this.#failures;
  }

  /** Calls the handler from now on; once for each time that the signal is sent, however often it is connected. */
  connect(handler: SignalHandler<Arguments>): void {
    this.#handlers.add(handler);
  }

  /** Stops calling the handler; returns whether it was connected. */
  disconnect(handler: SignalHandler<Arguments>): boolean {
    return this.#handlers.delete(handler);
  }

  /**
   * Calls the handlers one after another, in the order in which they were connected, each when the one before has
   * ended or has taken {@link SIGNAL_HANDLER_SECONDS}. A handler that fails is logged and counted, and nothing
   * else; so this never rejects.
   */
  async send({ logger, taskId }: SignalSubject, ...args: Arguments): Promise<void> {
    // A handler may disconnect itself, or connect others: they are called the next time.
    for (const handler of [...this.#handlers]) {
      try {
        const answer = handler(...args);
        // Waiting also for what is no promise would make each signal a turn of the event loop longer.
        if (answer !== undefined) await within(SIGNAL_HANDLER_SECONDS * 1_000, answer);
      } catch (error) {
        this.#failures += 1;
        logger.error(
          {
            err: error,
            ...(taskId === undefined ? {} : { taskId }),
            signal: this.name,
            handler: handler.name || 'anonymous',
            failures: this.#failures,
          },
          'a signal handler failed',
        );
      }
    }
  }
}

/**
 * The signals of Django-Q. They are sent within one process: connect a handler where that process imports it, for
 * all of them beside the definition of an app's task functions.
 */
export const signals = {
  /** Before a task is enqueued, in the process that enqueues. What is in a transaction may still be rolled back. */
  preEnqueue: new Signal<[task: TaskPackage]>('preEnqueue'),
  /** After a worker process was started, in the engine's process; with a name such as `worker 4711`. */
  postSpawn: new Signal<[processName: string]>('postSpawn'),
  /** Before the function of a task is called, in the worker process. */
  preExecute: new Signal<[taskFunction: AnyTaskFunction, task: PresentedTask]>('preExecute'),
  /** After the function has returned or thrown, in the worker process. A killed worker sends nothing. */
  postExecuteInWorker: new Signal<[taskFunction: AnyTaskFunction, task: ExecutedTask]>('postExecuteInWorker'),
  /** After the end of an attempt was stored, in the engine's process, also where its worker was killed. */
  postExecute: new Signal<[task: ExecutedTask]>('postExecute'),
} as const;
