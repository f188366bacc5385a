import type { Knex } from 'knex';

const INDEXES: Readonly<Record<string, string>> = {
  product_boxes_by_begin: 'lower(during)',
  product_boxes_by_west: '((box[1])[0])',
  product_boxes_by_south: '((box[1])[1])',
  product_boxes_by_east: '((box[0])[0])',
  product_boxes_by_north: '((box[0])[1])',
};

/** Indexes from which the extent of a collection is read. */
export async function up(knex: Knex): Promise<void> {
  for (const [name, value] of Object.entries(INDEXES)) {
    await knex.raw(`CREATE INDEX ${name} ON view_server.product_boxes (collection, (${value}))`);
  }
}

/** Removes them. */
export async function down(knex: Knex): Promise<void> {
  for (const name of Object.keys(INDEXES)) await knex.raw(`DROP INDEX view_server.${name}`);
}
