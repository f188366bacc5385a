import type { Box } from '../../../map-kit/box.ts';
import { WHOLE_WORLD } from '../../../map-kit/tile-cache/purge-tiles.ts';
import type { Database } from '../../../platform/database/connection.ts';
import { PermanentTaskError, type TaskContext } from '../../../queue/index.ts';
import { collectionsOfProduct } from '../catalogue/collection-extents.ts';
import { findProduct } from '../catalogue/find-product.ts';
import type { ChangedPlace } from '../catalogue/product.ts';
import { UnknownCollectionError } from '../collections/collection.ts';
import { findCollection } from '../collections/collections.ts';
import { invalidateTiles } from '../tiles/invalidate-tiles.ts';
import { readTime, TimeError } from '../tiles/tile-time.ts';
import type { PurgeArguments } from './purge-arguments.ts';

/** Removes the tiles of a product, or of a collection in a box and an interval. Returns how many there were. */
export async function purge(args: PurgeArguments, { platform }: TaskContext): Promise<number> {
  const { database } = platform;
  try {
    const place =
      args.product === undefined
        ? await placeOf(args, platform)
        : await placeOfProduct(database, args.product);
    return await database.transaction((transaction) => invalidateTiles(transaction, [place]));
  } catch (error) {
    if (error instanceof UnknownCollectionError || error instanceof TimeError) {
      throw new PermanentTaskError(error.message, { cause: error });
    }
    throw error;
  }
}

async function placeOfProduct(database: Database, identifier: string): Promise<ChangedPlace> {
  const product = await findProduct(database, identifier);
  if (!product) throw new PermanentTaskError(`There is no product ${identifier}.`);
  return {
    collections: await collectionsOfProduct(database, product.id),
    boxes: product.boxes,
    interval: { begin: product.begins, end: product.ends },
  };
}

async function placeOf(
  { collection, interval, box }: PurgeArguments,
  platform: TaskContext['platform'],
): Promise<ChangedPlace> {
  if (collection === undefined) throw new PermanentTaskError('Name a product or a collection.');
  const { id } = await findCollection(platform, collection);
  return {
    collections: [id],
    boxes: [box === undefined ? WHOLE_WORLD : boxOf(box)],
    interval: readTime(interval) ?? ALL_TIME,
  };
}

/** As far as dates of JavaScript and Postgres go. */
const ALL_TIME = { begin: new Date('0001-01-01T00:00:00Z'), end: new Date('9999-12-31T23:59:59Z') };

function boxOf([minX, minY, maxX, maxY, ...more]: readonly number[]): Box {
  if (
    minX === undefined ||
    minY === undefined ||
    maxX === undefined ||
    maxY === undefined ||
    more.length > 0
  ) {
    throw new PermanentTaskError('box has to be four numbers: west, south, east, north.');
  }
  if (!(minX <= maxX && minY <= maxY)) throw new PermanentTaskError('box has no area.');
  return { minX, minY, maxX, maxY };
}
