import type { Knex } from 'knex';

/** The admin lists the layers whose last check failed, the newest first. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw('CREATE INDEX layers_failing ON map_registry.layers (created, uuid) WHERE NOT last_status');
}

/** Removes the index. */
export async function down(knex: Knex): Promise<void> {
  await knex.raw('DROP INDEX map_registry.layers_failing');
}
