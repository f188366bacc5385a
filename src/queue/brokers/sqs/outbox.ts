import type { DatabaseOrTransaction } from '../../../platform/database/connection.ts';
import type { Ticket } from './message.ts';

/** A message that is to be sent, and how long SQS is to hold it back. */
export interface UnsentTicket extends Ticket {
  readonly delaySeconds: number;
}

/** The packages of one queue as an outbox: which of their messages have to be sent, and which were. */
export class Outbox {
  readonly #database: DatabaseOrTransaction;
  readonly #queueName: string;

  /** @param database a transaction, where what is chosen has to stay locked until it is sent. */
  constructor(database: DatabaseOrTransaction, queueName: string) {
    this.#database = database;
    this.#queueName = queueName;
  }

  /**
   * Locks some of the packages without a limit that are due within what SQS can hold back, soonest first; those
   * that another process is sending are skipped.
   */
  async chooseUnlimited(count: number, longestDelaySeconds: number): Promise<readonly UnsentTicket[]> {
    const { rows } = await this.#database.raw<{ rows: UnsentTicket[] }>(
      `SELECT id, round,
         greatest(0, ceil(extract(epoch FROM start_after - clock_timestamp())))::integer AS "delaySeconds"
       FROM queue.sqs_packages
       WHERE queue = :queueName AND state = 'unsent' AND limit_key IS NULL
         AND start_after <= clock_timestamp() + :longestDelaySeconds * interval '1 second'
       ORDER BY start_after LIMIT :count FOR UPDATE SKIP LOCKED`,
      { queueName: this.#queueName, count, longestDelaySeconds },
    );
    return rows;
  }

  /**
   * Locks some of the packages with a limit that are due, as many of each key as its limit has room for: what is with
   * SQS counts as handed out, as it may be at any moment. One engine does this after the other.
   */
  async chooseLimited(count: number): Promise<readonly UnsentTicket[]> {
    const waiting = await this.#database('queue.sqs_packages')
      .where({ queue: this.#queueName, state: 'unsent' })
      .whereNotNull('limit_key')
      .first('id');
    if (!waiting) return [];
    await this.#database.raw('SELECT pg_advisory_xact_lock(hashtext(?))', [`limits of ${this.#queueName}`]);
    const { rows } = await this.#database.raw<{ rows: UnsentTicket[] }>(
      // The keys are found one after the other, as one key may have a million packages.
      `WITH RECURSIVE keys AS (
         (SELECT limit_key AS key FROM queue.sqs_packages
          WHERE queue = :queueName AND state = 'unsent' AND limit_key IS NOT NULL ORDER BY limit_key LIMIT 1)
         UNION ALL
         SELECT (SELECT limit_key FROM queue.sqs_packages
                 WHERE queue = :queueName AND state = 'unsent' AND limit_key > keys.key ORDER BY limit_key LIMIT 1)
         FROM keys WHERE keys.key IS NOT NULL
       ), fitting AS (
         SELECT due.id
         FROM keys
         CROSS JOIN LATERAL (
           SELECT count(*) AS taken FROM queue.sqs_packages
           WHERE queue = :queueName AND state <> 'unsent' AND limit_key = keys.key
         ) AS places
         CROSS JOIN LATERAL (
           SELECT id, limit_count, row_number() OVER (ORDER BY start_after, id) AS place
           FROM (
             SELECT id, limit_count, start_after FROM queue.sqs_packages
             WHERE queue = :queueName AND state = 'unsent' AND limit_key = keys.key
               AND start_after <= clock_timestamp()
             ORDER BY start_after LIMIT :count
           ) AS soonest
         ) AS due
         WHERE places.taken + due.place <= due.limit_count
         LIMIT :count
       )
       SELECT sqs_packages.id, round, 0 AS "delaySeconds"
       FROM queue.sqs_packages JOIN fitting USING (id) WHERE state = 'unsent' FOR UPDATE OF sqs_packages SKIP LOCKED`,
      { queueName: this.#queueName, count },
    );
    return rows;
  }

  /** Notes that SQS has the messages of these packages. */
  async markSent(ids: readonly string[]): Promise<void> {
    await this.#database('queue.sqs_packages')
      .whereIn('id', ids)
      .update({ state: 'sent', sent: this.#database.raw('clock_timestamp()') });
  }

  /** Lets some of the messages be sent again that SQS has had for so long: it may have dropped them. */
  async forgetSentBefore(ageSeconds: number, count: number): Promise<number> {
    const { rowCount } = await this.#database.raw<{ rowCount: number }>(
      `UPDATE queue.sqs_packages SET state = 'unsent', sent = NULL WHERE id IN (
         SELECT id FROM queue.sqs_packages
         WHERE queue = ? AND state = 'sent' AND sent < clock_timestamp() - ? * interval '1 second'
         LIMIT ? FOR UPDATE SKIP LOCKED
       )`,
      [this.#queueName, ageSeconds, count],
    );
    return rowCount;
  }

  /** Lets every message be sent again: SQS has none of them. */
  async forgetSent(): Promise<void> {
    await this.#database('queue.sqs_packages')
      .where({ queue: this.#queueName, state: 'sent' })
      .update({ state: 'unsent', sent: null });
  }
}
