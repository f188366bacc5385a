import type { Box } from '../../../map-kit/box.ts';
import type { JsonValue } from '../../../platform/json-value.ts';

/** The kinds of map services, as the API and CSW name them. */
export const SERVICE_TYPES = [
  'OGC:CSW',
  'OGC:WMS',
  'OGC:WMTS',
  'OSGeo:TMS',
  'ESRI:ArcGIS:MapServer',
  'ESRI:ArcGIS:ImageServer',
  'Hypermap:WorldMap',
  'Hypermap:WorldMapLegacy',
  'Hypermap:WARPER',
] as const;

/** One of {@link SERVICE_TYPES}. */
export type ServiceType = (typeof SERVICE_TYPES)[number];

/** Returns a kind without whose it is: `MapServer`. */
export function shortTypeOf(type: ServiceType): string {
  return type.replace(/^(OGC|OSGeo|Hypermap|ESRI:ArcGIS):/, '');
}

/** A catalogue: services and layers that are searched together. Its slug is part of its addresses. */
export interface Catalog {
  /** A `bigint` of Postgres, as text. */
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  /** Where a remote catalogue is: searches are forwarded there. Null for one of this installation. */
  readonly url: string | null;
  /** Another one after each emptying of its index. */
  readonly indexGeneration: string;
}

/** A date of a layer. */
export interface LayerDate {
  /** `1855-01-01`, `-0160-01-01`, `-500000000-01-01`. */
  readonly date: string;
  readonly origin: 'detected' | 'metadata';
}

/** The world, which layers have whose server states no box. In longitude and latitude. */
export const WORLD_BOX: Box = { minX: -180, minY: -90, maxX: 180, maxY: 90 };

/** A service, as `map_registry.services` stores it. */
export interface StoredService {
  readonly id: string;
  readonly uuid: string;
  readonly catalogId: string;
  readonly type: ServiceType;
  readonly url: string;
  /** The host of the URL, in lower case, without the port. */
  readonly host: string;
  readonly title: string;
  readonly abstract: string;
  readonly keywords: readonly string[];
  /** Codes: `EPSG:3857`. */
  readonly srs: readonly string[];
  readonly isValid: boolean;
  readonly isActive: boolean;
  readonly isPublic: boolean;
  readonly isMonitored: boolean;
}

/** A layer, as `map_registry.layers` stores it. */
export interface StoredLayer {
  readonly id: string;
  readonly uuid: string;
  readonly catalogId: string;
  readonly serviceId: string;
  readonly name: string;
  readonly title: string;
  readonly abstract: string;
  readonly keywords: readonly string[];
  /** In longitude and latitude. */
  readonly box: Box;
  readonly srs: readonly string[];
  readonly isValid: boolean;
  readonly isActive: boolean;
  readonly isPublic: boolean;
  readonly isMonitored: boolean;
  readonly wasDeleted: boolean;
  /** How its source draws it: what the source stored at the harvest. Null where it cannot be drawn. */
  readonly drawing: JsonValue | null;
}
