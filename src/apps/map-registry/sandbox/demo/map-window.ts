import { transformBox } from '../../../../map-kit/crs.ts';

/** The longer side of a map. */
const LONGER_SIDE_PIXELS = 300;

/** Degrees beyond which web Mercator has no maps. */
const LAST_LATITUDE = 85;

/** Returns the parameters of a request to WMS for a map of a box. @param box west, south, east, north, in degrees. */
export function mapWindow([west = -180, south = -90, east = 180, north = 90]: readonly number[]) {
  const { minX, minY, maxX, maxY } = transformBox(
    {
      minX: west,
      minY: Math.max(south, -LAST_LATITUDE),
      maxX: east,
      maxY: Math.min(north, LAST_LATITUDE),
    },
    'EPSG:4326',
    'EPSG:3857',
  );
  const scale = LONGER_SIDE_PIXELS / Math.max(maxX - minX, maxY - minY);
  return {
    service: 'WMS',
    version: '1.3.0',
    request: 'GetMap',
    styles: '',
    crs: 'EPSG:3857',
    bbox: [minX, minY, maxX, maxY].join(','),
    width: String(Math.max(1, Math.round((maxX - minX) * scale))),
    height: String(Math.max(1, Math.round((maxY - minY) * scale))),
    format: 'image/png',
    transparent: 'true',
  };
}
