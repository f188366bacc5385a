import { createHash, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Knex } from 'knex';
import { LRUCache } from 'lru-cache';
import pLimit, { type LimitFunction } from 'p-limit';
import { errorMessage } from '../../platform/error-message.ts';
import type { Platform } from '../../platform/platform.ts';
import { type DrawTile, type Tile, type TileRequest, tileKeyText } from './tile.ts';
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
import { TileVersions } from './tile-versions.ts';

/** What a cache of tiles is opened with. */
export interface TileCacheOptions {
  readonly schema: TileSchema;
  readonly openObjects: OpenTileObjects;
  /** What the keys of all objects start with. */
  readonly prefix: string;
  /** Bytes of tiles that this process keeps in memory; 0 for none. */
  readonly memoryBytes: number;
  /** After which a tile is drawn again; `undefined`: only when it was purged. */
  readonly expiresSeconds: number | undefined;
  /** How long a caller waits for a tile. */
  readonly timeoutSeconds: number;
  /** Tiles that this process draws at a time. With a lock, each takes a connection of the platform's, and drawing itself needs another. */
  readonly drawsAtOnce: number;
  /**
   * Whether a tile is locked while it is drawn, so that no two processes draw it. Default: true. False for drawing that mostly waits
   * for other servers: it takes a connection only to store the tile.
   */
  readonly locksDrawing?: boolean;
  /** Tiles that wait to be drawn; others are refused. Default: 1,000. */
  readonly waitingAtMost?: number;
}

/** Where the tiles came from that a process has served. */
export interface TileFigures {
  readonly memoryHits: number;
  readonly storageHits: number;
  /** Tiles that were drawn. */
  readonly misses: number;
  readonly servedBytes: number;
  readonly memoryBytes: number;
}

/** Too many tiles wait to be drawn. */
export class TileCacheBusyError extends Error {
  override readonly name = 'TileCacheBusyError';
}

/** A tile was not drawn in time. */
export class TileTimeoutError extends Error {
  override readonly name = 'TileTimeoutError';
}

/** Up to this size, the content of a tile is in its row: an empty one is. */
const INLINE_BYTES = 1_024;

/** Tiles that wait to be drawn, by default. */
const WAITING_AT_MOST = 1_000;

/** Tiles that were drawn without a lock, and are stored at a time. Each takes a connection, and needs another. */
const STORES_AT_ONCE = 3;

/** How often a tile is drawn whose source changes all the time. */
const MOST_DRAWINGS = 5;

/** How long an object may take to be stored. After that, its place is tidied up. */
const STORING_SECONDS = 900;

/** How often it is looked whether another process has drawn a tile. */
const POLL_MILLISECONDS = 30;

/** What an entry of the memory costs besides its content. */
const ENTRY_BYTES = 500;

interface MemoryEntry {
  tile: Tile;
  expires: number;
}

/**
 * Tiles that were drawn: in the memory of each process, and for all processes as rows of Postgres with objects beside them.
 *
 * It never serves a tile that was stale when it was asked for. A source has a version, and each purge of tiles makes a new one in its
 * transaction. A tile from memory is served after Postgres has returned the version; a tile that was drawn is stored and served only if no purge that
 * concerns it was committed since the drawing began. Each tile is drawn by one process at a time, under an advisory lock, unless the options
 * say otherwise.
 */
export class TileCache {
  readonly #platform: Platform;
  readonly #options: TileCacheOptions;
  readonly #versions: TileVersions;
  readonly #memory: LRUCache<string, MemoryEntry> | undefined;
  readonly #flights = new Map<string, Promise<Tile>>();
  readonly #limit: LimitFunction;
  readonly #storing = pLimit(STORES_AT_ONCE);
  readonly #figures = { memoryHits: 0, storageHits: 0, misses: 0, servedBytes: 0 };

