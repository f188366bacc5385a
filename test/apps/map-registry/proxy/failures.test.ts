import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { GradientServer, type ServerFault } from './gradient-server.ts';
import { type LayerOfTest, ProxyService, pictureOf } from './proxy-service.ts';

let server: GradientServer;
let service: ProxyService;
let layer: LayerOfTest;
const others: (() => Promise<void>)[] = [];

beforeAll(async () => {
  server = await GradientServer.start();
  service = await ProxyService.start({ REGISTRY_PROXY_HOST_CONCURRENCY: '3' });
  layer = await service.addLayer('layer', mapsOf(server.url));
});

afterEach(async () => {
  server.reset();
  for (const stop of others.splice(0)) await stop();
});

afterAll(async () => {
  await service.stop();
  await server.close();
});

function mapsOf(serverUrl: string) {
  return { kind: 'map', serverUrl, systems: ['EPSG:4326', 'EPSG:3857'] } as const;
}

/** A server of a test's own, whose faults other tests do not see. */
async function startServer(): Promise<GradientServer> {
  const own = await GradientServer.start();
  others.push(() => own.close());
  return own;
}

const FAULTS: readonly (readonly [ServerFault, number, string])[] = [
  ['status 500', 502, '500'],
  ['status 404', 502, '404'],
  ['a page', 502, 'The server sent no picture, but: We are back soon'],
  ['half a picture', 502, 'The server sent a picture that cannot be decoded.'],
  ['a large picture', 502, 'The picture has more than 1,048,576 pixels.'],
];

describe('a server that fails', () => {
  it.each(FAULTS)('with %s is reported, and nothing is kept', async (fault, status, reason) => {
    const path = `default_grid/3/${FAULTS.findIndex(([each]) => each === fault)}/1.png`;
    server.fault = fault;
    const tile = await layer.tile(path);
    expect([tile.status, tile.headers.get('cache-control')]).toEqual([status, 'no-store']);
    expect(await tile.text()).toContain(reason);
    const map = await layer.map({ BBOX: '0,0,10,10' });
    expect([map.status, map.headers.get('content-type')]).toEqual([
      status,
      'application/vnd.ogc.se_xml; charset=utf-8',
    ]);
    expect(await map.text()).toContain(reason);
    server.fault = undefined;
    expect((await pictureOf(await layer.tile(path))).at(100, 100)[3]).toBe(255);
  });

  it('by silence is reported in time, and is left alone for a while', async () => {
    const silent = await startServer();
    silent.fault = 'hang';
    const hurried = await ProxyService.start({ REGISTRY_CHECK_TIMEOUT: '4' });
    others.push(() => hurried.stop());
    const slow = await hurried.addLayer('silent', mapsOf(silent.url));
    const first = await slow.tile('default_grid/0/0/0.png');
    expect(first.status).toBe(504);
    await first.text();
    const second = await slow.tile('default_grid/1/0/0.png');
    expect(second.status).toBe(504);
    await second.text();
    expect(silent.asked).toHaveLength(1);
    // Others are not concerned.
    const other = await hurried.addLayer('other', mapsOf(server.url));
    await pictureOf(await other.tile('default_grid/3/3/3.png'));
  });

  it('to take connections is reported', async () => {
    const gone = await GradientServer.start();
    await gone.close();
    const lost = await service.addLayer('lost', mapsOf(gone.url));
    const response = await lost.tile('default_grid/0/0/0.png');
    expect([response.status, await response.text()]).toEqual([
      502,
      expect.stringContaining('refuses connections'),
    ]);
  });

  it('is reported as a picture where the client asks for that', async () => {
    server.fault = 'status 500';
    const response = await layer.map({ BBOX: '0,0,10,10', EXCEPTIONS: 'application/vnd.ogc.se_inimage' });
    expect(response.headers.get('x-exception-status')).toBe('502');
    expect((await pictureOf(response)).widthPixels).toBe(100);
  });

  it('in the manner of the original registry has exceptions with 200, but no tile', async () => {
    const lenient = await ProxyService.start({ REGISTRY_STRICT: 'False' });
    others.push(() => lenient.stop());
    server.fault = 'status 500';
    const same = await lenient.addLayer('layer', mapsOf(server.url));
    const map = await same.map({ BBOX: '0,0,10,10' });
    expect([map.status, await map.text()]).toEqual([200, expect.stringContaining('ServiceException')]);
    const tile = await same.tile('default_grid/2/1/1.png');
    expect(tile.status).toBe(502);
    await tile.text();
  });

  it('is not asked where its address is not allowed', async () => {
    const guarded = await ProxyService.start({ REGISTRY_ALLOWED_NETWORKS: 'none' });
    others.push(() => guarded.stop());
    const inside = await guarded.addLayer('inside', mapsOf(server.url));
    const response = await inside.tile('default_grid/0/0/0.png');
    expect([response.status, await response.text()]).toEqual([
      502,
      expect.stringContaining('REGISTRY_ALLOWED'),
    ]);
    expect(server.asked).toEqual([]);
  });
});

describe('tiles of a server of tiles', () => {
  const LEVELS = [0, 1, 2].map((z) => ({
    resolution: 156_543.033_928_040_97 / 2 ** z,
    columns: 2 ** z,
    rows: 2 ** z,
    left: -20_037_508.342_789_244,
    top: 20_037_508.342_789_244,
    tileWidthPixels: 256,
    tileHeightPixels: 256,
  }));

  it('that it does not have are told apart from failures', async () => {
    const drawing = { kind: 'tiles', serverUrl: server.url, srs: 'EPSG:3857', levels: LEVELS } as const;
    const tiles = await service.addLayer('tiles', drawing);
    server.fault = 'status 404';
    const missing = await tiles.tile('default_grid/1/0/0.png');
    expect([missing.status, await missing.text()]).toEqual([
      404,
      expect.stringContaining('The server has no tiles there.'),
    ]);
    server.fault = 'status 500';
    const broken = await tiles.tile('default_grid/1/0/0.png');
    expect(broken.status).toBe(502);
    await broken.text();
  });
});

describe('a host', () => {
  it('gets few requests at a time, and each tile once', async () => {
    const held = await startServer();
    held.holds = true;
    const busy = await service.addLayer('busy', mapsOf(held.url));
    const paths = Array.from({ length: 12 }, (_, x) => `default_grid/4/${x}/5.png`);
    const asked = [...paths, ...paths].map((path) => busy.tile(path));
    await held.release(3);
    const statuses = await Promise.all(
      asked.map(async (reply) => {
        const response = await reply;
        await response.arrayBuffer();
        return response.status;
      }),
    );
    expect(new Set(statuses)).toEqual(new Set([200]));
    expect(held.asked).toHaveLength(12);
    expect(held.mostAtOnce).toBe(3);
  });
});

describe('a tile', () => {
  it('is fetched again when the layer is drawn in another way', async () => {
    const changed = await service.addLayer('before', mapsOf(server.url));
    await pictureOf(await changed.tile('default_grid/0/0/0.png'));
    await pictureOf(await changed.tile('default_grid/0/0/0.png'));
    expect(server.asked).toHaveLength(1);
    const { database } = service.platform;
    await database('map_registry.layers')
      .where({ id: changed.id })
      .update({ drawing: JSON.stringify('layer') });
    await pictureOf(await changed.tile('default_grid/0/0/0.png'));
    expect(server.asked).toHaveLength(2);
  });
});
