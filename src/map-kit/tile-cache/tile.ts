import type { Box } from '../box.ts';
import type { TileIndex } from '../tile-grids/tile-grid.ts';

/** What a tile is kept under. */
export interface TileKey {
  /** What tiles are drawn of, and purged with: a collection. */
  readonly source: string;
  /** A layer. It has one source. */
  readonly tileset: string;
  readonly grid: string;
  /** What the services call its time; empty for all of it. Without a slash. */
  readonly time: string;
  /** What was asked for: `png`, `jpg`, `mixed`. */
  readonly format: string;
  readonly index: TileIndex;
}

/** A span of time; an end that is `undefined` is open. */
export interface TileInterval {
  readonly begin: Date | undefined;
  readonly end: Date | undefined;
}

/** A tile that is asked for: its key, and what it shows. */
export interface TileRequest {
  readonly key: TileKey;
  /** In longitude and latitude. */
  readonly box: Box;
  readonly interval: TileInterval;
}

/** A tile, as it is drawn. */
export interface DrawnTile {
  readonly content: Buffer;
  readonly contentType: string;
  /** Whether something was left out because there was too much of it. */
  readonly isCut: boolean;
}

/** A tile, as it is served. */
export interface Tile extends DrawnTile {
  /** Without quotes. The same content has the same. */
  readonly etag: string;
  readonly made: Date;
  /** Of the source, when it was known to be up to date. */
  readonly version: number;
}

/** Draws a tile that the cache does not have. */
export type DrawTile = (signal: AbortSignal) => Promise<DrawnTile>;

/** Returns a key as one text. */
export function tileKeyText({ source, tileset, grid, time, format, index: { z, x, y } }: TileKey): string {
  return [source, tileset, grid, time, format, z, x, y].join('\n');
}
