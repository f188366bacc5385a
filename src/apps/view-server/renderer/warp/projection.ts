import proj4 from 'proj4';
import type { Srs } from '../../../../map-kit/crs.ts';
import { latitudeOf, longitudeOf, mercatorX, mercatorY } from '../../../../map-kit/crs.ts';

/** From a system of maps to that of an image. */
export interface Projection {
  /** Whether x depends on x alone, and y on y alone. */
  readonly isByAxis: boolean;
  readonly project: (x: number, y: number) => readonly [x: number, y: number];
}

/** Returns a projection. @throws {Error} the system of the image is not known. */
export function findProjection(from: Srs, to: string): Projection {
  if (from === to) return { isByAxis: true, project: (x, y) => [x, y] };
  if (to === 'EPSG:4326') {
    return { isByAxis: true, project: (x, y) => [longitudeOf(x), latitudeOf(y)] };
  }
  if (to === 'EPSG:3857') {
    return { isByAxis: true, project: (x, y) => [mercatorX(x), mercatorY(y)] };
  }
  const { forward } = proj4('EPSG:4326', definitionOf(to));
  const project = (longitude: number, latitude: number): readonly [number, number] => {
    const [x = Number.NaN, y = Number.NaN] = forward([longitude, latitude]);
    return [x, y];
  };
  return {
    isByAxis: false,
    project: from === 'EPSG:4326' ? project : (x, y) => project(longitudeOf(x), latitudeOf(y)),
  };
}

/** The zones of UTM on WGS 84; other systems are known to proj4 or given as a PROJ string. */
function definitionOf(srs: string): string {
  const [, hemisphere, zone] = /^EPSG:32([67])(0[1-9]|[1-5]\d|60)$/.exec(srs) ?? [];
  if (zone === undefined) return srs;
  return `+proj=utm +zone=${Number(zone)} ${hemisphere === '7' ? '+south ' : ''}+datum=WGS84 +units=m +no_defs`;
}
