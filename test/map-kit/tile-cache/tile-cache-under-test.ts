import { readInstallation } from '../../../src/installation.ts';
import { WHOLE_WORLD } from '../../../src/map-kit/tile-cache/purge-tiles.ts';
import type { TileInterval, TileRequest } from '../../../src/map-kit/tile-cache/tile.ts';
import { TileCache, type TileCacheOptions } from '../../../src/map-kit/tile-cache/tile-cache.ts';
import type { TileObjects } from '../../../src/map-kit/tile-cache/tile-objects.ts';
import { boxOfTile, type TileIndex, WGS84 } from '../../../src/map-kit/tile-grids/tile-grid.ts';
import { openPlatform, type Platform } from '../../../src/platform/platform.ts';

/** The schema of the tables in tests. */
export const SCHEMA = 'view_server';

/** All time. */
export const ALWAYS: TileInterval = { begin: undefined, end: undefined };

/** Everywhere. */
export const EVERYWHERE = [WHOLE_WORLD];

/** Objects in the memory of a test. */
export class ObjectsInMemory implements TileObjects {
  readonly objects = new Map<string, Buffer>();
  /** Called before an object is stored. */
  onPut: () => Promise<void> | void = () => undefined;

  async get(key: string): Promise<Buffer | undefined> {
    return this.objects.get(key);
  }

  async put(key: string, content: Buffer): Promise<void> {
    await this.onPut();
    this.objects.set(key, content);
  }

  async remove(keys: readonly string[]): Promise<void> {
    for (const key of keys) this.objects.delete(key);
  }
}

/** Opens what a process has, with the database of a test. */
export function openTestPlatform(databaseUrl: string): Platform {
  const { settings } = readInstallation({
    INSTALLED_APPS: 'view-server',
    DATABASE_URL: databaseUrl,
    DJANGO_SECRET_KEY: 'the secret key of a test, fifty characters long ok',
    LOG_LEVEL: 'silent',
  });
  return openPlatform(settings, { processName: 'test', maximumConnections: 10 });
}

/** Opens a cache. */
export function openTestCache(
  platform: Platform,
  objects: TileObjects,
  differing: Partial<TileCacheOptions> = {},
): TileCache {
  return new TileCache(platform, {
    schema: SCHEMA,
    openObjects: async () => objects,
    prefix: 'cache/',
    memoryBytes: 1024 ** 2,
    expiresSeconds: undefined,
    timeoutSeconds: 20,
    drawsAtOnce: 4,
    ...differing,
  });
}

/** A tile of the collection `images`. */
export function requestOf(
  index: TileIndex,
  { time = '', interval = ALWAYS, source = 'images' } = {},
): TileRequest {
  return {
    key: { source, tileset: `${source}__colour`, grid: WGS84.name, time, format: 'png', index },
    box: boxOfTile(WGS84, index),
    interval,
  };
}

/** A drawn tile with a text; it is too large for a row if the text is. */
export function drawn(text: string) {
  return { content: Buffer.from(text), contentType: 'image/png', isCut: false };
}