  constructor(platform: Platform, options: TileCacheOptions) {
    this.#platform = platform;
    this.#options = options;
    this.#versions = new TileVersions(platform.database, options.schema);
    this.#limit = pLimit(options.drawsAtOnce);
    if (options.memoryBytes > 0) {
      this.#memory = new LRUCache({
        maxSize: options.memoryBytes,
        sizeCalculation: ({ tile }) => tile.content.length + ENTRY_BYTES,
      });
    }
  }

  /** Where tiles came from so far. */
  get figures(): TileFigures {
    return { ...this.#figures, memoryBytes: this.#memory?.calculatedSize ?? 0 };
  }

  /**
   * Returns a tile; one that is not there is drawn and stored.
   *
   * @throws {TileCacheBusyError}
   * @throws {TileTimeoutError}
   * @throws what `draw` throws.
   */
  async get(request: TileRequest, draw: DrawTile): Promise<Tile> {
    const text = tileKeyText(request.key);
    const deadline = Date.now() + this.#options.timeoutSeconds * 1_000;
    for (;;) {
      const kept = await this.#fromMemory(text, request);
      if (kept) return this.#served(kept);
      const joined = this.#flights.get(text);
      if (!joined) return this.#served(await this.#fly(text, request, draw, deadline));
      // The other request may have begun before a purge that this one has to see.
      const tile = await joined;
      if (await this.#versions.isFresh(request.key.source, request, tile.version)) return this.#served(tile);
    }
  }

  /** Draws and stores a tile that is not there. Returns whether it was drawn. */
  async fill(request: TileRequest, draw: DrawTile): Promise<boolean> {
    const { row } = await findTileRow(this.#platform.database, this.#options.schema, request.key);
    if (row && !row.isExpired) return false;
    const before = this.#figures.misses;
    await this.get(request, draw);
    return this.#figures.misses > before;
  }

  #served(tile: Tile): Tile {
    this.#figures.servedBytes += tile.content.length;
    return tile;
  }

  async #fromMemory(text: string, request: TileRequest): Promise<Tile | undefined> {
    const entry = this.#memory?.get(text);
    if (!entry) return undefined;
    const { tile } = entry;
    if (
      entry.expires > Date.now() &&
      (await this.#versions.isFresh(request.key.source, request, tile.version))
    ) {
      this.#figures.memoryHits += 1;
      return tile;
    }
    if (this.#memory?.peek(text) === entry) this.#memory.delete(text);
    return undefined;
  }

  #fly(text: string, request: TileRequest, draw: DrawTile, deadline: number): Promise<Tile> {
    const flight = this.#findOrDraw(request, draw, deadline).then((tile) => {
      const { expiresSeconds } = this.#options;
      const expires =
        expiresSeconds === undefined
          ? Number.POSITIVE_INFINITY
          : tile.made.getTime() + expiresSeconds * 1_000;
      this.#memory?.set(text, { tile, expires });
      return tile;
    });
    this.#flights.set(text, flight);
    const land = () => this.#flights.delete(text);
    flight.then(land, land);
    return flight;
  }

  async #findOrDraw(request: TileRequest, draw: DrawTile, deadline: number): Promise<Tile> {
    const { database } = this.#platform;
    const stored = await this.#findStored(database, request);
    if (stored) {
      this.#figures.storageHits += 1;
      return stored;
    }
    const { waitingAtMost = WAITING_AT_MOST } = this.#options;
    if (this.#limit.pendingCount >= waitingAtMost) {
      throw new TileCacheBusyError(`${waitingAtMost} tiles wait to be drawn already`);
    }
    for (;;) {
      const left = deadline - Date.now();
      if (left <= 0) throw this.#timeout();
      const signal = AbortSignal.timeout(left);
      const drawn = await this.#limit(() => this.#draw(request, draw, signal)).catch((error: unknown) => {
        throw signal.aborted ? this.#timeout(error) : error;
      });
      if (drawn) return drawn;
      await sleep(POLL_MILLISECONDS);
      const other = await this.#findStored(database, request);
      if (other) return other;
    }
  }

  #timeout(cause?: unknown): TileTimeoutError {
    return new TileTimeoutError(`The tile was not drawn within ${this.#options.timeoutSeconds} s`, { cause });
  }

  #draw(request: TileRequest, draw: DrawTile, signal: AbortSignal): Promise<Tile | undefined> {
    const { locksDrawing = true } = this.#options;
    return locksDrawing
      ? this.#drawUnderLock(request, draw, signal)
      : this.#drawAndStore(request, draw, signal);
  }

  /** Draws a tile, whatever other processes do. */
  async #drawAndStore(request: TileRequest, draw: DrawTile, signal: AbortSignal): Promise<Tile> {
    const { database } = this.#platform;
    const { schema } = this.#options;
    for (let drawing = 1; drawing <= MOST_DRAWINGS; drawing += 1) {
      const before = await findTileRow(database, schema, request.key);
      const drawn = await this.#drawOnce(draw, before.version, signal);
      const fresh = await this.#storing(() =>
        database.transaction(async (transaction) => {
          await this.#lock(transaction, request, 'pg_advisory_xact_lock');
          const { version, row } = await findTileRow(transaction, schema, request.key);
          const other = await this.#read(request, version, row, signal);
          return other ?? this.#store(transaction, request, drawn, row, signal);
        }),
      );
      if (fresh) return fresh;
    }
    throw changedTooOften();
  }

  /** Returns `undefined` if another process draws the tile. */
  #drawUnderLock(request: TileRequest, draw: DrawTile, signal: AbortSignal): Promise<Tile | undefined> {
    return this.#platform.database.transaction(async (transaction) => {
      if (!(await this.#lock(transaction, request, 'pg_try_advisory_xact_lock'))) return undefined;
      const { schema } = this.#options;
      for (let drawing = 1; drawing <= MOST_DRAWINGS; drawing += 1) {
        const before = await findTileRow(transaction, schema, request.key);
        // Another process may have drawn it before the lock was taken.
        const other = await this.#read(request, before.version, before.row, signal);
        if (other) return other;
        const drawn = await this.#drawOnce(draw, before.version, signal);
        const fresh = await this.#store(transaction, request, drawn, before.row, signal);
        if (fresh) return fresh;
      }
      throw changedTooOften();
    });
  }

  /** Takes the lock of a tile until the transaction ends. Returns whether it was taken. */
  async #lock(
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

  async #drawOnce(draw: DrawTile, version: number, signal: AbortSignal): Promise<Tile> {
    this.#figures.misses += 1;
    const { content, contentType, isCut } = await draw(signal);
    signal.throwIfAborted();
    const etag = createHash('sha256').update(content).digest('base64url').slice(0, 22);
    return { content, contentType, isCut, etag, made: new Date(), version };
  }

  /** Returns the tile with its newest version; `undefined` if it was purged while it was drawn. */
  async #store(
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
      await addGarbage(transaction, schema, source, earlier.objectKey, 60);
    }
    return { ...tile, version };
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

  async #findStored(database: Knex, request: TileRequest): Promise<Tile | undefined> {
    const { version, row } = await findTileRow(database, this.#options.schema, request.key);
    return this.#read(request, version, row, AbortSignal.timeout(this.#options.timeoutSeconds * 1_000));
  }

  /** Returns `undefined` if the tile is not there, has expired, or has lost its object. */
  async #read(
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

function changedTooOften(): TileTimeoutError {
  return new TileTimeoutError(`The tile changed ${MOST_DRAWINGS} times while it was drawn`);
}
