import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import sharp from 'sharp';
import type { ServiceType } from '../../../../src/apps/map-registry/layers/layer.ts';
import { drawMap } from '../../../../src/apps/map-registry/sandbox/stand-ins/drawing/draw-map.ts';
import type { Fault } from '../../../../src/apps/map-registry/sandbox/stand-ins/faults.ts';
import { tmsStandIn } from '../../../../src/apps/map-registry/sandbox/stand-ins/kinds/tms-stand-in.ts';
import { wmsStandIn } from '../../../../src/apps/map-registry/sandbox/stand-ins/kinds/wms-stand-in.ts';
import { wmtsStandIn } from '../../../../src/apps/map-registry/sandbox/stand-ins/kinds/wmts-stand-in.ts';
import {
  BASE_TMS,
  CLIMATE_WMTS,
  RADAR_WMS,
  WATER_WMS,
} from '../../../../src/apps/map-registry/sandbox/stand-ins/sample-services.ts';
import type { StandInLayer } from '../../../../src/apps/map-registry/sandbox/stand-ins/stand-in-layer.ts';
import {
  openStandInServer,
  type StandInServer,
} from '../../../../src/apps/map-registry/sandbox/stand-ins/stand-in-server.ts';
import type { Srs } from '../../../../src/map-kit/crs.ts';
import { boxOfTile, GOOGLE_MAPS_COMPATIBLE, WGS84 } from '../../../../src/map-kit/tile-grids/tile-grid.ts';
import { type LayerOfTest, ProxyService } from './proxy-service.ts';

const KINDS = [wmsStandIn(WATER_WMS), wmsStandIn(RADAR_WMS), wmtsStandIn(CLIMATE_WMTS), tmsStandIn(BASE_TMS)];

let server: StandInServer;
let service: ProxyService;

beforeAll(async () => {
  server = await openStandInServer(KINDS);
  service = await ProxyService.start({ REGISTRY_CHECK_TIMEOUT: '1' });
});

afterAll(async () => {
  await service.stop();
  await server.close();
});

function layerOf(service: { readonly layers: readonly StandInLayer[] }, name: string): StandInLayer {
  const layer = service.layers.find((each) => each.name === name);
  if (!layer) throw new Error(`there is no layer ${name}`);
  return layer;
}

/** What the server itself would draw there. */
async function expected(
  layer: StandInLayer,
  srs: Srs,
  grid: typeof WGS84,
  z: number,
  x: number,
  y: number,
): Promise<Buffer> {
  const picture = await drawMap({
    box: boxOfTile(grid, { z, x, y }),
    srs,
    widthPixels: 256,
    heightPixels: 256,
    theme: layer.theme,
    within: layer.box,
    format: 'image/png',
  });
  return pixelsOf(picture);
}

function pixelsOf(picture: Buffer): Promise<Buffer> {
  return sharp(picture).flatten({ background: '#fff' }).removeAlpha().raw().toBuffer();
}

function meanDifference(one: Buffer, other: Buffer): number {
  expect(one.length).toBe(other.length);
  return one.reduce((sum, value, index) => sum + Math.abs(value - (other[index] ?? 0)), 0) / one.length;
}

const SERVERS: readonly (readonly [ServiceType, string, StandInLayer])[] = [
  ['OGC:WMS', '/water/wms', layerOf(WATER_WMS, 'coasts')],
  ['OGC:WMS', '/radar/wms', layerOf(RADAR_WMS, 'nexrad-n0r-wmst')],
  ['OGC:WMTS', '/climate/wmts', layerOf(CLIMATE_WMTS, 'temperature')],
  ['OSGeo:TMS', '/tms/1.0.0', layerOf(BASE_TMS, 'terrain')],
];

it.each(SERVERS)('the tiles of a layer of %s %s are what its server draws', async (type, path, layer) => {
  const proxied = await service.addHarvested(type, `${server.url}${path}`, layer.name);
  const mercator = await proxied.tile('default_grid/3/2/3.png');
  const degrees = await proxied.tile('WGS84/3/4/2.png');
  for (const [response, grid, x, y] of [
    [mercator, GOOGLE_MAPS_COMPATIBLE, 2, 3],
    [degrees, WGS84, 4, 2],
  ] as const) {
    if (!response.ok) throw new Error(await response.text());
    const drawn = await pixelsOf(Buffer.from(await response.arrayBuffer()));
    expect(meanDifference(drawn, await expected(layer, grid.srs, grid, 3, x, y))).toBeLessThan(4);
  }
});

describe('a faulty server', () => {
  /** The last one leads to a rest. */
  const REASONS: readonly (readonly [Fault, number, RegExp])[] = [
    ['error', 502, /500/],
    ['redirect-loop', 502, /redirects/],
    ['huge', 502, /8388608|8 MiB|bytes|large/],
    ['huge-compressed', 502, /8388608|8 MiB|bytes|large/],
    ['page', 502, /The server sent no picture, but: Maintenance We are back soon/],
    ['wrong-encoding', 502, /no picture/],
    ['xml-bomb', 502, /no picture/],
    ['deep', 502, /no picture/],
    ['cut-off', 502, /broke off/],
    ['drip', 504, /./],
  ];
  let broken: StandInServer;
  let layer: LayerOfTest;

  beforeAll(async () => {
    broken = await openStandInServer(KINDS);
    layer = await service.addHarvested('OGC:WMS', `${broken.url}/water/wms`, 'coasts');
  });

  afterAll(() => broken.close());

  it.each(REASONS)('with %s is reported within the limit and a second', async (fault, status, reason) => {
    broken.breakDown(fault);
    const start = performance.now();
    const response = await layer.tile('default_grid/1/0/0.png');
    const text = await response.text();
    expect(performance.now() - start).toBeLessThan(2_000);
    expect([response.status, text]).toEqual([status, expect.stringMatching(reason)]);
  });
});
