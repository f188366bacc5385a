import { randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import { errorMessage } from '../../platform/error-message.ts';
import type { Platform } from '../../platform/platform.ts';
import { type Tile, type TileRequest, tileKeyText } from './tile.ts';
import type { OpenTileObjects } from './tile-objects.ts';
import { isPurged } from './tile-purges.ts';
import {
  addGarbage,
  findTileRow,
  holdVersion,
  keepObject,
  readPurges,
  storeTileRow,
  type TileRow,
  type TileSchema,
} from './tile-tables.ts';

/** Where {@link StoredTiles} are, and for how long. */
export interface StoredTilesOptions {
  readonly schema: TileSchema;
  readonly openObjects: OpenTileObjects;
  /** What the keys of all objects start with. */
  readonly prefix: string;
  /** After which a tile is drawn again; `undefined`: only when it was purged. */
  readonly expiresSeconds: number | undefined;
}

/** Up to this size, the content of a tile is in its row: an empty one is. */
const INLINE_BYTES = 1_024;

/** How long an object may take to be stored. After that, its place is tidied up. */
const STORING_SECONDS = 900;

/** How long the object of an earlier tile stays, for those who read it now. */
const EARLIER_OBJECT_SECONDS = 60;

/** The tiles that all processes share: rows of Postgres, with objects for the larger ones. */
export class StoredTiles {
  readonly #platform: Platform;
  readonly #options: StoredTilesOptions;

  constructor(platform: Platform, options: StoredTilesOptions) {
    this.#platform = platform;
    this.#options = options;
  }

  /** Returns a tile; `undefined` if it is not there, has expired, or has lost its object. */
  async find(request: TileRequest, signal: AbortSignal): Promise<Tile | undefined> {
    const { version, row } = await findTileRow(this.#platform.database, this.#options.schema, request.key);
    return this.read(request, version, row, signal);
  }

  /** Reads the tile of a row; returns `undefined` if there is none, or if it has expired or lost its object. */
  async read(
    { key }: TileRequest,
    version: number,
    row: TileRow | undefined,
    signal: AbortSignal,
  ): Promise<Tile | undefined> {
    if (!row || row.isExpired) return undefined;
    const content = row.content ?? (await this.#readObject(key.source, row, signal));
    if (!content) return undefined;
    const { etag, contentType, isCut, made } = row;
    return { content, contentType, isCut, etag, made, version };
  }

  /** Takes the lock of a tile until the transaction ends, and waits for it. */
  async lock(transaction: Knex.Transaction, request: TileRequest): Promise<void> {
    await this.#takeLock(transaction, request, 'pg_advisory_xact_lock');
  }

  /** Takes the lock of a tile until the transaction ends, if it is free. Returns whether it was taken. */
  tryLock(transaction: Knex.Transaction, request: TileRequest): Promise<boolean> {
    return this.#takeLock(transaction, request, 'pg_try_advisory_xact_lock');
  }

  /**
   * Stores a tile. The caller holds its lock.
   *
   * @param earlier the row that it replaces.
   * @returns the tile with its newest version; `undefined` if it was purged while it was drawn.
   */
  async store(
    transaction: Knex.Transaction,
    request: TileRequest,
    tile: Tile,
    earlier: TileRow | undefined,
    signal: AbortSignal,
  ): Promise<Tile | undefined> {
    const { schema, expiresSeconds } = this.#options;
    const { source } = request.key;
    const isInline = tile.content.length <= INLINE_BYTES;
    const objectKey = isInline ? undefined : this.#objectKey(request);
    if (objectKey !== undefined && !(await this.#put(source, objectKey, tile, signal))) {
      const version = await this.#heldVersion(transaction, request, tile.version);
      return version === undefined ? undefined : { ...tile, version };
    }
    // From here until the commit, purges of the source wait.
    const version = await this.#heldVersion(transaction, request, tile.version);
    if (version === undefined) return undefined;
    await storeTileRow(transaction, schema, request, {
      ...tile,
      version,
      sizeBytes: tile.content.length,
      content: isInline ? tile.content : undefined,
      objectKey,
      expiresSeconds,
    });
    if (objectKey !== undefined) await keepObject(transaction, schema, source, objectKey);
    if (earlier?.objectKey !== undefined) {
      await addGarbage(transaction, schema, source, earlier.objectKey, EARLIER_OBJECT_SECONDS);
    }
    return { ...tile, version };
  }

  async #takeLock(
    transaction: Knex.Transaction,
    { key }: TileRequest,
    take: 'pg_advisory_xact_lock' | 'pg_try_advisory_xact_lock',
  ): Promise<boolean> {
    const { rows } = await transaction.raw<{ rows: { locked: boolean | string }[] }>(
      `SELECT ${take}(hashtextextended(?, 0)) AS locked`,
      [`${this.#options.schema} tile\n${tileKeyText(key)}`],
    );
    return rows[0]?.locked !== false;
  }

  /** Returns `undefined` if the tile was purged since a version. */
  async #heldVersion(
    transaction: Knex.Transaction,
    request: TileRequest,
    since: number,
  ): Promise<number | undefined> {
    const { schema } = this.#options;
    const { source } = request.key;
    const version = await holdVersion(transaction, schema, source);
    if (version === since) return version;
    const purges = await readPurges(transaction, schema, source, since);
    const isComplete = purges.length === version - since;
    return isComplete && !purges.some((purge) => isPurged(request, purge)) ? version : undefined;
  }

  /** An object is never written twice, so that a late writer cannot put an old picture in the place of a new one. */
  #objectKey({ key: { tileset, grid, time, format, index } }: TileRequest): string {
    const { z, x, y } = index;
    const unique = randomUUID().slice(-12);
    return `${this.#options.prefix}${tileset}/${grid}/${time || 'default'}/${z}/${x}/${y}.${unique}.${format}`;
  }

  /** Returns whether the object was stored: a tile can be served without. */
  async #put(source: string, objectKey: string, tile: Tile, signal: AbortSignal): Promise<boolean> {
    const { schema, openObjects } = this.#options;
    // Should this process die now, the object is found and removed.
    await addGarbage(this.#platform.database, schema, source, objectKey, STORING_SECONDS);
    try {
      await (await openObjects(source)).put(objectKey, tile.content, tile.contentType, signal);
      return true;
    } catch (error) {
      signal.throwIfAborted();
      this.#platform.logger.warn({ source, reason: errorMessage(error) }, 'a tile could not be stored');
      return false;
    }
  }

  async #readObject(source: string, row: TileRow, signal: AbortSignal): Promise<Buffer | undefined> {
    if (row.objectKey === undefined) return undefined;
    try {
      const objects = await this.#options.openObjects(source);
      const content = await objects.get(row.objectKey, row.sizeBytes, signal);
      return content?.length === row.sizeBytes ? content : undefined;
    } catch (error) {
      signal.throwIfAborted();
      this.#platform.logger.warn({ source, reason: errorMessage(error) }, 'a stored tile could not be read');
      return undefined;
    }
  }
}
