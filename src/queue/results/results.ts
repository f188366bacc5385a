import { setImmediate } from 'node:timers/promises';
import type { Knex } from 'knex';
import type { Database, DatabaseOrTransaction } from '../../platform/database/connection.ts';
import { isoTimestamp } from '../../platform/database/timestamps.ts';
import type { Platform } from '../../platform/platform.ts';
import { isUuid } from '../../platform/uuid.ts';
import type { FinishedTask } from '../tasks/finished-task.ts';
import { withoutSealedArguments } from '../tasks/sealed-arguments.ts';
import type { JsonValue } from '../tasks/task-function.ts';
import { TaskOptionsError } from '../tasks/task-options.ts';
import { CachedResults } from './cached-results.ts';
import { deleteGroupTasks } from './finished-tasks.ts';
import { FinishedWatch, type Wanted } from './finished-watch.ts';

/** What Postgres holds as an integer. */
const MOST_TASKS = 2_147_483_647;

/** How a result is read. */
export interface ReadOptions {
  /** How long to wait for it, in milliseconds; -1 for ever, and 0, the default, not at all. */
  readonly wait?: number;
  /** Whether the cache is looked into first. */
  readonly cached?: boolean;
}

/** How the results of a group are read. */
export interface GroupReadOptions extends ReadOptions {
  /** How many tasks have to have ended before the wait is over; default: 1. */
  readonly count?: number;
  /** Whether failures are among them. */
  readonly failures?: boolean;
}

/** Reads what finished, and waits for it: Django-Q's functions, under its names. */
export interface ResultReading {
  /**
   * Returns what the task returned, by its id, or the newest by its name; `{ error, stack }` for a failure. `undefined` if
   * it has not ended yet. A task that failed and will be tried again has ended as far as this goes.
   */
  result(idOrName: string, options?: ReadOptions): Promise<JsonValue | undefined>;
  /** The finished task, by its id, or by its name the newest; `undefined` if it has not ended yet. */
  fetch(idOrName: string, options?: ReadOptions): Promise<FinishedTask | undefined>;
  /** Returns what the tasks of a group returned, in the order in which they ended; failures only where asked for. */
  resultGroup(group: string, options?: GroupReadOptions): Promise<JsonValue[]>;
  /** The finished tasks of a group, in the order in which they ended; failures too, unless `failures` is false. */
  fetchGroup(group: string, options?: GroupReadOptions): Promise<FinishedTask[]>;
  /** How many tasks of a group have ended; with `failures`, how many of them failed. */
  countGroup(
    group: string,
    options?: { readonly failures?: boolean; readonly cached?: boolean },
  ): Promise<number>;
  /**
   * Takes the group's label from what has ended, or with `tasks` removes that altogether; returns how many there
   * were. What is in the cache is left, unless `cached` is given.
   */
  deleteGroup(
    group: string,
    options?: { readonly tasks?: boolean; readonly cached?: boolean },
  ): Promise<number>;
  /** Removes a task from the cache, by its id or name; returns whether it was there. */
  deleteCached(idOrName: string): Promise<boolean>;
}

/** Reads the results of all queues that are in one database. */
export class ResultReader implements ResultReading {
  readonly #database: Database;
  readonly #cached: CachedResults;
  readonly #watch: FinishedWatch;
  readonly #closing = new AbortController();

  constructor(platform: Platform) {
    this.#database = platform.database;
    this.#cached = new CachedResults(platform);
    this.#watch = FinishedWatch.of(platform);
  }

  async result(idOrName: string, options: ReadOptions = {}): Promise<JsonValue | undefined> {
    return (await this.fetch(idOrName, options))?.result;
  }

