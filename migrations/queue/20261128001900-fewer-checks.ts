import type { Knex } from 'knex';

/** The indexes and keys that pg-boss 12.35 has for its own policies and dependencies, with their definitions. */
const INDEXES = {
  job_common_i1: `UNIQUE|(name, coalesce(singleton_key, '')) WHERE state = 'created' AND policy = 'short'`,
  job_common_i2: `UNIQUE|(name, coalesce(singleton_key, '')) WHERE state = 'active' AND policy = 'singleton'`,
  job_common_i3: `UNIQUE|(name, state, coalesce(singleton_key, '')) WHERE state <= 'active' AND policy = 'stately'`,
  job_common_i4: `UNIQUE|(name, singleton_on, coalesce(singleton_key, '')) WHERE state <> 'cancelled' AND singleton_on IS NOT NULL`,
  job_common_i6: `UNIQUE|(name, coalesce(singleton_key, '')) WHERE state <= 'active' AND policy = 'exclusive'`,
  job_common_i7: `|(name, group_id) WHERE state = 'active' AND group_id IS NOT NULL`,
  job_common_i8: `UNIQUE|(name, singleton_key) WHERE state IN ('active', 'retry', 'failed') AND policy = 'key_strict_fifo'`,
  job_common_i9: `|(name, id) WHERE blocking AND state = 'completed'`,
  job_common_i10: `|(name, singleton_key, state DESC, created_on, id) INCLUDE (start_after) WHERE state < 'active' AND NOT blocked AND policy = 'key_strict_fifo'`,
  job_common_i12: `|(source_root_id) WHERE source_root_id IS NOT NULL`,
};

/**
 * Storing a package takes a third less time without what is looked at for each row of pg-boss's table, and never used here.
 * That a queue is there is looked at once for each statement.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    ALTER TABLE pgboss.job_common DROP CONSTRAINT q_fkey, DROP CONSTRAINT dlq_fkey;
    DROP INDEX ${Object.keys(INDEXES)
      .map((name) => `pgboss.${name}`)
      .join()};
  `);
}

/** Storing packages gets slower. */
export async function down(knex: Knex): Promise<void> {
  for (const [name, definition] of Object.entries(INDEXES)) {
    const [unique, columns] = definition.split('|');
    await knex.raw(`CREATE ${unique} INDEX ${name} ON pgboss.job_common ${columns}`);
  }
  await knex.raw(`
    DELETE FROM pgboss.job WHERE NOT EXISTS (SELECT FROM pgboss.queue WHERE queue.name = job.name);
    ALTER TABLE pgboss.job_common
      ADD CONSTRAINT q_fkey FOREIGN KEY (name) REFERENCES pgboss.queue ON DELETE RESTRICT DEFERRABLE INITIALLY DEFERRED,
      ADD CONSTRAINT dlq_fkey FOREIGN KEY (dead_letter) REFERENCES pgboss.queue ON DELETE RESTRICT DEFERRABLE
        INITIALLY DEFERRED;
  `);
}
