import Feature from 'ol/Feature.js';
import { fromExtent } from 'ol/geom/Polygon.js';
import TileLayer from 'ol/layer/Tile.js';
import VectorLayer from 'ol/layer/Vector.js';
import OlMap from 'ol/Map.js';
import VectorSource from 'ol/source/Vector.js';
import XYZ from 'ol/source/XYZ.js';
import Fill from 'ol/style/Fill.js';
import Stroke from 'ol/style/Stroke.js';
import Style from 'ol/style/Style.js';
import { element } from '../../../../../app-kit/client/front-end/page-elements.ts';
import { graticule, isDark } from '../../../../../map-kit/client/front-end/graticule.ts';
import { toMapExtent, worldView } from '../map-view.ts';
import { worldLayer } from '../world-layer.ts';

/** Pixels around the box of the layer. */
const PADDING_PIXELS = 40;

const OUTLINE = isDark ? '#ffd166' : '#c2410c';

/** Tiles that fail before the page says so. */
const FAILURES_TO_TELL = 3;

/** Shows the map of a layer, by its tiles; the element `map` says where they are, and its box. */
export function showLayerMap(): void {
  const target = element('map', HTMLElement);
  const { tiles, box = '' } = target.dataset;
  const [west = -180, south = -90, east = 180, north = 90] = box.split(',').map(Number);
  const extent = toMapExtent(west, south, east, north);
  const map = new OlMap({ target, layers: [worldLayer(), graticule()], view: worldView() });
  map.getView().fit(extent, { padding: Array.from({ length: 4 }, () => PADDING_PIXELS), maxZoom: 16 });
  map.addLayer(boxLayer(extent, tiles === undefined));
  if (tiles === undefined) return;
  const source = new XYZ({ url: tiles });
  let failures = 0;
  source.on('tileloaderror', () => {
    failures += 1;
    element('map-fault', HTMLElement).hidden = failures < FAILURES_TO_TELL;
  });
  source.on('tileloadend', () => {
    failures = 0;
    element('map-fault', HTMLElement).hidden = true;
  });
  const picture = new TileLayer({ source, extent });
  map.addLayer(picture);
  const opacity = element('opacity', HTMLInputElement);
  opacity.addEventListener('input', () => picture.setOpacity(Number(opacity.value) / 100));
}

/** The box of the layer; filled where nothing is drawn in it. */
function boxLayer(extent: readonly number[], isFilled: boolean): VectorLayer {
  return new VectorLayer({
    source: new VectorSource({ features: [new Feature(fromExtent([...extent]))] }),
    zIndex: 1,
    style: new Style({
      stroke: new Stroke({ color: OUTLINE, width: 1.5, lineDash: [6, 4] }),
      ...(isFilled ? { fill: new Fill({ color: `${OUTLINE}22` }) } : {}),
    }),
  });
}
