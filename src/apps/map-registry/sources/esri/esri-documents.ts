import { Ajv } from 'ajv';
import type { EsriExtent, EsriSpatialReference } from './esri-extent.ts';

/** The root of a server, or a folder. */
export interface EsriFolder {
  readonly folders?: readonly string[] | null;
  readonly services?: readonly { readonly name: string; readonly type: string }[] | null;
}

/** A `MapServer`. */
export interface EsriMapServer {
  readonly mapName?: string | null;
  readonly serviceDescription?: string | null;
  readonly description?: string | null;
  readonly layers: readonly { readonly id: number; readonly name: string }[];
  readonly spatialReference?: EsriSpatialReference | null;
  readonly fullExtent?: EsriExtent | null;
  readonly documentInfo?: { readonly Title?: string | null; readonly Keywords?: string | null } | null;
}

/** All layers of a `MapServer` with what each says of itself. */
export interface EsriLayers {
  readonly layers: readonly {
    readonly id: number;
    readonly description?: string | null;
    readonly extent?: EsriExtent | null;
  }[];
}

/** An `ImageServer`. */
export interface EsriImageServer {
  readonly name?: string | null;
  readonly serviceDescription?: string | null;
  readonly description?: string | null;
  readonly extent: EsriExtent;
  readonly spatialReference?: EsriSpatialReference | null;
}

const ajv = new Ajv({ allowUnionTypes: true });

const text = { type: ['string', 'null'] };
const id = { type: 'integer', minimum: 0, maximum: 1e9 };
const spatialReference = {
  type: ['object', 'null'],
  properties: {
    wkid: { type: ['integer', 'null'] },
    latestWkid: { type: ['integer', 'null'] },
    wkt: text,
  },
};
const extent = { type: ['object', 'null'], properties: { spatialReference } };

/** Folders have at least one of the two lists. */
export const isEsriFolder = ajv.compile<EsriFolder>({
  type: 'object',
  anyOf: [{ required: ['services'] }, { required: ['folders'] }],
  properties: {
    folders: { type: ['array', 'null'], items: { type: 'string', maxLength: 200 } },
    services: {
      type: ['array', 'null'],
      items: {
        type: 'object',
        required: ['name', 'type'],
        properties: { name: { type: 'string', maxLength: 500 }, type: { type: 'string' } },
      },
    },
  },
});

export const isEsriMapServer = ajv.compile<EsriMapServer>({
  type: 'object',
  required: ['layers'],
  properties: {
    mapName: text,
    serviceDescription: text,
    description: text,
    layers: {
      type: 'array',
      items: { type: 'object', required: ['id', 'name'], properties: { id, name: { type: 'string' } } },
    },
    spatialReference,
    fullExtent: extent,
    documentInfo: { type: ['object', 'null'], properties: { Title: text, Keywords: text } },
  },
});

export const isEsriLayers = ajv.compile<EsriLayers>({
  type: 'object',
  required: ['layers'],
  properties: {
    layers: {
      type: 'array',
      items: { type: 'object', required: ['id'], properties: { id, description: text, extent } },
    },
  },
});

export const isEsriImageServer = ajv.compile<EsriImageServer>({
  type: 'object',
  required: ['extent'],
  properties: {
    name: text,
    serviceDescription: text,
    description: text,
    extent: { ...extent, type: 'object' },
    spatialReference,
  },
});
