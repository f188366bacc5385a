import type { Knex } from 'knex';

/**
 * The packages that Amazon SQS carries, from enqueueing to acknowledgement. SQS's messages only say which of them
 * is to be handed out, so that a package is enqueued and taken in transactions, and neither SQS's limits nor the
 * loss of a message can lose one.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE TABLE queue.sqs_packages (
      id uuid PRIMARY KEY,
      queue text NOT NULL,
      carried jsonb NOT NULL,
      -- Its message is still to be sent; is with SQS; was taken by an engine.
      state text NOT NULL DEFAULT 'unsent' CHECK (state IN ('unsent', 'sent', 'held')),
      -- Which message counts: one of an earlier round that SQS shows again does not.
      round integer NOT NULL DEFAULT 1,
      -- Presentations so far, without those in which nothing was done.
      attempt integer NOT NULL DEFAULT 0,
      limit_key text,
      limit_count integer,
      created timestamptz NOT NULL DEFAULT clock_timestamp(),
      start_after timestamptz NOT NULL,
      sent timestamptz
    );
    CREATE INDEX sqs_packages_oldest ON queue.sqs_packages (queue, created, id) INCLUDE (state);
    CREATE INDEX sqs_packages_unsent ON queue.sqs_packages (queue, start_after)
      WHERE state = 'unsent' AND limit_key IS NULL;
    CREATE INDEX sqs_packages_unsent_limited ON queue.sqs_packages (queue, limit_key, start_after)
      WHERE state = 'unsent' AND limit_key IS NOT NULL;
    CREATE INDEX sqs_packages_limited ON queue.sqs_packages (queue, limit_key)
      WHERE state <> 'unsent' AND limit_key IS NOT NULL;
    CREATE INDEX sqs_packages_sent ON queue.sqs_packages (queue, sent) WHERE state = 'sent';
  `);
}

/** Drops every package that SQS carries. */
export async function down(knex: Knex): Promise<void> {
  await knex.raw('DROP TABLE queue.sqs_packages');
}
