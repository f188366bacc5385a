import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { TileLevel } from '../../../../src/apps/map-registry/sources/map-source.ts';
import type { Box } from '../../../../src/map-kit/box.ts';
import { type Srs, transformBox, WORLD } from '../../../../src/map-kit/crs.ts';
import { boxOfTile, GOOGLE_MAPS_COMPATIBLE, WGS84 } from '../../../../src/map-kit/tile-grids/tile-grid.ts';
import { GradientServer } from './gradient-server.ts';
import { farthestOff, type LayerOfTest, ProxyService, pictureOf } from './proxy-service.ts';

let server: GradientServer;
let service: ProxyService;

beforeAll(async () => {
  [server, service] = await Promise.all([GradientServer.start(), ProxyService.start()]);
});

afterEach(() => server.reset());

afterAll(async () => {
  await service.stop();
  await server.close();
});

/** Levels of square tiles of 256 pixels from one corner. */
function pyramid(srs: Srs, levelCount: number, tile: Partial<TileLevel> = {}): readonly TileLevel[] {
  const { minX, maxX, minY, maxY } = WORLD[srs];
  const { tileWidthPixels = 256, tileHeightPixels = 256 } = tile;
  return Array.from({ length: levelCount }, (_, z) => {
    const resolution = (maxY - minY) / 256 / 2 ** z;
    return {
      resolution,
      columns: Math.ceil((maxX - minX) / resolution / tileWidthPixels),
      rows: Math.ceil((maxY - minY) / resolution / tileHeightPixels),
      left: minX,
      top: maxY,
      tileWidthPixels,
      tileHeightPixels,
      ...tile,
    };
  });
}

const layers = () => ({ serverUrl: server.url });
let number = 0;

function mapsIn(...systems: Srs[]): Promise<LayerOfTest> {
  number += 1;
  return service.addLayer(`maps-${number}`, { kind: 'map', systems, ...layers() });
}

function tilesOf(srs: Srs, levels: readonly TileLevel[]): Promise<LayerOfTest> {
  number += 1;
  return service.addLayer(`tiles-${number}`, { kind: 'tiles', srs, levels, ...layers() });
}

/** A frame a little larger than a box, so that interpolated pixels at its edges have colours. */
function around(box: Box, srs: Srs): Box {
  const { minX, minY, maxX, maxY } = transformBox(box, srs, 'EPSG:4326');
  const width = (maxX - minX) * 0.5;
  const height = (maxY - minY) * 0.5;
  return { minX: minX - width, maxX: maxX + width, minY: minY - height, maxY: maxY + height };
}

const GRIDS = { 'EPSG:3857': { ...GOOGLE_MAPS_COMPATIBLE, name: 'default_grid' }, 'EPSG:4326': WGS84 };
const TILES = {
  'EPSG:3857': [
    { z: 0, x: 0, y: 0 },
    { z: 3, x: 2, y: 1 },
    { z: 9, x: 275, y: 170 },
  ],
  'EPSG:4326': [
    { z: 1, x: 1, y: 0 },
    { z: 9, x: 550, y: 120 },
  ],
} as const;

const CASES = (['EPSG:3857', 'EPSG:4326'] as const).flatMap((srs) =>
  TILES[srs].map((index) => ({ srs, index, text: `${srs} ${index.z}/${index.x}/${index.y}` })),
);

