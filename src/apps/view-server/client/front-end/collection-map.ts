import type Feature from 'ol/Feature.js';
import GeoJSON from 'ol/format/GeoJSON.js';
import WMTSCapabilities from 'ol/format/WMTSCapabilities.js';
import type Geometry from 'ol/geom/Geometry.js';
import TileLayer from 'ol/layer/Tile.js';
import VectorLayer from 'ol/layer/Vector.js';
import OlMap from 'ol/Map.js';
import VectorSource from 'ol/source/Vector.js';
import WMTS, { optionsFromCapabilities } from 'ol/source/WMTS.js';
import Fill from 'ol/style/Fill.js';
import Stroke from 'ol/style/Stroke.js';
import Style from 'ol/style/Style.js';
import View from 'ol/View.js';
import { graticule, isDark } from '../../../../map-kit/client/front-end/graticule.ts';
import type { TimeRange } from './time-range.ts';

/** Where the tiles are described. */
const CAPABILITIES = '/cache/ows/wmts/1.0.0/WMTSCapabilities.xml';

/** The grid that is seeded. */
const GRID = 'WGS84';

/** A layer of the collection. */
export interface CollectionLayer {
  readonly name: string;
  readonly title: string;
}

interface CapabilitiesLayer {
  readonly Identifier: string;
  readonly Title: string;
  readonly WGS84BoundingBox?: readonly number[];
}

const FOOTPRINT = isDark ? '#6cc5c9' : '#0f5c63';
const CHOSEN = isDark ? '#ffd166' : '#b3261e';

/** The map of a collection: its tiles, the footprints of products, and a grid of degrees. No other server is asked for anything. */
export class CollectionMap {
  readonly layers: readonly CollectionLayer[];
  readonly #map: OlMap;
  readonly #tiles = new TileLayer<WMTS>();
  readonly #products = new VectorSource<Feature<Geometry>>();
  readonly #footprints = new VectorLayer({ source: this.#products });
  readonly #capabilities: Record<string, unknown>;
  readonly #box: readonly number[] | undefined;
  #range: TimeRange | undefined;
  #chosen: string | undefined;

  private constructor(target: HTMLElement, collection: string, capabilities: Record<string, unknown>) {
    this.#capabilities = capabilities;
    const described = layersIn(capabilities).filter(
      ({ Identifier }) => Identifier === collection || Identifier.startsWith(`${collection}__`),
    );
    this.layers = described.map(({ Identifier, Title }) => ({ name: Identifier, title: Title }));
    this.#box = described[0]?.WGS84BoundingBox;
    this.#footprints.setStyle((feature) => footprintStyle(feature.getId() === this.#chosen));
    this.#map = new OlMap({
      target,
      layers: [graticule(), this.#tiles, this.#footprints],
      view: new View({
        projection: 'EPSG:4326',
        center: [0, 0],
        zoom: 1,
        maxZoom: 19,
        extent: [-180, -90, 180, 90],
      }),
    });
    this.showAll();
  }

  /** Reads the capabilities, and shows the first layer of a collection. @throws {Error} */
  static async open(target: HTMLElement, collection: string): Promise<CollectionMap> {
    const response = await fetch(CAPABILITIES);
    if (!response.ok) throw new Error(`The tile service answers ${response.status}.`);
    const map = new CollectionMap(target, collection, new WMTSCapabilities().read(await response.text()));
    const [first] = map.layers;
    if (first) map.showLayer(first.name);
    return map;
  }

  /** Shows a layer in the place of the one before. */
  showLayer(name: string): void {
    const options = optionsFromCapabilities(this.#capabilities, {
      layer: name,
      matrixSet: GRID,
      format: 'image/vnd.jpeg-png',
      requestEncoding: 'REST',
    });
    if (!options) throw new Error(`The tile service has no layer ${name}.`);
    // Behind a proxy the server may not know by which name it was called.
    const urls = (options.urls ?? []).map((url) => url.replace(/^https?:\/\/[^/]+/, ''));
    this.#tiles.setSource(new WMTS({ ...options, urls, transition: 0 }));
    this.showTime(this.#range);
  }

  /** Shows the tiles of a time; `undefined` for all time. */
  showTime(range: TimeRange | undefined): void {
    this.#range = range;
    const time = range ? `${range.begin}--${range.end}` : 'default';
    this.#tiles.getSource()?.updateDimensions({ time });
  }

  /** Shows footprints, or hides them. */
  showFootprints(isShown: boolean): void {
    this.#footprints.setVisible(isShown);
  }

  /** Shows the footprints of products in the place of those before. */
  showProducts(collection: object): void {
    this.#products.clear();
    this.#products.addFeatures(new GeoJSON().readFeatures(collection));
  }

  /** Marks a product, and shows all of it. */
  choose(id: string | undefined): void {
    this.#chosen = id;
    this.#footprints.changed();
    const geometry = id === undefined ? undefined : this.#products.getFeatureById(id)?.getGeometry();
    if (geometry) this.#map.getView().fit(geometry.getExtent(), { padding: [40, 40, 40, 40], maxZoom: 14 });
  }

  /** Shows all that the collection covers. */
  showAll(): void {
    if (this.#box) this.#map.getView().fit([...this.#box], { padding: [20, 20, 20, 20], maxZoom: 12 });
  }

  /** The box that is seen: west, south, east, north. */
  get box(): readonly number[] {
    const size = this.#map.getSize();
    const [west = -180, south = -90, east = 180, north = 90] = this.#map.getView().calculateExtent(size);
    return [Math.max(west, -180), Math.max(south, -90), Math.min(east, 180), Math.min(north, 90)];
  }

  /** Calls back each time that the map has come to rest after a move. */
  onMoved(listener: () => void): void {
    this.#map.on('moveend', listener);
  }

  /** Calls back with the product that was pressed on the map. */
  onPressed(listener: (id: string) => void): void {
    this.#map.on('singleclick', ({ pixel }) => {
      this.#map.forEachFeatureAtPixel(
        pixel,
        (feature) => {
          const id = feature.getId();
          if (id !== undefined) listener(String(id));
          return true;
        },
        { layerFilter: (layer) => layer === this.#footprints },
      );
    });
  }
}

function layersIn(capabilities: Record<string, unknown>): readonly CapabilitiesLayer[] {
  const contents = capabilities['Contents'];
  if (typeof contents !== 'object' || contents === null || !('Layer' in contents)) return [];
  return Array.isArray(contents.Layer) ? contents.Layer : [];
}

function footprintStyle(isChosen: boolean): Style {
  return new Style({
    stroke: new Stroke({ color: isChosen ? CHOSEN : FOOTPRINT, width: isChosen ? 3 : 1.5 }),
    // So that the inside can be pressed.
    fill: new Fill({ color: 'rgba(0, 0, 0, 0)' }),
    zIndex: isChosen ? 1 : 0,
  });
}
