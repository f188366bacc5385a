import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import sharp from 'sharp';
import type { ServiceType } from '../../../../src/apps/map-registry/layers/layer.ts';
import { LAYER_GRIDS } from '../../../../src/apps/map-registry/proxy/layer-grids.ts';
import { drawMap } from '../../../../src/apps/map-registry/sandbox/stand-ins/drawing/draw-map.ts';
import type { Fault } from '../../../../src/apps/map-registry/sandbox/stand-ins/faults.ts';
import { esriStandIn } from '../../../../src/apps/map-registry/sandbox/stand-ins/kinds/esri-stand-in.ts';
import { tmsStandIn } from '../../../../src/apps/map-registry/sandbox/stand-ins/kinds/tms-stand-in.ts';
import { warperStandIn } from '../../../../src/apps/map-registry/sandbox/stand-ins/kinds/warper-stand-in.ts';
import { wmsStandIn } from '../../../../src/apps/map-registry/sandbox/stand-ins/kinds/wms-stand-in.ts';
import { wmtsStandIn } from '../../../../src/apps/map-registry/sandbox/stand-ins/kinds/wmts-stand-in.ts';
import { worldMapStandIn } from '../../../../src/apps/map-registry/sandbox/stand-ins/kinds/worldmap-stand-in.ts';
import {
  BASE_TMS,
  CLIMATE_WMTS,
  PLANNING_ESRI,
  RADAR_WMS,
  SCANS_WARPER,
  USERS_WORLDMAP,
  WATER_WMS,
} from '../../../../src/apps/map-registry/sandbox/stand-ins/sample-services.ts';
import type { StandInLayer } from '../../../../src/apps/map-registry/sandbox/stand-ins/stand-in-layer.ts';
import {
  openStandInServer,
  type StandInServer,
} from '../../../../src/apps/map-registry/sandbox/stand-ins/stand-in-server.ts';
import type { Box } from '../../../../src/map-kit/box.ts';
import { transformBox, WORLD } from '../../../../src/map-kit/crs.ts';
import {
  boxOfTile,
  type TileGrid,
  type TileIndex,
  tilesOfBox,
} from '../../../../src/map-kit/tile-grids/tile-grid.ts';
import { type LayerOfTest, ProxyService } from './proxy-service.ts';

const KINDS = [
  wmsStandIn(WATER_WMS),
  wmsStandIn(RADAR_WMS),
  wmtsStandIn(CLIMATE_WMTS),
  tmsStandIn(BASE_TMS),
  esriStandIn(PLANNING_ESRI),
  warperStandIn(SCANS_WARPER),
  worldMapStandIn(USERS_WORLDMAP),
];

let server: StandInServer;
let service: ProxyService;

beforeAll(async () => {
  server = await openStandInServer(KINDS);
  service = await ProxyService.start();
});

afterAll(async () => {
  await service.stop();
  await server.close();
});

/** What the server itself would draw there. */
async function expectedTile(layer: StandInLayer, grid: TileGrid, index: TileIndex): Promise<Buffer> {
  const picture = await drawMap({
    box: boxOfTile(grid, index),
    srs: grid.srs,
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

/** The tile of level 3 with the middle of a layer. */
function tileOf(box: Box, grid: TileGrid): TileIndex {
  const x = (box.minX + box.maxX) / 2;
  const y = (box.minY + box.maxY) / 2;
  const point = transformBox({ minX: x, maxX: x, minY: y, maxY: y }, 'EPSG:4326', grid.srs);
  const range = tilesOfBox(grid, 3, point);
  return { z: 3, x: range?.minX ?? 0, y: range?.minY ?? 0 };
}

function layerOf({ layers }: { readonly layers: readonly StandInLayer[] }, title: string): StandInLayer {
  const layer = layers.find((each) => each.title === title);
  if (!layer) throw new Error(`there is no layer ${title}`);
  return layer;
}

const [BASEMAP, , NIGHT] = PLANNING_ESRI.services;

const WORLD_BOX = WORLD['EPSG:4326'];

/** With the box of layers that have none of their own. */
const SERVERS: readonly (readonly [ServiceType, string, StandInLayer | undefined, Box])[] = [
  ['OGC:WMS', '/water/wms', layerOf(WATER_WMS, 'Coasts'), WORLD_BOX],
  ['OGC:WMS', '/radar/wms', layerOf(RADAR_WMS, 'NEXRAD BASE REFLECT'), RADAR_WMS.box ?? WORLD_BOX],
  ['OGC:WMTS', '/climate/wmts', layerOf(CLIMATE_WMTS, 'Temperature'), WORLD_BOX],
  ['OSGeo:TMS', '/tms/1.0.0', layerOf(BASE_TMS, 'Terrain'), WORLD_BOX],
  ['ESRI:ArcGIS:MapServer', '/arcgis/rest/services/Basemap/MapServer', BASEMAP?.layers[0], WORLD_BOX],
  ['ESRI:ArcGIS:ImageServer', '/arcgis/rest/services/People/Night/ImageServer', NIGHT?.layers[0], WORLD_BOX],
  ['Hypermap:WARPER', '/warper/maps', SCANS_WARPER.maps[0], WORLD_BOX],
  ['Hypermap:WorldMap', '/', USERS_WORLDMAP.layers[0], WORLD_BOX],
];

it.each(SERVERS)(
  'the tiles of a layer of %s %s are what its server draws',
  async (type, path, layer, box) => {
    if (!layer) throw new Error('there is no such layer');
    const proxied = await service.addHarvested(type, `${server.url}${path}`, layer.title);
    for (const grid of LAYER_GRIDS) {
      const index = tileOf(layer.box ?? box, grid);
      const response = await proxied.tile(`${grid.name}/${index.z}/${index.x}/${index.y}.png`);
      if (!response.ok) throw new Error(await response.text());
      const drawn = await pixelsOf(Buffer.from(await response.arrayBuffer()));
      expect(new Set(drawn).size).toBeGreaterThan(2);
      expect(meanDifference(drawn, await expectedTile(layer, grid, index))).toBeLessThan(4);
    }
  },
);

describe('a faulty server', () => {
  /** The last one leads to a rest. */
  const REASONS: readonly (readonly [Fault, number, RegExp])[] = [
    ['error', 502, /500/],
    ['redirect-loop', 502, /redirects/],
    ['huge', 502, /more than the 1 MiB/],
    ['huge-compressed', 502, /more than the 1 MiB/],
    ['page', 502, /The server sent no picture, but: Maintenance We are back soon/],
    ['wrong-encoding', 502, /no picture/],
    ['xml-bomb', 502, /no picture/],
    ['deep', 502, /more than the 1 MiB/],
    ['cut-off', 502, /broke off/],
    ['drip', 504, /within 6 seconds/],
  ];
  let broken: StandInServer;
  let hurried: ProxyService;
  let layer: LayerOfTest;

  beforeAll(async () => {
    broken = await openStandInServer(KINDS);
    hurried = await ProxyService.start({ REGISTRY_CHECK_TIMEOUT: '6' });
    layer = await hurried.addHarvested('OGC:WMS', `${broken.url}/water/wms`, 'Coasts');
  });

  afterAll(async () => {
    await hurried.stop();
    await broken.close();
  });

  it.each(REASONS)('with %s is reported', async (fault, status, reason) => {
    broken.breakDown(fault);
    const response = await layer.tile('default_grid/1/0/0.png');
    const text = await response.text();
    expect([response.status, text]).toEqual([status, expect.stringMatching(reason)]);
  });
});