describe('the tile', () => {
  it.each(CASES)('$text is asked of a server of maps in one request', async ({ srs, index }) => {
    const layer = await mapsIn('EPSG:3857', 'EPSG:4326');
    const box = boxOfTile(GRIDS[srs], index);
    server.frame = around(box, srs);
    const picture = await pictureOf(
      await layer.tile(`${GRIDS[srs].name}/${index.z}/${index.x}/${index.y}.png`),
    );
    expect(farthestOff(picture, { srs, box }, server.frame)).toBeLessThan(0.1);
    expect(server.asked).toEqual([{ srs, box, widthPixels: 256, heightPixels: 256 }]);
  });

  it.each(CASES)('$text is warped from a server with the other system alone', async ({ srs, index }) => {
    const layer = await mapsIn(srs === 'EPSG:3857' ? 'EPSG:4326' : 'EPSG:3857');
    const box = boxOfTile(GRIDS[srs], index);
    server.frame = around(box, srs);
    const picture = await pictureOf(
      await layer.tile(`${GRIDS[srs].name}/${index.z}/${index.x}/${index.y}.png`),
    );
    // Mercator ends before the poles, so the tile at the pole has a part without anything.
    if (srs === 'EPSG:4326' && index.z === 1) {
      expect(picture.at(128, 2)[3]).toBe(0);
      expect(picture.at(128, 250)[3]).toBe(255);
    } else {
      expect(farthestOff(picture, { srs, box }, server.frame)).toBeLessThan(1);
    }
    expect(server.asked).toHaveLength(1);
    const [asked] = server.asked;
    if (!asked) throw new Error('nothing was asked');
    const across = (asked.box.maxX - asked.box.minX) / asked.widthPixels;
    const down = (asked.box.maxY - asked.box.minY) / asked.heightPixels;
    expect(Math.abs(across / down - 1)).toBeLessThan(0.01);
  });

  it.each(CASES)('$text is put together of tiles in Mercator', async ({ srs, index }) => {
    const layer = await tilesOf('EPSG:3857', pyramid('EPSG:3857', 12));
    const box = boxOfTile(GRIDS[srs], index);
    server.frame = around(box, srs);
    const picture = await pictureOf(
      await layer.tile(`${GRIDS[srs].name}/${index.z}/${index.x}/${index.y}.png`),
    );
    if (!(srs === 'EPSG:4326' && index.z === 1)) {
      expect(farthestOff(picture, { srs, box }, server.frame)).toBeLessThan(1);
    }
    if (srs === 'EPSG:3857') expect(server.asked).toHaveLength(1);
  });

  it.each(CASES)('$text is put together of tiles that are not square, in degrees', async ({ srs, index }) => {
    const levels = pyramid('EPSG:4326', 12, { tileWidthPixels: 300, tileHeightPixels: 200 });
    const layer = await tilesOf('EPSG:4326', levels);
    const box = boxOfTile(GRIDS[srs], index);
    server.frame = around(box, srs);
    const picture = await pictureOf(
      await layer.tile(`${GRIDS[srs].name}/${index.z}/${index.x}/${index.y}.png`),
    );
    // The level is as coarse as the tile along the equator, so that a pixel away from it covers two or more.
    const factor = srs === 'EPSG:3857' ? 2.5 : 1;
    expect(farthestOff(picture, { srs, box }, server.frame)).toBeLessThan(factor);
    expect(server.asked.length).toBeGreaterThan(0);
    for (const { widthPixels, heightPixels } of server.asked) {
      expect([widthPixels, heightPixels]).toEqual([300, 200]);
    }
  });
});

