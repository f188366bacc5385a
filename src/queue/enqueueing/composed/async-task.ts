import type { GroupReadOptions, ReadOptions } from '../../results/results.ts';
import type { FinishedTask, HookFunction } from '../../tasks/finished-task.ts';
import type { JsonValue, TaskArguments, TaskFunction } from '../../tasks/task-function.ts';
import type { TaskOptions } from '../../tasks/task-options.ts';
import type { TaskQueue } from '../task-queue.ts';

/** One call whose options are set one by one, and whose result is asked for later: Django-Q's `AsyncTask`. */
export class AsyncTask<Arguments extends TaskArguments, Result extends JsonValue> {
  readonly #queue: TaskQueue;
  readonly #taskFunction: TaskFunction<Arguments, Result>;
  #options: TaskOptions;
  #id: string | undefined;
  /** The call's named arguments; a change counts for the next {@link run}. */
  args: Arguments;

  constructor(
    queue: TaskQueue,
    taskFunction: TaskFunction<Arguments, Result>,
    args: Arguments,
    options: TaskOptions = {},
  ) {
    this.#queue = queue;
    this.#taskFunction = taskFunction;
    this.args = args;
    this.#options = options;
  }

  /** The task's id, once it has been run. */
  get id(): string | undefined {
    return this.#id;
  }

  /** Whether it has been run. */
  get started(): boolean {
    return this.#id !== undefined;
  }

  /** Every option; a change counts for the next {@link run}. */
  get options(): TaskOptions {
    return this.#options;
  }

  set options(options: TaskOptions) {
    this.#options = options;
  }

  /** The option `group`. */
  get group(): string | undefined {
    return this.#options.group;
  }

  set group(group: string) {
    this.#options = { ...this.#options, group };
  }

  /** The option `hook`. */
  get hook(): HookFunction | undefined {
    return this.#options.hook;
  }

  set hook(hook: HookFunction) {
    this.#options = { ...this.#options, hook };
  }

  /** The option `save`. */
  get save(): boolean | undefined {
    return this.#options.save;
  }

  set save(save: boolean) {
    this.#options = { ...this.#options, save };
  }

  /** The option `cached`. */
  get cached(): boolean | number | undefined {
    return this.#options.cached;
  }

  set cached(cached: boolean | number) {
    this.#options = { ...this.#options, cached };
  }

  /** The option `sync`. */
  get sync(): boolean | undefined {
    return this.#options.sync;
  }

  set sync(sync: boolean) {
    this.#options = { ...this.#options, sync };
  }

  /** Enqueues the call; returns the task's id. Each run is a task of its own. @throws {TaskOptionsError} */
  async run(): Promise<string> {
    this.#id = await this.#queue.asyncTask(this.#taskFunction, this.args, this.#options);
    return this.#id;
  }

  /** What the task returned, as {@link TaskQueue.result}; `undefined` if it was not run. */
  async result(options: ReadOptions = {}): Promise<JsonValue | undefined> {
    return (await this.fetch(options))?.result;
  }

  /** The finished task; `undefined` if it has not ended, or was not run. */
  async fetch(options: ReadOptions = {}): Promise<FinishedTask | undefined> {
    return this.#id === undefined ? undefined : this.#queue.fetch(this.#id, this.#reading(options));
  }

  /** What the tasks of its group returned; nothing if it has none. */
  async resultGroup(options: GroupReadOptions = {}): Promise<JsonValue[]> {
    return this.group === undefined ? [] : this.#queue.resultGroup(this.group, this.#reading(options));
  }

  /** The finished tasks of its group; none where it has no group. */
  async fetchGroup(options: GroupReadOptions = {}): Promise<FinishedTask[]> {
    return this.group === undefined ? [] : this.#queue.fetchGroup(this.group, this.#reading(options));
  }

  /** Where the result goes to the cache, that is looked into. */
  #reading<Options extends ReadOptions>(options: Options): Options {
    const { cached = false } = this.#options;
    return { cached: cached !== false, ...options };
  }
}
