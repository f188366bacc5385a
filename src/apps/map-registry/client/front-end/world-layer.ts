import TopoJSON from 'ol/format/TopoJSON.js';
import VectorLayer from 'ol/layer/Vector.js';
import VectorSource from 'ol/source/Vector.js';
import Fill from 'ol/style/Fill.js';
import Stroke from 'ol/style/Stroke.js';
import Style from 'ol/style/Style.js';
import countries from 'world-atlas/countries-110m.json';
import { isDark } from '../../../../map-kit/client/front-end/graticule.ts';

const LAND = isDark ? '#1f2a30' : '#fdfcf8';
const BORDER = isDark ? '#35434b' : '#c6d0d1';

/** Makes a layer of the countries of the world, by Natural Earth. It is part of the script: no other server is asked. */
export function worldLayer(): VectorLayer {
  return new VectorLayer({
    source: new VectorSource({
      features: new TopoJSON({ layers: ['countries'] }).readFeatures(countries, {
        featureProjection: 'EPSG:3857',
      }),
    }),
    style: new Style({ fill: new Fill({ color: LAND }), stroke: new Stroke({ color: BORDER, width: 0.7 }) }),
  });
}
