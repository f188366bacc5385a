import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import sharp from 'sharp';
import { checkLayerHandler } from '../../../../src/apps/map-registry/checks/check-layer.ts';
import { readChecks } from '../../../../src/apps/map-registry/checks/history.ts';
import { findLayer } from '../../../../src/apps/map-registry/layers/stored-layers.ts';
import { tidyTilesHandler } from '../../../../src/apps/map-registry/proxy/tidy-tiles-handler.ts';
import { FAULTS } from '../../../../src/apps/map-registry/sandbox/stand-ins/faults.ts';
import {
  openStandInServer,
  type StandInServer,
} from '../../../../src/apps/map-registry/sandbox/stand-ins/stand-in-server.ts';
import { openRegistryBucket } from '../../../../src/apps/map-registry/storage/registry-bucket.ts';
import {
  type SandboxObjectStorage,
  startSandboxObjectStorage,
} from '../../../../src/standalone/object-storage.ts';
import { eventually } from '../../../support/eventually.ts';
import { RegistryService } from '../registry-service.ts';
import { PictureSource, removeAll, storeLayers, taskContext } from './checked-layers.ts';

const TIMEOUT_SECONDS = 4;

let site: RegistryService;
let server: StandInServer;
let storage: SandboxObjectStorage;
let folder: string;
/** What the server sends for a picture. */
let picture: Buffer;
const source = new PictureSource();
const handler = checkLayerHandler(() => source);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'thumbnails-'));
  storage = await startSandboxObjectStorage({ directory: folder, bucketNames: ['map-registry'] });
  Object.assign(process.env, storage.environment);
  site = await RegistryService.start({
    ...storage.environment,
    REGISTRY_CHECK_TIMEOUT: String(TIMEOUT_SECONDS),
  });
  server = await openStandInServer([async () => ({ type: 'image/png', body: picture })]);
});
afterAll(async () => {
  await server.close();
  await site.stop();
  await storage.close();
  await rm(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  await removeAll(site);
  picture = await png('#3070b0');
});

function png(background: string, width = 300, height = 100): Promise<Buffer> {
  return sharp({ create: { width, height, channels: 3, background } })
    .png()
    .toBuffer();
}

async function check(layerId: string): Promise<void> {
  await handler({ layerId }, taskContext(site));
}

async function checked(layerId: string) {
  const layer = await findLayer(site.platform.database, layerId);
  const [newest] = await readChecks(site.platform.database, { layerId }, { before: undefined, limit: 1 });
  return { layer, newest };
}

async function storedThumbnails(): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of openRegistryBucket(site.platform).listAll('thumbnails/')) keys.push(key);
  return keys;
}

async function thumbnailsOf(layerId: string): Promise<string[]> {
  const { layer } = await checked(layerId);
  return (await storedThumbnails()).filter((key) => key.includes(layer?.uuid ?? 'none'));
}

/** Removes what no layer has any more, as if it were an hour later. */
async function tidyLater(): Promise<void> {
  await site.platform.database('map_registry.tile_garbage').update({
    due: site.platform.database.raw(`due - interval '1 hour'`),
  });
  await tidyTilesHandler()({}, taskContext(site));
}

/** Runs some work while the row of a layer is held: checks wait there with their results. */
async function whileHeld(layerId: string, work: () => Promise<void>): Promise<void> {
  await site.platform.database.transaction(async (transaction) => {
    await transaction('map_registry.layers').where({ id: layerId }).forUpdate().first();
    await work();
  });
}

/** The processes of Postgres that wait for a row. */
async function waitingBackends(): Promise<readonly number[]> {
  const { rows } = await site.platform.database.raw<{ rows: { pid: number }[] }>(
    `SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock' ORDER BY query_start`,
  );
  return rows.map(({ pid }) => pid);
}

async function oneLayer(url: string | null): Promise<string> {
  const { layerIds } = await storeLayers(site, [url]);
  return layerIds[0] ?? '';
}

