import { describe, expect, it } from '@jest/globals';
import { checkPictureUrl } from '../../../../src/apps/map-registry/sources/check-picture.ts';
import { MAP_SOURCES } from '../../../../src/apps/map-registry/sources/index.ts';
import { openTiles } from '../../../../src/apps/map-registry/sources/stored-tiles.ts';
import { openWmsDrawing } from '../../../../src/apps/map-registry/sources/wms/wms-drawing.ts';
import type { JsonValue } from '../../../../src/platform/json-value.ts';

const WMS = {
  mapUrl: 'http://a.org/wms?map=a',
  version: '1.3.0',
  layer: 'a',
  format: 'image/png',
  systems: ['EPSG:4326', 'EPSG:900913'],
};
const LEVEL = {
  name: '0',
  resolution: 0.703125,
  columns: 2,
  rows: 1,
  left: -180,
  top: 90,
  tileWidthPixels: 256,
  tileHeightPixels: 256,
};
const TILES = {
  template: 'http://a.org/{level}/{column}/{row}.png',
  srs: 'EPSG:4326',
  isBottomUp: false,
  levels: [LEVEL],
};

/** The box of the picture of a layer, in longitude and latitude. */
function boxOf(stored: JsonValue, [minX, minY, maxX, maxY]: readonly [number, number, number, number]) {
  const opened = openWmsDrawing(stored);
  if (!opened) throw new Error('it is no drawing');
  return checkPictureUrl(opened, { minX, minY, maxX, maxY }).searchParams;
}

describe('a stored drawing', () => {
  it.each<JsonValue>([
    null,
    1,
    'a',
    [],
    {},
    { ...WMS, mapUrl: 'nowhere' },
    { ...WMS, systems: [] },
    { ...WMS, systems: ['EPSG:25832'] },
    { ...WMS, layer: 1 },
    { ...TILES, levels: [] },
    { ...TILES, template: '/{level}' },
    { ...TILES, srs: 'EPSG:25832' },
    { ...TILES, levels: [{ ...LEVEL, columns: 0 }] },
    { ...TILES, levels: [{ ...LEVEL, resolution: -1 }] },
    { ...TILES, levels: [{ ...LEVEL, top: '90' }] },
  ])('in another form is not opened: %j', (stored) => {
    expect(openWmsDrawing(stored)).toBeUndefined();
    expect(openTiles(stored)).toBeUndefined();
  });

  it('is not opened by a source of another kind', () => {
    for (const { openDrawing } of MAP_SOURCES) {
      const opened = [openDrawing(WMS), openDrawing(TILES)].filter((drawing) => drawing !== undefined);
      expect(opened.length).toBeLessThan(2);
    }
  });

  it('of a WMS draws in each of its systems, with its axes and its name for it', () => {
    const drawing = openWmsDrawing(WMS);
    if (drawing?.kind !== 'map') throw new Error('it is no map');
    expect(drawing.systems).toEqual(['EPSG:4326', 'EPSG:3857']);
    const window = { box: { minX: 1, minY: 2, maxX: 3, maxY: 4 }, widthPixels: 5, heightPixels: 6 };
    const url = (srs: 'EPSG:4326' | 'EPSG:3857', isTransparent: boolean) =>
      drawing.mapUrl({ ...window, srs, isTransparent }).search;
    expect(url('EPSG:4326', true)).toBe(
      '?map=a&SERVICE=WMS&VERSION=1.3.0&REQUEST=GetMap&LAYERS=a&STYLES=&CRS=EPSG:4326&BBOX=2,1,4,3&WIDTH=5&HEIGHT=6&FORMAT=image/png&TRANSPARENT=TRUE',
    );
    expect(url('EPSG:3857', false)).toBe(
      '?map=a&SERVICE=WMS&VERSION=1.3.0&REQUEST=GetMap&LAYERS=a&STYLES=&CRS=EPSG:900913&BBOX=1,2,3,4&WIDTH=5&HEIGHT=6&FORMAT=image/png',
    );
  });

  it('has no tiles of a level that is not there', () => {
    const drawing = openTiles(TILES);
    if (drawing?.kind !== 'tiles') throw new Error('it has no tiles');
    expect(drawing.tileUrl(0, 1, 0).href).toBe('http://a.org/0/1/0.png');
    expect(() => drawing.tileUrl(1, 0, 0)).toThrow(RangeError);
  });
});

describe('the picture of a check', () => {
  it.each<[box: [number, number, number, number], bbox: string, width: string, height: string]>([
    [[-180, -90, 180, 90], '-90,-180,90,180', '50', '25'],
    [[10, 20, 11, 40], '20,10,40,11', '3', '50'],
    // Out of range, swapped, a point, a line, and far outside.
    [[-500, -500, 500, 500], '-90,-180,90,180', '50', '25'],
    [[20, 10, 10, 5], '5,10,10,20', '50', '25'],
    [[7, 8, 7, 8], '7.9995,6.9995,8.0005,7.0005', '50', '50'],
    [[0, 8, 10, 8], '7.9995,0,8.0005,10', '50', '1'],
    [[10, -99, 20, -95], '-90,10,-89.999,20', '50', '1'],
  ])('of the box %j is one that a server draws', (box, bbox, width, height) => {
    const parameters = boxOf(WMS, box);
    expect([parameters.get('BBOX'), parameters.get('WIDTH'), parameters.get('HEIGHT')]).toEqual([
      bbox,
      width,
      height,
    ]);
  });

  it('is in EPSG:3857 where its server has nothing else, and then ends where that does', () => {
    const bbox = boxOf({ ...WMS, systems: ['EPSG:3857'] }, [-180, -90, 180, 90]).get('BBOX');
    for (const coordinate of bbox?.split(',') ?? []) {
      expect(Math.abs(Number(coordinate))).toBeCloseTo(20_037_508.34, 1);
    }
  });

  it('is the tile in the middle of the layer', () => {
    const drawing = openTiles(TILES);
    const url = (minX: number, maxX: number) =>
      drawing && checkPictureUrl(drawing, { minX, minY: 0, maxX, maxY: 10 }).pathname;
    expect(url(-170, -10)).toBe('/0/0/0.png');
    expect(url(10, 20)).toBe('/0/1/0.png');
    expect(url(400, 500)).toBe('/0/1/0.png');
  });
});
