import { afterAll, beforeAll, expect, it } from '@jest/globals';
import sharp from 'sharp';
import { createCacheRouter } from '../../../../../src/apps/view-server/services/wmts/cache-router.ts';
import { transformBox } from '../../../../../src/map-kit/crs.ts';
import { boxOfTile, TILE_GRIDS, tilesOfBox } from '../../../../../src/map-kit/tile-grids/tile-grid.ts';
import { COLLECTION, MapService, SCENE_BOX } from '../../map-service.ts';

let service: MapService;

beforeAll(async () => {
  service = await MapService.start({}, [createCacheRouter]);
  await service.add({
    identifier: 'A',
    draw: (column, row) => [column % 251, (row * 3) % 251, (column + row) % 251],
  });
});

afterAll(() => service.stop());

const LAYERS = [COLLECTION, `${COLLECTION}__outlines`, `${COLLECTION}__outlined`];

it.each(TILE_GRIDS.flatMap((grid) => [3, 9, 11].flatMap((z) => LAYERS.map((layer) => ({ grid, z, layer })))))(
  'the tile of level $z of $grid.name is the map of its box: $layer',
  async ({ grid, z, layer }) => {
    const tiles = tilesOfBox(grid, z, transformBox(SCENE_BOX, 'EPSG:4326', grid.srs));
    if (!tiles) throw new Error('there are no tiles');
    const { minX: x, minY: y } = tiles;
    const { minX, minY, maxX, maxY } = boxOfTile(grid, { z, x, y });
    const tile = await fetch(
      service.url.replace('/ows', `/cache/ows/wmts/1.0.0/${layer}/default/${grid.name}/${z}/${y}/${x}.png`),
    );
    const isGeographic = grid.srs === 'EPSG:4326';
    const map = await service.get({
      service: 'WMS',
      request: 'GetMap',
      version: '1.3.0',
      layers: layer,
      styles: '',
      crs: grid.srs,
      bbox: (isGeographic ? [minY, minX, maxY, maxX] : [minX, minY, maxX, maxY]).join(),
      width: '256',
      height: '256',
      format: 'image/png',
      transparent: 'TRUE',
    });
    const pixels = await rgbaOf(map);
    expect(pixels.some((value) => value > 0)).toBe(true);
    expect(pixels.equals(await rgbaOf(tile))).toBe(true);
  },
);

async function rgbaOf(response: Response): Promise<Buffer> {
  expect(response.status).toBe(200);
  return sharp(Buffer.from(await response.arrayBuffer()))
    .ensureAlpha()
    .raw()
    .toBuffer();
}
