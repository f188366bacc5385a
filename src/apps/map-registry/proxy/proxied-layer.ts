import { createHash } from 'node:crypto';
import type { Box } from '../../../map-kit/box.ts';
import { OgcError } from '../../../map-kit/ogc-error.ts';
import type { DatabaseOrTransaction } from '../../../platform/database/connection.ts';
import type { JsonValue } from '../../../platform/json-value.ts';
import { findCatalog } from '../catalogs/stored-catalogs.ts';
import type { ServiceType } from '../layers/layer.ts';
import { findLayerOf, type LayerDetails } from '../layers/stored-layers.ts';
import { findService, type ServiceDetails } from '../layers/stored-services.ts';
import type { LayerDrawing } from '../sources/map-source.ts';

/** Makes of a stored drawing how a layer of a kind of services is drawn; `undefined` where it is not in the form of that kind. */
export type OpenDrawing = (type: ServiceType, stored: JsonValue) => LayerDrawing | undefined;

/** A layer whose maps are drawn here. */
export interface ProxiedLayer {
  readonly layer: LayerDetails;
  readonly service: ServiceDetails;
  readonly drawing: LayerDrawing;
  /** Identifies how it is drawn: tiles of an earlier drawing are not served for a new one. */
  readonly digest: string;
}

/** A box as wide as this is taken for the whole world: some servers give both ends of a box across the antimeridian in the wrong order. */
const WHOLE_WORLD_DEGREES = 300;

/**
 * Finds the layer of an address.
 *
 * @param key its UUID or its id.
 * @throws {OgcError} 404: there is none, it is not public, or its server cannot draw it.
 */
export async function findProxiedLayer(
  database: DatabaseOrTransaction,
  openDrawing: OpenDrawing,
  slug: string,
  key: string,
): Promise<ProxiedLayer> {
  const catalog = await findCatalog(database, slug);
  if (!catalog) throw notFound(`There is no catalogue ${JSON.stringify(slug.slice(0, 60))}.`);
  const layer = await findLayerOf(database, catalog.id, key);
  const service = layer && (await findService(database, layer.serviceId));
  if (!layer || !service || !layer.isPublic || !service.isPublic) {
    throw notFound(`The catalogue has no layer ${JSON.stringify(key.slice(0, 60))}.`);
  }
  const drawing = layer.drawing === null ? undefined : openDrawing(service.type, layer.drawing);
  if (!drawing) {
    throw notFound('It is not known how the layer is drawn. A check of its service may find out.');
  }
  const digest = createHash('sha256').update(JSON.stringify(layer.drawing)).digest('base64url').slice(0, 12);
  return { layer, service, drawing, digest };
}

/** Returns where a layer can have something, in longitude and latitude. */
export function reachOf({ box }: LayerDetails): Box {
  const isWholeWorld = box.maxX - box.minX >= WHOLE_WORLD_DEGREES;
  return isWholeWorld ? { ...box, minX: -180, maxX: 180 } : box;
}

function notFound(message: string): OgcError {
  return new OgcError('InvalidParameterValue', message, { status: 404 });
}
