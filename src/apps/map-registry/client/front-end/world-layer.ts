import Feature from 'ol/Feature.js';
import TopoJSON from 'ol/format/TopoJSON.js';
import MultiPolygon from 'ol/geom/MultiPolygon.js';
import Polygon from 'ol/geom/Polygon.js';
import VectorLayer from 'ol/layer/Vector.js';
import VectorSource from 'ol/source/Vector.js';
import Fill from 'ol/style/Fill.js';
import Stroke from 'ol/style/Stroke.js';
import Style from 'ol/style/Style.js';
import countries from 'world-atlas/countries-110m.json';
import { isDark } from '../../../../map-kit/client/front-end/graticule.ts';

const LAND = isDark ? '#1f2a30' : '#fdfcf8';
const BORDER = isDark ? '#35434b' : '#c6d0d1';

/** The outline of an area, in longitude and latitude. */
type Ring = readonly (readonly number[])[];

/** Makes a layer of the countries of the world, by Natural Earth. It is part of the script: no other server is asked. */
export function worldLayer(): VectorLayer {
  const polygons = new TopoJSON({ layers: ['countries'] })
    .readFeatures(countries)
    .flatMap((feature) => polygonsOf(feature.getGeometry()))
    .flatMap(withoutJump);
  const features = polygons.map(
    (rings) =>
      new Feature(
        new Polygon(rings.map((ring) => ring.map((place) => [...place]))).transform('EPSG:4326', 'EPSG:3857'),
      ),
  );
  return new VectorLayer({
    source: new VectorSource({ features, wrapX: false }),
    style: new Style({ fill: new Fill({ color: LAND }), stroke: new Stroke({ color: BORDER, width: 0.7 }) }),
  });
}

function polygonsOf(geometry: unknown): readonly (readonly Ring[])[] {
  if (geometry instanceof Polygon) return [geometry.getCoordinates()];
  return geometry instanceof MultiPolygon ? geometry.getCoordinates() : [];
}

/** Areas at both sides of the date line would be drawn all around the world: they are drawn at each side instead. */
function withoutJump(rings: readonly Ring[]): readonly (readonly Ring[])[] {
  const outer = rings[0] ?? [];
  const unrolled = unrolledRing(outer);
  const [first, last] = [unrolled[0]?.[0] ?? 0, unrolled.at(-1)?.[0] ?? 0];
  // What goes around a pole ends a whole turn away from its beginning.
  if (unrolled.every(([x], at) => x === outer[at]?.[0]) || Math.abs(first - last) > 1) return [rings];
  return [-360, 0, 360].map((shift) => [unrolled.map(([x = 0, y = 0]) => [x + shift, y])]);
}

function unrolledRing(ring: Ring): Ring {
  let shift = 0;
  return ring.map(([x = 0, y = 0], at) => {
    const before = ring[at - 1]?.[0] ?? x;
    if (x - before > 180) shift -= 360;
    if (before - x > 180) shift += 360;
    return [x + shift, y];
  });
}
