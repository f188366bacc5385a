import type { GroupReadOptions, ReadOptions } from '../../results/results.ts';
import type { FinishedTask } from '../../tasks/finished-task.ts';
import type { JsonValue, TaskArguments, TaskFunction } from '../../tasks/task-function.ts';
import { TaskOptionsError } from '../../tasks/task-options.ts';
import type { TaskQueue } from '../task-queue.ts';
import { type ChainLink, type ChainOptions, chainLink, type LinkOptions } from './composing.ts';

/** A chain that is put together link by link: Django-Q's `Chain`. */
export class Chain {
  readonly #queue: TaskQueue;
  readonly #options: ChainOptions;
  readonly #links: ChainLink[];
  #group: string | undefined;

  constructor(queue: TaskQueue, links: readonly ChainLink[] = [], options: ChainOptions = {}) {
    this.#queue = queue;
    this.#links = [...links];
    this.#options = options;
  }

  /** The group of the links, once the chain has been run. */
  get group(): string | undefined {
    return this.#group;
  }

  /** How many links it has. */
  get length(): number {
    return this.#links.length;
  }

  /** Adds a link, before the chain is run; returns how many there are. @throws {TaskOptionsError} after that. */
  append<Arguments extends TaskArguments, Result extends JsonValue>(
    taskFunction: TaskFunction<Arguments, Result>,
    args: Arguments,
    options: LinkOptions = {},
  ): number {
    if (this.#group !== undefined)
      throw new TaskOptionsError('The chain was run already; make a new one for more links');
    return this.#links.push(chainLink(taskFunction, args, options));
  }

  /** Enqueues the chain; returns the group of its links. @throws {TaskOptionsError} */
  async run(): Promise<string> {
    this.#group = await this.#queue.asyncChain(this.#links, this.#options);
    return this.#group;
  }

  /** Which link runs or comes next, from 0: as many have succeeded. */
  async current(): Promise<number> {
    if (this.#group === undefined) return 0;
    const cached = this.#isCached();
    const [ended, failed] = await Promise.all([
      this.#queue.countGroup(this.#group, { cached }),
      this.#queue.countGroup(this.#group, { failures: true }),
    ]);
    return ended - failed;
  }

  /** What the links returned so far; with `wait` it is waited until all of them have ended. */
  async result(options: ReadOptions = {}): Promise<JsonValue[]> {
    if (this.#group === undefined) return [];
    return this.#queue.resultGroup(this.#group, this.#reading(options));
  }

  /** The links that have ended so far, those that failed too; with `wait` it is waited until all have ended. */
  async fetch({
    failures = true,
    ...options
  }: Omit<GroupReadOptions, 'count'> = {}): Promise<FinishedTask[]> {
    if (this.#group === undefined) return [];
    return this.#queue.fetchGroup(this.#group, { failures, ...this.#reading(options) });
  }

  #reading(options: ReadOptions): GroupReadOptions {
    return { count: Math.max(1, this.length), cached: this.#isCached(), ...options };
  }

  #isCached(): boolean {
    return this.#options.cached !== undefined && this.#options.cached !== false;
  }
}
