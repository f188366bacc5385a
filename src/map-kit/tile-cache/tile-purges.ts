import { type Box, boxesMeet } from '../box.ts';
import type { TileInterval } from './tile.ts';

/** What became of a source between one version and the next: all tiles that meet one of the boxes and the interval are stale. */
export interface Purge {
  readonly version: number;
  readonly boxes: readonly Box[];
  readonly interval: TileInterval;
}

/** What a tile shows. */
export interface TileContent {
  readonly box: Box;
  readonly interval: TileInterval;
}

/** Postgres takes borders that are so near for the same, so the drawing may have found a product that is so far away. */
const NEAR_DEGREES = 1e-5;

/** Returns whether a purge concerns a tile; borders that touch count. */
export function isPurged({ box, interval }: TileContent, purge: Purge): boolean {
  const wider = {
    minX: box.minX - NEAR_DEGREES,
    minY: box.minY - NEAR_DEGREES,
    maxX: box.maxX + NEAR_DEGREES,
    maxY: box.maxY + NEAR_DEGREES,
  };
  return purge.boxes.some((each) => boxesMeet(each, wider)) && intervalsMeet(interval, purge.interval);
}

function intervalsMeet(one: TileInterval, other: TileInterval): boolean {
  return startsBefore(one.begin, other.end) && startsBefore(other.begin, one.end);
}

function startsBefore(begin: Date | undefined, end: Date | undefined): boolean {
  return begin === undefined || end === undefined || begin <= end;
}

/** Purges that are kept of each source. Tiles that are older are taken for stale. */
const MOST_KEPT = 1_000;

/** The newest purges of one source, as a process knows them. */
export class PurgeLog {
  /** The purges of the versions after this one are kept, up to `version`. */
  #begins: number;
  readonly #purges: Purge[] = [];

  constructor(version: number) {
    this.#begins = version;
  }

  /** The version that is known. */
  get version(): number {
    return this.#begins + this.#purges.length;
  }

  /** Adds purges, in order of their versions. If some are missing, those before them are forgotten. */
  add(purges: readonly Purge[]): void {
    for (const purge of purges) {
      if (purge.version <= this.version) continue;
      if (purge.version > this.version + 1) this.reset(purge.version - 1);
      this.#purges.push(purge);
    }
    const tooMany = Math.max(0, this.#purges.length - MOST_KEPT);
    this.#purges.splice(0, tooMany);
    this.#begins += tooMany;
  }

  /** Forgets all purges: what is older than a version counts as stale. */
  reset(version: number): void {
    this.#purges.length = 0;
    this.#begins = version;
  }

  /** Returns whether a tile that was up to date at a version still is. */
  isFresh(content: TileContent, version: number): boolean {
    if (version < this.#begins) return false;
    return !this.#purges.slice(version - this.#begins).some((purge) => isPurged(content, purge));
  }
}
