import TileLayer from 'ol/layer/Tile.js';
import OlMap from 'ol/Map.js';
import XYZ from 'ol/source/XYZ.js';
import { element } from '../../../../../app-kit/client/front-end/page-elements.ts';
import { graticule } from '../../../../../map-kit/client/front-end/graticule.ts';
import { toMapExtent, worldView } from '../map-view.ts';
import { worldLayer } from '../world-layer.ts';

/** Pixels around the box of the layer. */
const PADDING_PIXELS = 24;

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
