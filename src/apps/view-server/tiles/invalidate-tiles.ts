import type { Knex } from 'knex';
import { purgeTiles } from '../../../map-kit/tile-cache/purge-tiles.ts';
import type { ChangedPlace } from '../catalogue/product.ts';
import { TILE_SCHEMA } from './collection-tiles.ts';

/**
 * Removes the tiles that show places which change in this transaction; from its commit on none of them is served by any process. Call it
 * last and once: it makes tiles of the same collections wait until the transaction ends.
 *
 * @returns how many tiles were removed.
 */
export function invalidateTiles(
  transaction: Knex.Transaction,
  places: readonly ChangedPlace[],
): Promise<number> {
  return purgeTiles(
    transaction,
    TILE_SCHEMA,
    places.map(({ collections, boxes, interval }) => ({ sources: collections, boxes, interval })),
  );
}
