import type { Knex } from 'knex';

/** What counts each check once, and where checks go whose month has no partition yet. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE TABLE map_registry.checks_of_other_months PARTITION OF map_registry.checks DEFAULT;

    -- The tasks whose check was counted, for as long as they may be run again.
    CREATE TABLE map_registry.counted_checks (
      task_id uuid PRIMARY KEY,
      counted timestamptz NOT NULL DEFAULT clock_timestamp()
    );
    CREATE INDEX counted_checks_by_age ON map_registry.counted_checks (counted);

    CREATE INDEX services_to_check ON map_registry.services (id) WHERE is_active AND is_monitored;
    CREATE INDEX layers_to_check ON map_registry.layers (service_id, id)
      WHERE is_active AND is_monitored AND NOT was_deleted;
  `);
}

/** Forgets which tasks were counted, and the checks without a partition. */
export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    DROP INDEX map_registry.services_to_check, map_registry.layers_to_check;
    DROP TABLE map_registry.counted_checks, map_registry.checks_of_other_months;
  `);
}
