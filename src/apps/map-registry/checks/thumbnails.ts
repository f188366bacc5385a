import { createHash } from 'node:crypto';
import type { Logger } from '../../../platform/logging.ts';
import type { ObjectStorage } from '../../../platform/storage/object-storage.ts';
import { ObjectStorageError } from '../../../platform/storage/object-storage-error.ts';

/** A layer, and the key of the thumbnail that it has. */
export interface PicturedLayer {
  readonly uuid: string;
  readonly thumbnail: string | null;
}

/** Hexadecimal digits of the digest of a picture that are part of its key. */
const DIGEST_DIGITS = 32;

/** Keeps the newest thumbnail of each layer in the bucket. Without the bucket, checks go on: the thumbnail stays as it was. */
export class Thumbnails {
  readonly #bucket: ObjectStorage;
  readonly #logger: Logger;

  constructor(bucket: ObjectStorage, logger: Logger) {
    this.#bucket = bucket;
    this.#logger = logger;
  }

  /**
   * Stores a thumbnail, under a key that no other picture has.
   *
   * @returns its key; `undefined` where the bucket could not take it.
   */
  async store(
    { uuid, thumbnail }: PicturedLayer,
    picture: Buffer,
    signal: AbortSignal,
  ): Promise<string | undefined> {
    const digest = createHash('sha256').update(picture).digest('hex').slice(0, DIGEST_DIGITS);
    const key = `thumbnails/${uuid}/${digest}.webp`;
    if (key === thumbnail) return key;
    return this.#try(`store ${key}`, async () => {
      await this.#bucket.put(key, picture, 'image/webp', signal);
      return key;
    });
  }

  /** Removes the thumbnail that a layer had before a newer one was stored. */
  async removeOlder({ thumbnail }: PicturedLayer, newer: string): Promise<void> {
    if (thumbnail === null || thumbnail === newer) return;
    await this.remove(thumbnail);
  }

  /** Removes a thumbnail. */
  async remove(key: string): Promise<void> {
    await this.#try(`remove ${key}`, () => this.#bucket.remove([key]));
  }

  async #try<Result>(what: string, work: () => Promise<Result>): Promise<Result | undefined> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof ObjectStorageError)) throw error;
      this.#logger.warn({ err: error }, `could not ${what}`);
      return undefined;
    }
  }
}
