import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { build } from 'esbuild';
import type { Browser, Page } from 'playwright-core';
import { createCacheRouter } from '../../src/apps/view-server/services/wmts/cache-router.ts';
import { COLLECTION, MapService, SCENE_BOX } from '../apps/view-server/map-service.ts';
import { startBrowser } from '../support/browser.ts';

/** What people write who show the services with OpenLayers. */
const SCRIPT = `
import WMSCapabilities from 'ol/format/WMSCapabilities.js';
import WMTSCapabilities from 'ol/format/WMTSCapabilities.js';
import ImageLayer from 'ol/layer/Image.js';
import TileLayer from 'ol/layer/Tile.js';
import OlMap from 'ol/Map.js';
import { get } from 'ol/proj.js';
import ImageWMS from 'ol/source/ImageWMS.js';
import WMTS, { optionsFromCapabilities } from 'ol/source/WMTS.js';
import View from 'ol/View.js';

async function textOf(url) {
  return (await fetch(url)).text();
}

const target = document.body.appendChild(document.createElement('div'));
target.style.cssText = 'width: 256px; height: 256px';

/** The pixels of a layer that shows a box, when all of it is drawn, as Base64. */
async function pixelsOf(layer, projection, extent) {
  const map = new OlMap({ target, layers: [layer], controls: [], pixelRatio: 1 });
  map.setView(new View({ projection, center: [(extent[0] + extent[2]) / 2, (extent[1] + extent[3]) / 2],
    resolution: (extent[2] - extent[0]) / 256, constrainResolution: false }));
  await new Promise((resolve) => map.once('rendercomplete', resolve));
  const canvas = target.querySelector('canvas');
  const { data } = canvas.getContext('2d').getImageData(0, 0, 256, 256);
  map.setTarget(undefined);
  target.replaceChildren();
  return btoa(Array.from(data, (sample) => String.fromCharCode(sample)).join(''));
}

globalThis.layersOfWms = async (version) => {
  const document = new WMSCapabilities().read(await textOf('/ows?service=WMS&request=GetCapabilities&version=' + version));
  const namesOf = ({ Name, Layer = [] }) => [Name, ...Layer.flatMap(namesOf)];
  return { version: document.version, layers: document.Capability.Layer.Layer.flatMap(namesOf) };
};
globalThis.readWmts = async () => {
  const document = new WMTSCapabilities().read(await textOf('/cache/ows/wmts/1.0.0/WMTSCapabilities.xml'));
  return { layers: document.Contents.Layer.map(({ Identifier }) => Identifier),
    grids: document.Contents.TileMatrixSet.map(({ Identifier }) => Identifier) };
};
globalThis.drawWmts = async (layer, matrixSet, projection, extent) => {
  const document = new WMTSCapabilities().read(await textOf('/cache/ows/wmts/1.0.0/WMTSCapabilities.xml'));
  const source = new WMTS({ ...optionsFromCapabilities(document, { layer, matrixSet }), transition: 0 });
  return pixelsOf(new TileLayer({ source }), get(projection), extent);
};
globalThis.drawWms = async (layer, version, projection, extent) => {
  const source = new ImageWMS({ url: '/ows', ratio: 1, projection, params: { LAYERS: layer, VERSION: version, FORMAT: 'image/png' } });
  return pixelsOf(new ImageLayer({ source }), get(projection), extent);
};
`;

/** The tile of level 9 of the grid WGS84 that is in the middle of the scene. */
const TILE_DEGREES = 180 / 2 ** 9;
const WEST = Math.floor((16.5 + 180) / TILE_DEGREES) * TILE_DEGREES - 180;
const NORTH = 90 - Math.floor((90 - 48.25) / TILE_DEGREES) * TILE_DEGREES;
const TILE = [WEST, NORTH - TILE_DEGREES, WEST + TILE_DEGREES, NORTH];

/** The most by which two pictures may differ at a sample: tiles are JPEG. */
const JPEG_DIFFERENCE = 24;

describe('OpenLayers', () => {
  let service: MapService;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    service = await MapService.start({}, [createCacheRouter]);
    // Red grows to the east, and green to the south: axes that are swapped show another picture.
    await service.add({
      identifier: 'scene',
      box: SCENE_BOX,
      draw: (column, row) => [Math.floor((column * 255) / 400), Math.floor((row * 255) / 200), 100],
    });
    const { outputFiles } = await build({
      stdin: { contents: SCRIPT, resolveDir: import.meta.dirname, loader: 'js' },
      bundle: true,
      write: false,
      format: 'iife',
      logLevel: 'silent',
    });
    browser = await startBrowser();
    page = await browser.newPage();
    await page.route('**/page', (route) =>
      route.fulfill({ contentType: 'text/html', body: '<!doctype html><body></body>' }),
    );
    await page.goto(new URL('/page', service.url).href);
    await page.addScriptTag({ content: outputFiles[0]?.text ?? '' });
  });

  afterAll(async () => {
    await browser?.close();
    await service?.stop();
  });

  function call<Result>(name: string, ...args: readonly unknown[]): Promise<Result> {
    return page.evaluate<Result>(`globalThis.${name}(...${JSON.stringify(args)})`);
  }

  async function draw(name: string, ...args: readonly unknown[]): Promise<Buffer> {
    return Buffer.from(await call<string>(name, ...args), 'base64');
  }

  it.each(['1.1.1', '1.3.0'])('reads the capabilities of WMS %s', async (version) => {
    expect(await call('layersOfWms', version)).toEqual({
      version,
      layers: expect.arrayContaining([COLLECTION, `${COLLECTION}__TRUE_COLOR`, `${COLLECTION}__outlines`]),
    });
  });

  it('reads the capabilities of WMTS', async () => {
    expect(await call('readWmts')).toEqual({
      layers: expect.arrayContaining([COLLECTION, `${COLLECTION}__TRUE_COLOR`]),
      grids: ['WGS84', 'GoogleMapsCompatible'],
    });
  });

  it('draws the same map by WMTS, and by WMS in both orders of axes', async () => {
    const tile = await draw('drawWmts', COLLECTION, 'WGS84', 'EPSG:4326', TILE);
    expect(new Set(tile).size).toBeGreaterThan(10);
    for (const version of ['1.1.1', '1.3.0']) {
      const map = await draw('drawWms', COLLECTION, version, 'EPSG:4326', TILE);
      const differing = map.filter((sample, at) => Math.abs(sample - (tile[at] ?? 0)) > JPEG_DIFFERENCE);
      expect(differing.length).toBe(0);
    }
  });
});
