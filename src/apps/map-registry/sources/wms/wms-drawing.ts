import { Ajv } from 'ajv';
import { coordinatesOfBox, type NamedCrs } from '../../../../map-kit/axis-order.ts';
import type { Srs } from '../../../../map-kit/crs.ts';
import type { JsonValue } from '../../../../platform/json-value.ts';
import { drawableSrs, plainCrs } from '../crs-codes.ts';
import type { WmsDescription, WmsLayerDescription } from '../description/descriptions.ts';
import type { LayerDrawing, MapWindow } from '../map-source.ts';
import { requestUrl } from '../server-url.ts';

/** How a layer of a WMS is drawn, as it is stored. */
type StoredWmsDrawing = {
  readonly mapUrl: string;
  readonly version: string;
  readonly layer: string;
  readonly format: string;
  /** Names of systems, as the server writes them; the preferred one first. */
  readonly systems: readonly string[];
};

const text = { type: 'string' } as const;

const isStoredWmsDrawing = new Ajv().compile<StoredWmsDrawing>({
  type: 'object',
  required: ['mapUrl', 'version', 'layer', 'format', 'systems'],
  properties: {
    mapUrl: text,
    version: text,
    layer: text,
    format: text,
    systems: { type: 'array', minItems: 1, maxItems: 2, items: text },
  },
});

/** What servers have that state no systems. */
const UNSTATED = ['EPSG:4326'];

/** Returns how a layer is drawn, to be stored; null where its server has no system that maps are drawn in. */
export function wmsDrawing(
  { version, formats }: WmsDescription,
  layer: WmsLayerDescription,
  mapUrl: URL,
): JsonValue {
  const names = layer.srs.length === 0 ? UNSTATED : layer.drawableNames;
  const systems = (['EPSG:4326', 'EPSG:3857'] as const).flatMap((srs) => nameFor(names, srs) ?? []);
  if (systems.length === 0) return null;
  const stored: StoredWmsDrawing = {
    mapUrl: mapUrl.href,
    version: version.startsWith('1.3') ? '1.3.0' : '1.1.1',
    layer: layer.name,
    format: chooseFormat(formats),
    systems,
  };
  return stored;
}

/** Returns how a layer is drawn, to be stored, as every WMS should be able to: by version 1.1.1, as PNG, in EPSG:4326. */
export function assumedWmsDrawing(server: URL, layerName: string): JsonValue {
  const stored: StoredWmsDrawing = {
    mapUrl: server.href,
    version: '1.1.1',
    layer: layerName,
    format: 'image/png',
    systems: UNSTATED,
  };
  return stored;
}

/** Makes of what is stored how a layer is drawn; `undefined` where it has another form. */
export function openWmsDrawing(stored: JsonValue): LayerDrawing | undefined {
  if (!isStoredWmsDrawing(stored)) return undefined;
  const server = URL.parse(stored.mapUrl);
  const systems = stored.systems.flatMap((name) => namedCrs(name, stored.version) ?? []);
  if (!server || systems.length === 0) return undefined;
  return {
    kind: 'map',
    systems: systems.map(({ srs }) => srs),
    mapUrl: (window) => mapUrlOf(server, stored, systems, window),
  };
}

function mapUrlOf(
  server: URL,
  { version, layer, format }: StoredWmsDrawing,
  systems: readonly NamedCrs[],
  window: MapWindow,
): URL {
  const system = systems.find(({ srs }) => srs === window.srs);
  if (!system) throw new RangeError(`The layer ${layer} is not drawn in ${window.srs}.`);
  return requestUrl(server, {
    SERVICE: 'WMS',
    VERSION: version,
    REQUEST: 'GetMap',
    LAYERS: layer,
    STYLES: '',
    [version === '1.3.0' ? 'CRS' : 'SRS']: system.name,
    BBOX: coordinatesOfBox(window.box, system).join(','),
    WIDTH: String(window.widthPixels),
    HEIGHT: String(window.heightPixels),
    FORMAT: format,
    ...(window.isTransparent && format.startsWith('image/png') ? { TRANSPARENT: 'TRUE' } : {}),
  });
}

/** From 1.3.0 on, EPSG:4326 has the latitude first. */
function namedCrs(name: string, version: string): NamedCrs | undefined {
  const srs = drawableSrs(name);
  return srs && { name, srs, isLatitudeFirst: version === '1.3.0' && plainCrs(name) === 'EPSG:4326' };
}

/** The system's own name rather than an alias of it. */
function nameFor(names: readonly string[], srs: Srs): string | undefined {
  return names.find((name) => plainCrs(name) === srs) ?? names.find((name) => drawableSrs(name) === srs);
}

function chooseFormat(formats: readonly string[]): string {
  const find = (isWanted: (format: string) => boolean) => formats.find((format) => isWanted(format.trim()));
  return (
    find((format) => format === 'image/png') ??
    find((format) => /^image\/png\b/.test(format)) ??
    find((format) => /^image\/jpe?g$/.test(format)) ??
    find((format) => /^image\/(gif|webp)$/.test(format)) ??
    'image/png'
  ).trim();
}
