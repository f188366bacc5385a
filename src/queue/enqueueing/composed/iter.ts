import type { ReadOptions } from '../../results/results.ts';
import type { FinishedTask } from '../../tasks/finished-task.ts';
import type { JsonValue, TaskArguments, TaskFunction } from '../../tasks/task-function.ts';
import { TaskOptionsError } from '../../tasks/task-options.ts';
import type { TaskQueue } from '../task-queue.ts';
import type { IterOptions } from './composing.ts';

/** One function for many elements, which are put together one by one: Django-Q's `Iter`. */
export class Iter<Arguments extends TaskArguments, Result extends JsonValue> {
  readonly #queue: TaskQueue;
  readonly #taskFunction: TaskFunction<Arguments, Result>;
  readonly #elements: Arguments[];
  readonly #options: IterOptions;
  #id: string | undefined;

  constructor(
    queue: TaskQueue,
    taskFunction: TaskFunction<Arguments, Result>,
    elements: Iterable<Arguments> = [],
    options: IterOptions = {},
  ) {
    this.#queue = queue;
    this.#taskFunction = taskFunction;
    this.#elements = [...elements];
    this.#options = options;
  }

  /** The id of the one result, once it has been run. */
  get id(): string | undefined {
    return this.#id;
  }

  /** How many elements it has. */
  get length(): number {
    return this.#elements.length;
  }

  /** Adds an element, before it is run; returns how many there are. @throws {TaskOptionsError} after that. */
  append(args: Arguments): number {
    if (this.#id !== undefined)
      throw new TaskOptionsError('The iteration was run already; make a new one for more elements');
    return this.#elements.push(args);
  }

  /** Enqueues a task for each element; returns the id of the one result. @throws {TaskOptionsError} */
  async run(): Promise<string> {
    this.#id = await this.#queue.asyncIter(this.#taskFunction, this.#elements, this.#options);
    return this.#id;
  }

  /** What the function returned, in the order of the elements; `undefined` until all calls have succeeded. */
  async result(options: ReadOptions = {}): Promise<JsonValue | undefined> {
    return (await this.fetch(options))?.result;
  }

  /** The finished task that has the one result; `undefined` until all calls have succeeded. */
  async fetch(options: ReadOptions = {}): Promise<FinishedTask | undefined> {
    if (this.#id === undefined) return undefined;
    const { cached = false } = this.#options;
    return this.#queue.fetch(this.#id, { cached: cached !== false, ...options });
  }
}
