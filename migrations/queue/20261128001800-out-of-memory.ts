import type { Knex } from 'knex';

const OUTCOMES = [
  'failed',
  'timed out',
  'worker died',
  'interrupted',
  'engine lost',
  'cancelled',
  'given up',
];

/** Attempts may end because their worker took more memory than it may. */
export async function up(knex: Knex): Promise<void> {
  await allow(knex, [...OUTCOMES, 'out of memory']);
}

/** Attempts that ended for want of memory become those of a worker that died. */
export async function down(knex: Knex): Promise<void> {
  await knex('queue.failed_attempts').where('outcome', 'out of memory').update({ outcome: 'worker died' });
  await allow(knex, OUTCOMES);
}

async function allow(knex: Knex, outcomes: readonly string[]): Promise<void> {
  const list = outcomes.map((outcome) => `'${outcome}'`).join(', ');
  await knex.raw(`
    ALTER TABLE queue.failed_attempts DROP CONSTRAINT failed_attempts_outcome_check,
      ADD CONSTRAINT failed_attempts_outcome_check CHECK (outcome IN (${list}))
  `);
}
