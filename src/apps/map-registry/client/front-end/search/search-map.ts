import Feature from 'ol/Feature.js';
import { fromExtent } from 'ol/geom/Polygon.js';
import TileLayer from 'ol/layer/Tile.js';
import VectorLayer from 'ol/layer/Vector.js';
import OlMap from 'ol/Map.js';
import { transformExtent } from 'ol/proj.js';
import VectorSource from 'ol/source/Vector.js';
import XYZ from 'ol/source/XYZ.js';
import Fill from 'ol/style/Fill.js';
import Stroke from 'ol/style/Stroke.js';
import Style from 'ol/style/Style.js';
import { isDark } from '../../../../../map-kit/client/front-end/graticule.ts';
import { toMapExtent, worldView } from '../map-view.ts';
import { worldLayer } from '../world-layer.ts';
import { HeatLayer } from './heat-layer.ts';
import type { FoundLayer, HeatGrid } from './search-api.ts';
import type { SearchBox } from './search-state.ts';

const OUTLINE = isDark ? 'rgba(124, 217, 214, 0.75)' : 'rgba(15, 92, 99, 0.65)';
const MARKED = isDark ? '#ffd166' : '#c2410c';
const MARKED_FILL = isDark ? 'rgba(255, 209, 102, 0.14)' : 'rgba(194, 65, 12, 0.1)';

/** A map whose width shows more of the world shows all of it, in degrees. */
const ALL_DEGREES = 350;

/** The map of the search: where layers are, the outlines of those that are listed, and one of them as its server draws it. */
export class SearchMap {
  readonly #map: OlMap;
  readonly #heat = new HeatLayer(isDark);
  readonly #outlines = new VectorSource<Feature>();
  readonly #outlineLayer = new VectorLayer({ source: this.#outlines });
  readonly #picture = new TileLayer<XYZ>({ visible: false, opacity: 0.9 });
  #marked: string | undefined;
  /** Where the page itself has moved the map: that is no wish to search there. */
  #ownPlace = '';

  constructor(target: HTMLElement) {
    this.#outlineLayer.setStyle((feature) => outlineStyle(feature.getId() === this.#marked));
    this.#map = new OlMap({
      target,
      layers: [worldLayer(), this.#heat.layer, this.#picture, this.#outlineLayer],
      view: worldView(),
    });
  }

  /** Shows what was found: counts by place, and the outlines of some layers. */
  showResult(heat: HeatGrid | undefined, layers: readonly FoundLayer[]): void {
    this.#heat.show(heat);
    this.#outlines.clear();
    this.#outlines.addFeatures(layers.map(outlineOf));
  }

  /** Shows where many layers are, or hides it. */
  showHeat(isShown: boolean): void {
    this.#heat.layer.setVisible(isShown);
  }

  /** Marks the outline of a layer. */
  mark(id: string | undefined): void {
    this.#marked = id;
    this.#outlineLayer.changed();
  }

  /** Draws a layer by its tiles, in the place of the one before; `undefined` for none. */
  showPicture(layer: FoundLayer | undefined): void {
    const url = layer?.tile_url;
    this.#picture.setVisible(url !== undefined);
    if (!layer || url === undefined) return;
    this.#picture.setExtent(toMapExtent(layer.min_x, layer.min_y, layer.max_x, layer.max_y));
    this.#picture.setSource(new XYZ({ url, transition: 200 }));
  }

  /** Moves the map to a box; `undefined` for the world. */
  showBox(box: SearchBox | undefined): void {
    const view = this.#map.getView();
    if (box) view.fit(toMapExtent(box.west, box.south, box.east, box.north));
    else view.fit(toMapExtent(-180, -62, 180, 78));
    this.#ownPlace = this.#place;
  }

  /** The box that is seen; `undefined` where that is the world. */
  get box(): SearchBox | undefined {
    const extent = this.#map.getView().calculateExtent(this.#map.getSize());
    const [west = -180, south = -90, east = 180, north = 90] = transformExtent(
      extent,
      'EPSG:3857',
      'EPSG:4326',
    );
    if (east - west >= ALL_DEGREES) return undefined;
    return {
      west: Math.max(west, -180),
      south: Math.max(south, -90),
      east: Math.min(east, 180),
      north: Math.min(north, 90),
    };
  }

  /** Calls back each time that a reader has moved the map. */
  onMoved(listener: () => void): void {
    this.#map.on('moveend', () => {
      if (this.#place !== this.#ownPlace) listener();
      this.#ownPlace = '';
    });
  }

  /** Calls back with the layer whose outline the pointer is over; `undefined` where it is over none. */
  onPointed(listener: (id: string | undefined) => void): void {
    this.#map.on('pointermove', ({ pixel, dragging }) => {
      if (!dragging) listener(this.#outlineAt(pixel));
    });
  }

  /** Calls back with the layer whose outline was pressed. */
  onPressed(listener: (id: string) => void): void {
    this.#map.on('singleclick', ({ pixel }) => {
      const id = this.#outlineAt(pixel);
      if (id !== undefined) listener(id);
    });
  }

  get #place(): string {
    return this.#map.getView().calculateExtent(this.#map.getSize()).map(Math.round).join();
  }

  /** The smallest outline at a place: others contain it. */
  #outlineAt(pixel: number[]): string | undefined {
    const found = this.#map.getFeaturesAtPixel(pixel, {
      layerFilter: (layer) => layer === this.#outlineLayer,
      hitTolerance: 4,
    });
    const sized = found.map((feature) => ({
      id: feature.getId(),
      area: areaOf(feature.getGeometry()?.getExtent()),
    }));
    const [smallest] = sized.sort((one, other) => one.area - other.area);
    return smallest?.id === undefined ? undefined : String(smallest.id);
  }
}

function outlineOf({ id, min_x, min_y, max_x, max_y }: FoundLayer): Feature {
  const feature = new Feature(fromExtent(toMapExtent(min_x, min_y, max_x, max_y)));
  feature.setId(id);
  return feature;
}

function areaOf(extent: readonly number[] | undefined): number {
  const [west = 0, south = 0, east = 0, north = 0] = extent ?? [];
  return (east - west) * (north - south);
}

function outlineStyle(isMarked: boolean): Style {
  return new Style({
    stroke: new Stroke({ color: isMarked ? MARKED : OUTLINE, width: isMarked ? 2.5 : 1.2 }),
    // So that the inside can be pointed at.
    fill: new Fill({ color: isMarked ? MARKED_FILL : 'rgba(0, 0, 0, 0)' }),
    zIndex: isMarked ? 1 : 0,
  });
}
