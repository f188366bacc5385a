import { Ajv } from 'ajv';
import type { Srs } from '../../../../map-kit/crs.ts';
import type { JsonValue } from '../../../../platform/json-value.ts';
import type { LayerDrawing, MapWindow } from '../map-source.ts';

/** How a layer is drawn, as it is stored. A type and no interface, so that it is a {@link JsonValue}. */
type StoredEsriDrawing = {
  readonly serviceUrl: string;
  readonly operation: 'export' | 'exportImage';
  /** Of a `MapServer`. */
  readonly layerId?: number;
};

const isStoredEsriDrawing = new Ajv().compile<StoredEsriDrawing>({
  type: 'object',
  required: ['serviceUrl', 'operation'],
  properties: {
    serviceUrl: { type: 'string' },
    operation: { enum: ['export', 'exportImage'] },
    layerId: { type: 'integer', minimum: 0 },
  },
});

/** Codes that servers of all versions know. */
const WKIDS: Readonly<Record<Srs, string>> = { 'EPSG:3857': '102100', 'EPSG:4326': '4326' };

/** Returns how a layer of a `MapServer` is drawn, to be stored. */
export function mapServerDrawing(serviceUrl: string, layerId: number): JsonValue {
  const stored: StoredEsriDrawing = { serviceUrl, operation: 'export', layerId };
  return stored;
}

/** Returns how an `ImageServer` is drawn, to be stored. */
export function imageServerDrawing(serviceUrl: string): JsonValue {
  const stored: StoredEsriDrawing = { serviceUrl, operation: 'exportImage' };
  return stored;
}

/** Makes of what is stored how a layer is drawn; `undefined` where it has another form. Servers draw in any system. */
export function openEsriDrawing(stored: JsonValue): LayerDrawing | undefined {
  if (!isStoredEsriDrawing(stored) || !URL.canParse(stored.serviceUrl)) return undefined;
  return {
    kind: 'map',
    systems: ['EPSG:3857', 'EPSG:4326'],
    mapUrl: (window) => mapUrlOf(stored, window),
  };
}

function mapUrlOf(
  { serviceUrl, operation, layerId }: StoredEsriDrawing,
  { box, srs, widthPixels, heightPixels, isTransparent }: MapWindow,
): URL {
  const url = new URL(serviceUrl);
  url.pathname = `${url.pathname.replace(/\/$/, '')}/${operation}`;
  const wkid = WKIDS[srs];
  for (const [name, value] of Object.entries({
    bbox: [box.minX, box.minY, box.maxX, box.maxY].join(','),
    bboxSR: wkid,
    imageSR: wkid,
    size: `${widthPixels},${heightPixels}`,
    format: 'png32',
    transparent: String(isTransparent),
    ...(layerId === undefined ? {} : { layers: `show:${layerId}` }),
    // Otherwise newer servers enlarge the box where the pixels are not square.
    adjustAspectRatio: 'false',
    f: 'image',
  })) {
    url.searchParams.set(name, value);
  }
  return url;
}
