import { DemoError } from '../../../../app-kit/sandbox/demo-error.ts';
import type { Box } from '../../../../map-kit/box.ts';
import { transformBox } from '../../../../map-kit/crs.ts';
import { GOOGLE_MAPS_COMPATIBLE, tilesOfBox } from '../../../../map-kit/tile-grids/tile-grid.ts';

/** The zoom level at which pixels are about those of the scenes. */
const ZOOM = 12;

/** Requests that are under way at a time, as of a browser. */
const REQUESTS_AT_ONCE = 6;

/** The longer side of the picture of the map. */
const PICTURE_PIXELS = 1_400;

/** What was fetched. */
export interface FetchedTiles {
  readonly count: number;
  readonly bytes: number;
  readonly seconds: number;
}

/** Returns the addresses of all tiles of a layer that meet a box in degrees. */
export function tileUrls(apiUrl: string, layer: string, box: Box): readonly string[] {
  const grid = GOOGLE_MAPS_COMPATIBLE;
  const range = tilesOfBox(grid, ZOOM, transformBox(box, 'EPSG:4326', grid.srs));
  if (!range) return [];
  const urls: string[] = [];
  for (let row = range.minY; row <= range.maxY; row += 1) {
    for (let column = range.minX; column <= range.maxX; column += 1) {
      urls.push(
        `${apiUrl}/cache/ows/wmts/1.0.0/${layer}/default/${grid.name}/${ZOOM}/${row}/${column}.mixed`,
      );
    }
  }
  return urls;
}

/** Fetches tiles. @param onTile is called with how many there are so far. @throws {DemoError} */
export async function fetchTiles(
  urls: readonly string[],
  onTile: (count: number) => void,
  signal: AbortSignal,
): Promise<FetchedTiles> {
  const started = performance.now();
  const left = [...urls];
  let [count, bytes] = [0, 0];
  const fetchNext = async () => {
    for (let url = left.shift(); url !== undefined; url = left.shift()) {
      const { length } = await fetchPicture(url, signal);
      bytes += length;
      count += 1;
      onTile(count);
    }
  };
  await Promise.all(Array.from({ length: REQUESTS_AT_ONCE }, fetchNext));
  return { count, bytes, seconds: (performance.now() - started) / 1_000 };
}

/** Fetches a picture of a layer by WMS, as PNG. @param box in degrees. @throws {DemoError} */
export async function fetchMap(
  apiUrl: string,
  layer: string,
  box: Box,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const { minX, minY, maxX, maxY } = transformBox(box, 'EPSG:4326', 'EPSG:3857');
  const scale = PICTURE_PIXELS / Math.max(maxX - minX, maxY - minY);
  const query = new URLSearchParams({
    service: 'WMS',
    version: '1.3.0',
    request: 'GetMap',
    layers: layer,
    styles: '',
    crs: 'EPSG:3857',
    bbox: [minX, minY, maxX, maxY].join(','),
    width: String(Math.round((maxX - minX) * scale)),
    height: String(Math.round((maxY - minY) * scale)),
    format: 'image/png',
    transparent: 'true',
  });
  return fetchPicture(`${apiUrl}/ows?${query}`, signal);
}

async function fetchPicture(url: string, signal: AbortSignal): Promise<Uint8Array> {
  const response = await fetch(url, { signal });
  const isPicture = response.headers.get('content-type')?.startsWith('image/') ?? false;
  if (response.ok && isPicture) return response.bytes();
  throw new DemoError(`${url} returned status ${response.status}: ${(await response.text()).slice(0, 500)}`);
}
