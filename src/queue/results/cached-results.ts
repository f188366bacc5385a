import type { Knex } from 'knex';
import { errorMessage } from '../../platform/error-message.ts';
import type { JsonValue } from '../../platform/json-value.ts';
import type { Platform } from '../../platform/platform.ts';
import { isUuid } from '../../platform/uuid.ts';
import type { FinishedTask } from '../tasks/finished-task.ts';
import { type FinishedAttempt, finishedTask, withMicroseconds } from './finished-tasks.ts';

/** How the results that this process caches are kept. */
export interface CachedResultsOptions {
  /** How long where a task does not say; 0 for ever. */
  readonly cachedSeconds: number;
  /** Whether what this process keeps in its own memory is found by those who ask for it. */
  readonly isReadHere: boolean;
}

/** How long the cache is left alone after it failed: each try may take seconds, within a transaction. */
const PAUSE_AFTER_FAILURE_MILLISECONDS = 10_000;

/**
 * The results that are in the cache instead of the table of tasks. Which ones there are is in a table: it takes
 * part in the transaction that settles their tasks, counts groups exactly, and knows names. The cache alone
 * could do neither, and its lists are not safe from two engines that append at once.
 */
export class CachedResults {
  readonly #platform: Platform;
  readonly #options: CachedResultsOptions;
  #pauseUntilMilliseconds = 0;

  constructor(platform: Platform, options: CachedResultsOptions = { cachedSeconds: 0, isReadHere: true }) {
    this.#platform = platform;
    this.#options = options;
  }

