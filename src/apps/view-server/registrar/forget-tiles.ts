import type { Knex } from 'knex';
import type { ChangedPlace } from '../catalogue/product.ts';

/** Has the tile cache forget, in the transaction that changes a place, what was drawn of it. */
export async function forgetTiles(
  _transaction: Knex.Transaction,
  _places: readonly ChangedPlace[],
): Promise<void> {
  // The one call place of the tile cache's invalidateTiles(transaction, { collections, box, interval }).
}
