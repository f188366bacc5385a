import type { Platform } from '../../../platform/platform.ts';
import { openRenderer } from '../renderer/open-renderer.ts';
import { CollectionTiles } from './collection-tiles.ts';

/** Tiles that a server process draws at a time. Each holds one of its connections to Postgres, and needs another now and then. */
const DRAWS_AT_ONCE = 4;

const OPENED = new WeakMap<Platform, CollectionTiles>();

/** Returns the tiles of a server process. All callers share its memory and its limits. */
export function openCollectionTiles(platform: Platform): CollectionTiles {
  const opened =
    OPENED.get(platform) ??
    new CollectionTiles(platform, async () => openRenderer({ platform }), DRAWS_AT_ONCE);
  OPENED.set(platform, opened);
  return opened;
}
