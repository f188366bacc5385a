import { transformExtent } from 'ol/proj.js';
import View from 'ol/View.js';

/** Latitudes at which maps in EPSG:3857 end, in degrees. */
const MOST_LATITUDE = 85.05;

/** The world in EPSG:3857, in metres. */
const WORLD = transformExtent([-180, -MOST_LATITUDE, 180, MOST_LATITUDE], 'EPSG:4326', 'EPSG:3857');

/** Makes a view of one world in EPSG:3857, which is that of the layers' own tiles. */
export function worldView(): View {
  return new View({
    projection: 'EPSG:3857',
    center: [0, 2_200_000],
    zoom: 1.5,
    maxZoom: 19,
    extent: WORLD,
    constrainResolution: false,
    smoothExtentConstraint: false,
    smoothResolutionConstraint: false,
  });
}

/** Returns a box in longitude and latitude as one in metres, cut to the map. */
export function toMapExtent(west: number, south: number, east: number, north: number): number[] {
  const cut = (latitude: number) => Math.max(-MOST_LATITUDE, Math.min(MOST_LATITUDE, latitude));
  return transformExtent([west, cut(south), east, cut(north)], 'EPSG:4326', 'EPSG:3857');
}
