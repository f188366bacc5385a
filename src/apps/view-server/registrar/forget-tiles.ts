import type { Knex } from 'knex';
import type { ChangedPlace } from '../catalogue/product.ts';
import { invalidateTiles } from '../tiles/invalidate-tiles.ts';

/** Has the tile cache forget, in the transaction that changes a place, what was drawn of it. */
export async function forgetTiles(
  transaction: Knex.Transaction,
  places: readonly ChangedPlace[],
): Promise<void> {
  await invalidateTiles(transaction, places);
}
