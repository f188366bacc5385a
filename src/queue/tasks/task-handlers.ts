import { errorMessage } from '../../platform/error-message.ts';
import type { AnyTaskFunction } from './task-function.ts';

/** The code of a function, as {@link AnyTaskFunction} loads it. */
export type AnyTaskHandler = Awaited<ReturnType<AnyTaskFunction['load']>>;

/** A package names a function that no app of this process has. */
export class UnknownTaskFunctionError extends Error {
  override readonly name = 'UnknownTaskFunctionError';

  constructor(func: string) {
    super(
      `No installed app has a task function ${func}; this engine may be older than the process that enqueued the task`,
    );
  }
}

/** The code of a task function cannot be loaded: a file or a library is missing, or fails when it is loaded. */
export class TaskHandlerLoadError extends Error {
  override readonly name = 'TaskHandlerLoadError';

  constructor(func: string, cause: unknown) {
    super(`The code of the task function ${func} cannot be loaded: ${errorMessage(cause)}`, { cause });
  }
}

/** Loads the code of each task function when that is first run, and keeps it. */
export class TaskHandlers {
  readonly #taskFunctions: ReadonlyMap<string, AnyTaskFunction>;
  readonly #loaded = new Map<string, AnyTaskHandler>();

  constructor(taskFunctions: Iterable<AnyTaskFunction>) {
    this.#taskFunctions = new Map(
      Array.from(taskFunctions, (taskFunction) => [taskFunction.name, taskFunction]),
    );
  }

  /** Returns a function by its name. @throws {UnknownTaskFunctionError} */
  functionOf(func: string): AnyTaskFunction {
    const taskFunction = this.#taskFunctions.get(func);
    if (!taskFunction) throw new UnknownTaskFunctionError(func);
    return taskFunction;
  }

  /**
   * Returns the code of a function. If it could not be loaded, the next call tries again.
   *
   * @throws {UnknownTaskFunctionError}
   * @throws {TaskHandlerLoadError}
   */
  async handlerOf(func: string): Promise<AnyTaskHandler> {
    const loaded = this.#loaded.get(func);
    if (loaded) return loaded;
    const handler = await this.functionOf(func)
      .load()
      .catch((error: unknown) => {
        throw new TaskHandlerLoadError(func, error);
      });
    this.#loaded.set(func, handler);
    return handler;
  }
}
