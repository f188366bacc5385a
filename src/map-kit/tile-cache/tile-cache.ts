import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { LRUCache } from 'lru-cache';
import pLimit, { type LimitFunction } from 'p-limit';
import type { Platform } from '../../platform/platform.ts';
import { StoredTiles, type StoredTilesOptions } from './stored-tiles.ts';
import { type DrawTile, type Tile, type TileRequest, tileKeyText } from './tile.ts';
import { findTileRow } from './tile-tables.ts';
import { TileVersions } from './tile-versions.ts';

/** What a cache of tiles is opened with. */
export interface TileCacheOptions extends StoredTilesOptions {
  /** Bytes of tiles that this process keeps in memory; 0 for none. */
  readonly memoryBytes: number;
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

/** Tiles that wait to be drawn, by default. */
const WAITING_AT_MOST = 1_000;

/** Tiles that were drawn without a lock, and are stored at a time. Each takes a connection, and needs another. */
const STORES_AT_ONCE = 3;

/** How often a tile is drawn whose source changes all the time. */
const MOST_DRAWINGS = 5;

/** How often it is looked whether another process has drawn a tile. */
const POLL_MILLISECONDS = 30;

/** What an entry of the memory costs besides its content. */
const ENTRY_BYTES = 500;

interface MemoryEntry {
  tile: Tile;
  expires: number;
}

/**
 * Tiles that were drawn: in the memory of each process, and for all processes as {@link StoredTiles}.
 *
 * It never serves a tile that was stale when it was asked for. A source has a version, and each purge of tiles makes a new one in its
 * transaction. A tile from memory is served after Postgres has returned the version; a tile that was drawn is stored and served only if no
 * purge that concerns it was committed since the drawing began. Each tile is drawn by one process at a time, under an advisory lock, unless
 * the options say otherwise.
 */
export class TileCache {
  readonly #platform: Platform;
  readonly #options: TileCacheOptions;
  readonly #stored: StoredTiles;
  readonly #versions: TileVersions;
  readonly #memory: LRUCache<string, MemoryEntry> | undefined;
  readonly #flights = new Map<string, Promise<Tile>>();
  readonly #limit: LimitFunction;
  readonly #storing = pLimit(STORES_AT_ONCE);
  readonly #figures = { memoryHits: 0, storageHits: 0, misses: 0, servedBytes: 0 };

  constructor(platform: Platform, options: TileCacheOptions) {
    this.#platform = platform;
    this.#options = options;
    this.#stored = new StoredTiles(platform, options);
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
    const stored = await this.#findStored(request);
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
      const other = await this.#findStored(request);
      if (other) return other;
    }
  }

  #findStored(request: TileRequest): Promise<Tile | undefined> {
    return this.#stored.find(request, AbortSignal.timeout(this.#options.timeoutSeconds * 1_000));
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
          await this.#stored.lock(transaction, request);
          const { version, row } = await findTileRow(transaction, schema, request.key);
          const other = await this.#stored.read(request, version, row, signal);
          return other ?? this.#stored.store(transaction, request, drawn, row, signal);
        }),
      );
      if (fresh) return fresh;
    }
    throw changedTooOften();
  }

  /** Returns `undefined` if another process draws the tile. */
  #drawUnderLock(request: TileRequest, draw: DrawTile, signal: AbortSignal): Promise<Tile | undefined> {
    return this.#platform.database.transaction(async (transaction) => {
      if (!(await this.#stored.tryLock(transaction, request))) return undefined;
      const { schema } = this.#options;
      for (let drawing = 1; drawing <= MOST_DRAWINGS; drawing += 1) {
        const before = await findTileRow(transaction, schema, request.key);
        // Another process may have drawn it before the lock was taken.
        const other = await this.#stored.read(request, before.version, before.row, signal);
        if (other) return other;
        const drawn = await this.#drawOnce(draw, before.version, signal);
        const fresh = await this.#stored.store(transaction, request, drawn, before.row, signal);
        if (fresh) return fresh;
      }
      throw changedTooOften();
    });
  }

  async #drawOnce(draw: DrawTile, version: number, signal: AbortSignal): Promise<Tile> {
    this.#figures.misses += 1;
    const { content, contentType, isCut } = await draw(signal);
    signal.throwIfAborted();
    const etag = createHash('sha256').update(content).digest('base64url').slice(0, 22);
    return { content, contentType, isCut, etag, made: new Date(), version };
  }
}

function changedTooOften(): TileTimeoutError {
  return new TileTimeoutError(`The tile changed ${MOST_DRAWINGS} times while it was drawn`);
}
