import type { Knex } from 'knex';
import type { Database } from '../../platform/database/connection.ts';
import { forgetExpiredResults } from '../results/cached-results.ts';
import { removeOldSecrets } from '../results/finished-tasks.ts';

/** What of a queue's finished tasks is kept. */
export interface PruningOptions {
  readonly queueName: string;
  /** So many of the newest; 0 for all. */
  readonly saveLimit: number;
  /** Of what each so many are kept; of all together where it is left out. */
  readonly saveLimitPer: 'group' | 'name' | 'func' | undefined;
  /** How long a failed task keeps its secrets; 0 for ever. */
  readonly keepSecretsSeconds: number;
}

/** Rows that one transaction removes at most, so that none holds locks for long. */
const BATCH_SIZE = 1_000;

/** The same for failed tasks that lose their secrets, whose arguments are all in memory for a moment. */
const SECRETS_BATCH_SIZE = 100;

/** Batches of one round at most; the next round goes on. */
const MOST_BATCHES = 50;

/** How far back a round looks for what was stored since the one before: a transaction may have taken so long. */
const OVERLAP_SECONDS = 60;

/**
 * Removes the oldest successes of a queue beyond those that are to be kept, with the attempts at them; failures stay, but
 * lose their secrets after a time. However many engines serve the queue, one of them does it at a time.
 */
export class Pruner {
  readonly #database: Database;
  readonly #options: PruningOptions;
  /** Where the round before began, by Postgres's clock: no name, function or group without newer ones has too many. */
  #since = '-infinity';

  constructor(database: Database, options: PruningOptions) {
    this.#database = database;
    this.#options = options;
  }

  /** Does one round; returns how many successes were removed. */
  async prune(): Promise<number> {
    const begun = await this.#now();
    let removed = 0;
    for (let batches = 0; batches < MOST_BATCHES; batches += 1) {
      const batch = await this.#database.transaction((transaction) => this.#pruneBatch(transaction));
      if (batch === undefined) break;
      removed += batch.removed;
      if (batch.isLast) {
        this.#since = begun;
        break;
      }
    }
    await this.#removeOldSecrets();
    return removed;
  }

  async #removeOldSecrets(): Promise<void> {
    const { queueName, keepSecretsSeconds } = this.#options;
    if (keepSecretsSeconds === 0) return;
    for (let batches = 0; batches < MOST_BATCHES; batches += 1) {
      const count = await this.#database.transaction((transaction) =>
        removeOldSecrets(transaction, queueName, keepSecretsSeconds, SECRETS_BATCH_SIZE),
      );
      if (count < SECRETS_BATCH_SIZE) return;
    }
  }

  async #now(): Promise<string> {
    const { rows } = await this.#database.raw<{ rows: { now: string }[] }>(
      `SELECT (clock_timestamp() - ? * interval '1 second')::text AS now`,
      [OVERLAP_SECONDS],
    );
    return rows[0]?.now ?? '-infinity';
  }

  /** Returns `undefined` if another engine is pruning. */
  async #pruneBatch(
    transaction: Knex.Transaction,
  ): Promise<{ readonly removed: number; readonly isLast: boolean } | undefined> {
    const { queueName } = this.#options;
    const { rows } = await transaction.raw<{ rows: { isOurs: boolean }[] }>(
      'SELECT pg_try_advisory_xact_lock(hashtext(?)) AS "isOurs"',
      [`pruning of ${queueName}`],
    );
    if (!rows[0]?.isOurs) return undefined;
    const expired = await forgetExpiredResults(transaction, BATCH_SIZE);
    const removed = await this.#removeOldest(transaction);
    return { removed, isLast: expired < BATCH_SIZE && removed < BATCH_SIZE };
  }

  async #removeOldest(transaction: Knex.Transaction): Promise<number> {
    const { queueName, saveLimit, saveLimitPer } = this.#options;
    // With -1 none is stored, unless its task asks for it: such a one is kept as if there was no limit.
    if (saveLimit <= 0) return 0;
    const { rows } = await transaction.raw<{ rows: { removed: number }[] }>(
      `WITH removed AS (
         DELETE FROM queue.tasks WHERE id IN (${saveLimitPer === undefined ? OLDEST : oldestOfEach(saveLimitPer)})
         RETURNING id, attempt_count > 1 OR resubmitted_from IS NOT NULL AS "hasHistory"
       ), attempts AS (
         DELETE FROM queue.failed_attempts WHERE task_id IN (SELECT id FROM removed WHERE "hasHistory")
       )
       SELECT count(*)::integer AS removed FROM removed`,
      { queueName, saveLimit, batchSize: BATCH_SIZE, since: this.#since },
    );
    return rows[0]?.removed ?? 0;
  }
}

const OLDEST = `
  SELECT id FROM queue.tasks WHERE cluster = :queueName AND success ORDER BY stopped DESC, id DESC
  OFFSET :saveLimit LIMIT :batchSize`;

/** Each key's own index finds its successes, newest first; those without a group are a group too. */
function oldestOfEach(column: 'group' | 'name' | 'func'): string {
  const ofEach = `
    SELECT old.id
    FROM (SELECT "${column}" AS key FROM queue.tasks
          WHERE cluster = :queueName AND success AND stopped >= :since::timestamptz
          GROUP BY "${column}"
          -- The first round sees all there are, and need not look at each.
          HAVING :since <> '-infinity' OR count(*) > :saveLimit) AS recent
    CROSS JOIN LATERAL (
      SELECT id FROM queue.tasks WHERE "${column}" = recent.key AND cluster = :queueName AND success
      ORDER BY stopped DESC, id DESC OFFSET :saveLimit LIMIT :batchSize
    ) AS old`;
  const withoutGroup = `
    SELECT id FROM queue.tasks WHERE "group" IS NULL AND cluster = :queueName AND success
    ORDER BY stopped DESC, id DESC OFFSET :saveLimit LIMIT :batchSize`;
  return `SELECT id FROM (${column === 'group' ? `${ofEach} UNION ALL (${withoutGroup})` : ofEach}) AS beyond LIMIT :batchSize`;
}