describe('a map', () => {
  it('across the antimeridian is asked in two parts', async () => {
    const layer = await mapsIn('EPSG:4326');
    const box = { minX: 170, minY: -10, maxX: 190, maxY: 10 };
    const picture = await pictureOf(await layer.map({ BBOX: '170,-10,190,10' }));
    expect(farthestOff(picture, { srs: 'EPSG:4326', box }, server.frame)).toBeLessThan(0.1);
    expect(server.asked.map((asked) => asked.box)).toEqual([
      { minX: 170, minY: -10, maxX: 180, maxY: 10 },
      { minX: -180, minY: -10, maxX: -170, maxY: 10 },
    ]);
  });

  it('across the antimeridian is put together of tiles at both ends', async () => {
    const layer = await tilesOf('EPSG:3857', pyramid('EPSG:3857', 8));
    const box = { minX: -200, minY: 40, maxX: -160, maxY: 60 };
    const picture = await pictureOf(await layer.map({ BBOX: '-200,40,-160,60', WIDTH: '200' }));
    expect(farthestOff(picture, { srs: 'EPSG:4326', box }, server.frame)).toBeLessThan(1);
  });

  it('beyond the poles has nothing there', async () => {
    const layer = await mapsIn('EPSG:4326');
    const picture = await pictureOf(await layer.map({ BBOX: '0,60,60,120' }));
    expect(picture.at(50, 49)[3]).toBe(0);
    expect(picture.at(50, 50)[3]).toBe(255);
    expect(server.asked.map(({ box }) => box)).toEqual([{ minX: 0, minY: 60, maxX: 60, maxY: 90 }]);
  });

  it('of WMS 1.3.0 in EPSG:4326 has latitude first', async () => {
    const layer = await mapsIn('EPSG:4326');
    const box = { minX: 10, minY: 40, maxX: 30, maxY: 50 };
    const version = { VERSION: '1.3.0', CRS: 'EPSG:4326', BBOX: '40,10,50,30', WIDTH: '200' };
    const picture = await pictureOf(await layer.map(version));
    expect(farthestOff(picture, { srs: 'EPSG:4326', box }, server.frame)).toBeLessThan(0.1);
    const other = await layer.map({ ...version, CRS: 'CRS:84', BBOX: '10,40,30,50' });
    await other.arrayBuffer();
    expect(server.asked.map((asked) => asked.box)).toEqual([box, box]);
  });

  it('whose pixels are not square is asked with square ones', async () => {
    const layer = await mapsIn('EPSG:4326');
    const box = { minX: 0, minY: 10, maxX: 40, maxY: 20 };
    const picture = await pictureOf(await layer.map({ BBOX: '0,10,40,20' }));
    expect(farthestOff(picture, { srs: 'EPSG:4326', box }, server.frame)).toBeLessThan(0.5);
    expect(server.asked).toEqual([{ srs: 'EPSG:4326', box, widthPixels: 400, heightPixels: 100 }]);
  });

  it('of a layer that is elsewhere is empty, and its server is not asked', async () => {
    const box = { minX: 10, minY: 40, maxX: 20, maxY: 50 };
    const layer = await service.addLayer(
      'small',
      { kind: 'map', systems: ['EPSG:4326'], ...layers() },
      { box },
    );
    const outside = await pictureOf(await layer.map({ BBOX: '-60,0,-50,10' }));
    expect(outside.at(50, 50)[3]).toBe(0);
    const jpeg = await pictureOf(
      await layer.map({
        BBOX: '-60,0,-50,10',
        FORMAT: 'image/jpeg',
        TRANSPARENT: 'FALSE',
        BGCOLOR: '0x102030',
      }),
    );
    expect(jpeg.at(50, 50)).toEqual([16, 32, 48, 255]);
    expect(server.asked).toEqual([]);
    await pictureOf(await layer.map({ BBOX: '375,45,385,55' }));
    expect(server.asked).toHaveLength(1);
  });

  it('has the background that is asked for', async () => {
    const layer = await mapsIn('EPSG:4326');
    server.frame = { minX: 0, minY: 0, maxX: 5, maxY: 10 };
    const picture = await pictureOf(
      await layer.map({ BBOX: '0,0,10,10', TRANSPARENT: 'FALSE', BGCOLOR: '0xff8000' }),
    );
    expect(picture.at(80, 50)).toEqual([255, 128, 0, 255]);
    expect(picture.at(25, 50)[0]).toBeCloseTo(128, -1);
  });

  it('that would need too many tiles is refused', async () => {
    const fine = pyramid('EPSG:3857', 12).slice(10);
    const layer = await tilesOf('EPSG:3857', fine);
    const response = await layer.tile('default_grid/1/0/0.png');
    expect([response.status, await response.text()]).toEqual([
      400,
      expect.stringContaining('Ask for a smaller part of it'),
    ]);
    expect(server.asked).toEqual([]);
  });
});
