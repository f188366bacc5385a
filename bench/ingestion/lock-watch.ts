import { setTimeout as pause } from 'node:timers/promises';
import type { Database } from '../../src/platform/database/connection.ts';

const PAUSE_MILLISECONDS = 1;

/**
 * Looks again and again, from a session of its own, whether readers of the live table are locked out. Postgres releases a lock
 * a while before it replies to the commit: it deletes the files of dropped tables in between.
 */
export class LockWatch {
  readonly #database: Database;
  readonly #loop: Promise<void>;
  #isRunning = true;
  #longestMilliseconds = 0;

  constructor(database: Database) {
    this.#database = database;
    this.#loop = this.#repeat();
  }

  /** Returns for how long readers were locked out, the longest time in a row. */
  async stop(): Promise<number> {
    this.#isRunning = false;
    await this.#loop;
    return this.#longestMilliseconds;
  }

  async #repeat(): Promise<void> {
    const { rows } = await this.#database.raw<{ rows: { id: string }[] }>(
      `SELECT to_regclass('public.image')::oid::text AS id`,
    );
    const id = rows[0]?.id ?? '';
    let lockedMilliseconds: number | undefined;
    while (this.#isRunning) {
      if (await this.#isLocked(id)) {
        lockedMilliseconds ??= performance.now();
      } else if (lockedMilliseconds !== undefined) {
        this.#longestMilliseconds = Math.max(
          this.#longestMilliseconds,
          performance.now() - lockedMilliseconds,
        );
        lockedMilliseconds = undefined;
      }
      await pause(PAUSE_MILLISECONDS);
    }
  }

  /** By its object id, which stays the same when the table is moved to another schema. */
  async #isLocked(tableId: string): Promise<boolean> {
    const { rows } = await this.#database.raw<{ rows: object[] }>(
      `SELECT 1 FROM pg_locks WHERE relation = ? AND granted AND mode = 'AccessExclusiveLock'
         AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
      [tableId],
    );
    return rows.length > 0;
  }
}
