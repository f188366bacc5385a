import type { Knex } from 'knex';
import type { Database } from '../../platform/database/connection.ts';
import { findQueuedTasks } from '../figures/waiting-tasks.ts';
import { forgetAttemptsOfGone, tasksWithAttemptsOnly } from '../results/attempts.ts';

/** Tasks that one transaction looks at. */
const BATCH_SIZE = 1_000;

/** Batches of one call at most; the next call goes on. */
const MOST_BATCHES = 50;

const FIRST_ID = '00000000-0000-0000-0000-000000000000';

/**
 * Removes the attempts at tasks that are neither queued nor stored any more, such as those of a queue that was purged.
 * However many engines there are, one of them does it at a time.
 */
export class OrphanedAttempts {
  readonly #database: Database;
  #lastId = FIRST_ID;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Goes on where the last call stopped, to the end of the table at most; returns how many attempts were removed. */
  async remove(): Promise<number> {
    let removed = 0;
    for (let batches = 0; batches < MOST_BATCHES; batches += 1) {
      removed += await this.#database.transaction((transaction) => this.#removeBatch(transaction));
      if (this.#lastId === FIRST_ID) break;
    }
    return removed;
  }

  async #removeBatch(transaction: Knex.Transaction): Promise<number> {
    const { rows } = await transaction.raw<{ rows: { isOurs: boolean }[] }>(
      `SELECT pg_try_advisory_xact_lock(hashtext('orphaned attempts')) AS "isOurs"`,
    );
    if (!rows[0]?.isOurs) {
      this.#lastId = FIRST_ID;
      return 0;
    }
    const { ids, end } = await tasksWithAttemptsOnly(transaction, this.#lastId, BATCH_SIZE);
    // A task that is in the queue now, and ends before the attempts are removed, has a row of its own by then.
    const queued = new Set((await findQueuedTasks(this.#database, ids)).map(({ id }) => id));
    this.#lastId = end ?? FIRST_ID;
    return forgetAttemptsOfGone(
      transaction,
      ids.filter((id) => !queued.has(id)),
    );
  }
}