  async fetch(
    idOrName: string,
    { wait = 0, cached = false }: ReadOptions = {},
  ): Promise<FinishedTask | undefined> {
    checkWait(wait);
    const read = async () =>
      (cached ? await this.#cached.find(idOrName) : undefined) ?? (await findTask(this.#database, idOrName));
    const found = await read();
    if (found !== undefined || wait === 0) return found;
    await this.#waitFor({ idOrName, least: 1, cached }, wait);
    return read();
  }

  async resultGroup(
    group: string,
    { failures = false, ...options }: GroupReadOptions = {},
  ): Promise<JsonValue[]> {
    return (await this.fetchGroup(group, { failures, ...options })).map(({ result }) => result);
  }

  async fetchGroup(
    group: string,
    { failures = true, wait = 0, count = 1, cached = false }: GroupReadOptions = {},
  ): Promise<FinishedTask[]> {
    checkWait(wait);
    checkCount(count);
    if (wait !== 0) await this.#waitFor({ group, least: count, cached }, wait);
    const stored = await findGroup(this.#database, group, failures);
    const fromCache = cached ? await this.#cached.findGroup(group) : [];
    if (fromCache.length === 0) return stored;
    return [...stored, ...fromCache].toSorted((left, right) => (left.stopped < right.stopped ? -1 : 1));
  }

  async countGroup(
    group: string,
    { failures = false, cached = false }: { readonly failures?: boolean; readonly cached?: boolean } = {},
  ): Promise<number> {
    const { rows } = await this.#database.raw<{ rows: { count: number }[] }>(
      `SELECT count(*)::integer AS count FROM queue.tasks WHERE "group" = ? ${failures ? 'AND NOT success' : ''}`,
      [group],
    );
    // Failures are never in the cache.
    const inCache = cached && !failures ? await this.#cached.countGroup(group) : 0;
    return (rows[0]?.count ?? 0) + inCache;
  }

  async deleteGroup(
    group: string,
    { tasks = false, cached = false }: { readonly tasks?: boolean; readonly cached?: boolean } = {},
  ): Promise<number> {
    const stored = tasks
      ? await deleteGroupTasks(this.#database, group)
      : await this.#database('queue.tasks').where({ group }).update({ group: null });
    if (!cached) return stored;
    const inCache = tasks ? await this.#cached.deleteGroup(group) : await this.#cached.unlabelGroup(group);
    return stored + inCache;
  }

  async deleteCached(idOrName: string): Promise<boolean> {
    return (await this.#cached.delete(idOrName)) > 0;
  }

  /** Ends all waits; they reject. */
  async close(): Promise<void> {
    this.#closing.abort(new Error('The queue was closed while a result was waited for'));
    // Those who waited leave first.
    await setImmediate();
    await this.#watch.closeIfIdle();
  }

  async #waitFor(wanted: Wanted, milliseconds: number): Promise<void> {
    await this.#watch.waitFor(wanted, milliseconds, this.#closing.signal);
  }
}

function finishedTasks(database: DatabaseOrTransaction): Knex.QueryBuilder {
  return database('queue.tasks').select(
    'id',
    'name',
    'func',
    'hook',
    'args',
    'result',
    'group',
    'cluster',
    isoTimestamp(database, 'started', 'started'),
    isoTimestamp(database, 'stopped', 'stopped'),
    'success',
    'attempt_count AS attemptCount',
    database.raw('extract(epoch FROM stopped - started)::double precision AS "timeTakenSeconds"'),
    'waited_seconds AS waitedSeconds',
    'ran_seconds AS ranSeconds',
    'cancelled',
    'resubmitted_from AS resubmittedFrom',
  );
}

async function findTask(
  database: DatabaseOrTransaction,
  idOrName: string,
): Promise<FinishedTask | undefined> {
  const byId = isUuid(idOrName) ? await finishedTasks(database).where({ id: idOrName }) : [];
  const found: FinishedTask[] =
    byId.length > 0
      ? byId
      : await finishedTasks(database).where({ name: idOrName }).orderBy('tasks.stopped', 'desc').limit(1);
  return found.map(withoutSecrets)[0];
}

async function findGroup(
  database: DatabaseOrTransaction,
  group: string,
  failures: boolean,
): Promise<FinishedTask[]> {
  const query = finishedTasks(database).where({ group });
  if (!failures) query.where({ success: true });
  const found: FinishedTask[] = await query.orderBy(['tasks.stopped', 'id']);
  return found.map(withoutSecrets);
}

function withoutSecrets(task: FinishedTask): FinishedTask {
  return { ...task, args: withoutSealedArguments(task.args) };
}

function checkCount(count: number): void {
  if (Number.isInteger(count) && count >= 1 && count <= MOST_TASKS) return;
  throw new TaskOptionsError(
    `The count of tasks to wait for is ${count}; it can be a whole number from 1 to ${MOST_TASKS}`,
  );
}

function checkWait(wait: number): void {
  if (wait >= -1) return;
  throw new TaskOptionsError(
    `The wait for a result is ${wait}; it can be a number of milliseconds, or -1 for ever`,
  );
}