  /**
   * Puts successes into the cache; returns those that it cannot take, because it is gone, or keeps nothing that others
   * could read.
   */
  async store(
    transaction: Knex.Transaction,
    queueName: string,
    attempts: readonly FinishedAttempt[],
  ): Promise<readonly FinishedAttempt[]> {
    if (attempts.length === 0) return [];
    if (!this.#isOfUse()) {
      this.#platform.logger.warn(
        { tasks: attempts.map(({ task }) => task.id) },
        'no cache for results that others could read: they go to the database',
      );
      return attempts;
    }
    if (performance.now() < this.#pauseUntilMilliseconds) return attempts;
    const stopped = withMicroseconds(new Date().toISOString());
    const rows = attempts.map(({ task: { id, name, group, options } }) => ({
      id,
      name,
      group,
      stopped,
      timeoutSeconds: typeof options?.cached === 'number' ? options.cached : this.#options.cachedSeconds,
    }));
    try {
      await this.#platform.cache.setMany(
        attempts.map((attempt, place) => ({
          key: keyOf(attempt.task.id),
          value: finishedTask(attempt, queueName, stopped),
          timeoutSeconds: rows[place]?.timeoutSeconds ?? 0,
        })),
      );
    } catch (error) {
      this.#pauseUntilMilliseconds = performance.now() + PAUSE_AFTER_FAILURE_MILLISECONDS;
      this.#platform.logger.error(
        { err: error, tasks: attempts.map(({ task }) => task.id) },
        'results could not be cached: they go to the database',
      );
      return attempts;
    }
    await transaction.raw(
      `INSERT INTO queue.cached_results (task_id, name, "group", stopped, expires)
       SELECT id, name, "group", stopped,
         coalesce(clock_timestamp() + nullif("timeoutSeconds", 0) * interval '1 second', 'infinity')
       FROM json_to_recordset(?::json) AS cached (id uuid, name text, "group" text, stopped timestamptz,
         "timeoutSeconds" double precision)
       ON CONFLICT (task_id) DO UPDATE SET stopped = excluded.stopped, expires = excluded.expires`,
      [JSON.stringify(rows)],
    );
    return [];
  }

  /** The newest task with this id or name that is in the cache. */
  async find(idOrName: string): Promise<FinishedTask | undefined> {
    const { rows } = await this.#platform.database.raw<{ rows: { id: string }[] }>(
      `SELECT task_id AS id FROM queue.cached_results WHERE (task_id = :id::uuid OR name = :name) AND expires > clock_timestamp()
       ORDER BY task_id = :id::uuid DESC NULLS LAST, stopped DESC LIMIT 1`,
      { id: isUuid(idOrName) ? idOrName : null, name: idOrName },
    );
    const [task] = await this.#read(rows.map(({ id }) => id));
    return task;
  }

  /** The tasks of a group that are in the cache, in the order in which they ended. */
  async findGroup(group: string): Promise<FinishedTask[]> {
    return this.#read(
      await this.#ofGroup(group)
        .whereRaw('expires > clock_timestamp()')
        .orderBy(['stopped', 'task_id'])
        .pluck<string[]>('task_id'),
    );
  }

  /** How many tasks of a group are in the cache. */
  async countGroup(group: string): Promise<number> {
    const { rows } = await this.#platform.database.raw<{ rows: { count: number }[] }>(
      `SELECT count(*)::integer AS count FROM queue.cached_results WHERE "group" = ? AND expires > clock_timestamp()`,
      [group],
    );
    return rows[0]?.count ?? 0;
  }

  /** Takes the group's label from what is in the cache; returns of how many. */
  async unlabelGroup(group: string): Promise<number> {
    return this.#ofGroup(group).update({ group: null });
  }

  /** Removes the tasks of a group from the cache; returns how many there were. */
  async deleteGroup(group: string): Promise<number> {
    return this.#forget(await this.#ofGroup(group).delete().returning('task_id'));
  }

  /** Removes the task with this id, or those with this name, from the cache; returns how many there were. */
  async delete(idOrName: string): Promise<number> {
    return this.#forget(
      await this.#platform
        .database('queue.cached_results')
        .where((query) => {
          query.where({ name: idOrName });
          if (isUuid(idOrName)) query.orWhere({ task_id: idOrName });
        })
        .delete()
        .returning('task_id'),
    );
  }

  #isOfUse(): boolean {
    const { kind } = this.#platform.settings.cache;
    return kind === 'memory' ? this.#options.isReadHere : kind !== 'none';
  }

  #ofGroup(group: string): Knex.QueryBuilder {
    return this.#platform.database('queue.cached_results').where({ group });
  }

  /** What the cache has lost, or does not return, is left out. */
  async #read(ids: readonly string[]): Promise<FinishedTask[]> {
    try {
      const values = await this.#platform.cache.getMany(ids.map(keyOf));
      return ids.map((id) => values.get(keyOf(id))).filter(isFinishedTask);
    } catch (error) {
      this.#platform.logger.error({ reason: errorMessage(error) }, 'cached results could not be read');
      return [];
    }
  }

  /** A value that stays in the cache, because the cache is gone, cannot be found, and expires. */
  async #forget(rows: readonly { task_id: string }[]): Promise<number> {
    try {
      await this.#platform.cache.deleteMany(rows.map(({ task_id }) => keyOf(task_id)));
    } catch (error) {
      this.#platform.logger.warn({ reason: errorMessage(error) }, 'cached results could not be deleted');
    }
    return rows.length;
  }
}

/** Removes what says of results that they are in the cache, which has forgotten them. */
export async function forgetExpiredResults(transaction: Knex.Transaction, limit: number): Promise<number> {
  const { rowCount } = await transaction.raw<{ rowCount: number }>(
    `DELETE FROM queue.cached_results WHERE task_id IN (
       SELECT task_id FROM queue.cached_results WHERE expires <= clock_timestamp() ORDER BY expires LIMIT ?
     )`,
    [limit],
  );
  return rowCount;
}

function keyOf(taskId: string): string {
  return `result:${taskId}`;
}

function isFinishedTask(value: JsonValue | FinishedTask | undefined): value is FinishedTask {
  return typeof value === 'object' && value !== null && 'id' in value && 'stopped' in value;
}
