import type { Knex } from 'knex';
import { purgeTiles } from '../../../map-kit/tile-cache/purge-tiles.ts';
import type { ChangedPlace } from '../catalogue/product.ts';
import { TILE_SCHEMA } from './collection-tiles.ts';

/**
 * Removes the tiles that show a place which changes in this transaction; from its commit on none of them is served by any process. Call it
 * last: it makes tiles of the same collections wait until the transaction ends.
 *
 * @returns how many tiles were removed.
 */
export async function invalidateTiles(
  transaction: Knex.Transaction,
  { collections, boxes, interval }: ChangedPlace,
): Promise<number> {
  return purgeTiles(transaction, TILE_SCHEMA, { sources: collections, boxes, interval });
}
