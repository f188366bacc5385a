import type { Knex } from 'knex';

/** The API lists the endpoints of a catalogue, the newest first. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw('CREATE INDEX endpoints_of_catalog ON map_registry.endpoints (catalog_id, id)');
}

/** Removes the index. */
export async function down(knex: Knex): Promise<void> {
  await knex.raw('DROP INDEX map_registry.endpoints_of_catalog');
}
