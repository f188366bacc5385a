import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { DEFAULT_GRID } from '../../../../src/apps/map-registry/proxy/layer-grids.ts';
import { LayerMaps } from '../../../../src/apps/map-registry/proxy/layer-maps.ts';
import { findProxiedLayer } from '../../../../src/apps/map-registry/proxy/proxied-layer.ts';
import { openTileObjects } from '../../../../src/apps/map-registry/proxy/tile-objects.ts';
import type { LayerDrawing } from '../../../../src/apps/map-registry/sources/map-source.ts';
import { openRegistryBucket } from '../../../../src/apps/map-registry/storage/registry-bucket.ts';
import { TILE_SCHEMA } from '../../../../src/apps/map-registry/storage/tile-schema.ts';
import { tidyTiles } from '../../../../src/map-kit/tile-cache/tidy-tiles.ts';
import {
  type SandboxObjectStorage,
  startSandboxObjectStorage,
} from '../../../../src/standalone/object-storage.ts';
import { RegistryService } from '../registry-service.ts';
import { GradientServer } from './gradient-server.ts';
import { ProxyService } from './proxy-service.ts';

let directory: string;
let s3: SandboxObjectStorage;
let server: GradientServer;
let service: ProxyService;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'registry-tiles-'));
  [s3, server] = await Promise.all([
    startSandboxObjectStorage({ directory, bucketNames: ['registry'] }),
    GradientServer.start(),
  ]);
  Object.assign(process.env, s3.environment);
  service = await ProxyService.start({ REGISTRY_S3_BUCKET: 'registry' }, { inBucket: true });
});

afterAll(async () => {
  await service.stop();
  await Promise.all([server.close(), s3.close()]);
  await rm(directory, { recursive: true });
});

async function keysInBucket(): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of openRegistryBucket(service.platform).listAll('')) keys.push(key);
  return keys;
}

it('a tile is an object that other processes serve, and goes when it has expired', async () => {
  const { platform, client } = service;
  const { database } = platform;
  const drawing = { kind: 'map', serverUrl: server.url, systems: ['EPSG:3857'] } as const;
  const layer = await service.addLayer('kept', drawing);
  const first = await layer.tile('default_grid/3/2/1.png');
  expect(await keysInBucket()).toEqual([
    expect.stringMatching(
      new RegExp(`^tiles/${layer.id}-[\\w-]{12}/default_grid/default/3/2/1\\.[0-9a-f]{12}\\.png$`),
    ),
  ]);

  const elsewhere = new LayerMaps(platform, client, openTileObjects(platform));
  const unreachable: LayerDrawing = {
    kind: 'map',
    systems: ['EPSG:3857'],
    mapUrl() {
      throw new Error('The server is asked again');
    },
  };
  const proxied = await findProxiedLayer(database, () => unreachable, 'hypermap', layer.id);
  const place = { grid: DEFAULT_GRID, index: { z: 3, x: 2, y: 1 } };
  const tile = await elsewhere.getTile(proxied, { ...place, format: 'png' });
  expect(tile.content.equals(Buffer.from(await first.arrayBuffer()))).toBe(true);

  await database(`${TILE_SCHEMA}.tiles`).update({ expires: database.fn.now() });
  const objects = openTileObjects(platform);
  const tidy = { schema: TILE_SCHEMA, openObjects: async () => objects, maximumTiles: 10 };
  const { signal } = new AbortController();
  expect(await tidyTiles(database, { ...tidy, signal })).toEqual({ tiles: 1, objects: 1 });
  expect(await keysInBucket()).toEqual([]);
});

it('the whole app has the maps of layers', async () => {
  const registry = await RegistryService.start();
  try {
    const reply = await registry.send('GET', '/hypermap/layer/1/map/config');
    expect([reply.status, reply.text]).toEqual([
      404,
      expect.stringContaining('The catalogue has no layer "1".'),
    ]);
  } finally {
    await registry.stop();
  }
});