describe('the check of a layer', () => {
  it('fetches a picture, and keeps a small one in the bucket', async () => {
    const layerId = await oneLayer(`${server.url}/map`);
    await check(layerId);
    const { layer, newest } = await checked(layerId);
    expect(newest).toMatchObject({ success: true, message: 'OK' });
    expect(newest?.responseSeconds).toBeGreaterThan(0);
    const { body, contentType } = await openRegistryBucket(site.platform).readOwn(layer?.thumbnail ?? '');
    expect(contentType).toBe('image/webp');
    expect(await sharp(await buffer(body)).metadata()).toMatchObject({
      format: 'webp',
      width: 150,
      height: 50,
    });
  });

  it('replaces the thumbnail where the picture has changed, and keeps it where it has not come', async () => {
    const layerId = await oneLayer(`${server.url}/map`);
    await check(layerId);
    const first = (await checked(layerId)).layer?.thumbnail;
    await check(layerId);
    expect((await checked(layerId)).layer?.thumbnail).toBe(first);
    picture = await png('#b03030');
    await check(layerId);
    const second = (await checked(layerId)).layer?.thumbnail;
    expect(second).not.toBe(first);
    await tidyLater();
    expect(await thumbnailsOf(layerId)).toEqual([second]);
    server.breakDown('error');
    await check(layerId);
    server.breakDown(undefined);
    expect((await checked(layerId)).layer).toMatchObject({
      thumbnail: second,
      checkCount: 4,
      successCount: 3,
      lastStatus: false,
    });
  });

  it('leaves no thumbnail in the bucket when its layer is deleted, before its end or after', async () => {
    const layerId = await oneLayer(`${server.url}/map`);
    await check(layerId);
    const { layer } = await checked(layerId);
    const ofLayer = async () =>
      (await storedThumbnails()).filter((key) => key.includes(layer?.uuid ?? 'none'));
    expect(await ofLayer()).toEqual([layer?.thumbnail]);
    picture = await png('#b03030');
    let ended: Promise<void> | undefined;
    await site.platform.database.transaction(async (transaction) => {
      // The check fetches its picture, and waits here with its result.
      await transaction('map_registry.layers').where({ id: layerId }).forUpdate().first();
      ended = check(layerId);
      await eventually(async () => (await ofLayer()).length === 2);
      await transaction('map_registry.layers').where({ id: layerId }).delete();
    });
    await ended;
    await tidyLater();
    expect(await ofLayer()).toEqual([]);
  });

  it('leaves no thumbnail in the bucket when it is killed before its result is stored', async () => {
    const layerId = await oneLayer(`${server.url}/map`);
    await whileHeld(layerId, async () => {
      const killed = check(layerId).catch((error: unknown) => error);
      const backend = await eventually(async () => (await waitingBackends())[0]);
      expect(await thumbnailsOf(layerId)).toHaveLength(1);
      await site.platform.database.raw('SELECT pg_terminate_backend(?)', [backend]);
      expect(await killed).toBeInstanceOf(Error);
    });
    await tidyLater();
    expect(await thumbnailsOf(layerId)).toEqual([]);
    await check(layerId);
    await tidyLater();
    expect(await thumbnailsOf(layerId)).toEqual([(await checked(layerId)).layer?.thumbnail]);
  });

  it('leaves the thumbnail that the layer has, and no other, where two checks end at the same time', async () => {
    const layerId = await oneLayer(`${server.url}/map`);
    await check(layerId);
    const pictures = ['#b03030', '#3070b0', '#30b070'];
    const checks: Promise<void>[] = [];
    await whileHeld(layerId, async () => {
      for (const [index, colour] of pictures.entries()) {
        picture = await png(colour);
        checks.push(check(layerId));
        await eventually(async () => (await waitingBackends()).length > index);
      }
    });
    await Promise.all(checks);
    await tidyLater();
    const { layer } = await checked(layerId);
    expect(layer?.checkCount).toBe(4);
    expect(await thumbnailsOf(layerId)).toEqual([layer?.thumbnail]);
  });

  it('does not take a thumbnail that was tidied up while it waited', async () => {
    const layerId = await oneLayer(`${server.url}/map`);
    let ended: Promise<void> | undefined;
    await whileHeld(layerId, async () => {
      ended = check(layerId);
      await eventually(async () => (await waitingBackends()).length > 0);
      await tidyLater();
    });
    await ended;
    const { layer } = await checked(layerId);
    expect([layer?.successCount, layer?.thumbnail]).toEqual([1, null]);
  });

  it('fails with a reason for each fault of a server', async () => {
    const { layerIds } = await storeLayers(
      site,
      FAULTS.map((fault) => `${server.url}/faults/${fault}`),
    );
    const messages = new Map<string, string | undefined>();
    for (const [index, layerId] of layerIds.entries()) {
      await check(layerId);
      const { newest } = await checked(layerId);
      expect(newest?.success).toBe(false);
      messages.set(FAULTS[index] ?? '', newest?.message);
    }
    expect(messages.get('hang')).toContain(`${TIMEOUT_SECONDS} seconds`);
    expect(messages.get('drip')).toContain(`${TIMEOUT_SECONDS} seconds`);
    expect(messages.get('error')).toMatch(/500/);
    expect(messages.get('redirect-loop')).toMatch(/redirects/);
    expect(messages.get('huge')).toMatch(/8 MiB|4 seconds/);
    expect(messages.get('page')).toMatch(/We are back soon/);
    expect([...messages.values()].every((message) => (message ?? '').length > 10)).toBe(true);
  });

  it('fails where the layer cannot be drawn, and where the address is not allowed', async () => {
    const hidden = await oneLayer(null);
    await check(hidden);
    expect((await checked(hidden)).newest).toMatchObject({
      success: false,
      message: 'The server does not say how the layer is drawn.',
    });
    const secret = await oneLayer('http://169.254.169.254/latest/meta-data');
    await check(secret);
    expect((await checked(secret)).newest?.message).toMatch(/169\.254\.169\.254/);
  });

  it('is counted once when its task is run again, and does not ask the server again', async () => {
    const layerId = await oneLayer(`${server.url}/map`);
    const context = taskContext(site);
    await handler({ layerId }, context);
    const asked = server.requestCount;
    await handler({ layerId }, context);
    expect((await checked(layerId)).layer?.checkCount).toBe(1);
    expect(server.requestCount).toBe(asked);
  });

  it('stores nothing where the task is stopped: it is run again', async () => {
    const layerId = await oneLayer(`${server.url}/faults/hang`);
    const stopping = new AbortController();
    const running = handler({ layerId }, taskContext(site, { signal: stopping.signal }));
    stopping.abort(new Error('the engine stops'));
    await expect(running).rejects.toThrow('the engine stops');
    expect((await checked(layerId)).layer?.checkCount).toBe(0);
  });

  it('passes over a layer that is gone, deleted or not monitored', async () => {
    const layerId = await oneLayer(`${server.url}/map`);
    await site.platform.database('map_registry.layers').update({ is_monitored: false });
    await check(layerId);
    expect((await checked(layerId)).layer?.checkCount).toBe(0);
    await site.platform.database('map_registry.layers').delete();
    await expect(check(layerId)).resolves.toBeUndefined();
  });
});
