import { createHash, randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import { addGarbage } from '../../../map-kit/tile-cache/tile-tables.ts';
import type { Platform } from '../../../platform/platform.ts';
import { ObjectStorageError } from '../../../platform/storage/object-storage-error.ts';
import { openRegistryBucket } from '../storage/registry-bucket.ts';
import { TILE_SCHEMA } from '../storage/tile-schema.ts';

/** A layer, and the key of the thumbnail that it has. */
export interface PicturedLayer {
  readonly uuid: string;
  readonly thumbnail: string | null;
}

/** Hexadecimal digits of the digest of a picture that are part of its key. */
const DIGEST_DIGITS = 32;

/** How long a check may take from here to its end. After that, its thumbnail is tidied up. */
const STORING_SECONDS = 900;

/** A thumbnail that is tidied up so soon is not taken any more: the transaction has to end before. */
const ENDING_SECONDS = 60;

/** How long an older thumbnail is kept for readers that have just read its key. */
const READERS_SECONDS = 60;

/**
 * Stores a thumbnail in the bucket, under a key that no other check uses. Until {@link takeThumbnail} has made it that of the layer, it is
 * noted to be removed, so that nothing is left of a check that does not end. Without the bucket, checks go on.
 *
 * @returns its key; `undefined` where the layer has this very picture, or the bucket could not take it.
 */
export async function storeThumbnail(
  platform: Pick<Platform, 'bucket' | 'database' | 'logger' | 'settingsOf'>,
  { uuid, thumbnail }: PicturedLayer,
  picture: Buffer,
  signal: AbortSignal,
): Promise<string | undefined> {
  const digest = createHash('sha256').update(picture).digest('hex').slice(0, DIGEST_DIGITS);
  const ofPicture = `thumbnails/${uuid}/${digest}`;
  if (thumbnail?.startsWith(ofPicture)) return undefined;
  const key = `${ofPicture}-${randomUUID().slice(-12)}.webp`;
  await addGarbage(platform.database, TILE_SCHEMA, uuid, key, STORING_SECONDS);
  try {
    await openRegistryBucket(platform).put(key, picture, 'image/webp', signal);
    return key;
  } catch (error) {
    if (!(error instanceof ObjectStorageError)) throw error;
    platform.logger.warn({ err: error }, `could not store ${key}`);
    return undefined;
  }
}

/**
 * Takes a stored thumbnail for a layer, and notes the one that it has to be removed. The row of the layer is held from now on.
 *
 * @returns whether it was taken: the layer is there, and the thumbnail was not tidied up.
 */
export async function takeThumbnail(
  transaction: Knex.Transaction,
  layerId: string,
  key: string,
): Promise<boolean> {
  const layer: PicturedLayer | undefined = await transaction('map_registry.layers')
    .where({ id: layerId })
    .forUpdate()
    .first('uuid', 'thumbnail');
  if (!layer) return false;
  const taken = await transaction('map_registry.tile_garbage')
    .where({ source: layer.uuid, object_key: key })
    .whereRaw('due > clock_timestamp() + make_interval(secs => ?)', [ENDING_SECONDS])
    .delete();
  if (taken === 0) return false;
  if (layer.thumbnail !== null) {
    await addGarbage(transaction, TILE_SCHEMA, layer.uuid, layer.thumbnail, READERS_SECONDS);
  }
  await transaction('map_registry.layers').where({ id: layerId }).update({ thumbnail: key });
  return true;
}
