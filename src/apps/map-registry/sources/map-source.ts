import type { Box } from '../../../map-kit/box.ts';
import type { Srs } from '../../../map-kit/crs.ts';
import type { JsonValue } from '../../../platform/json-value.ts';
import type { OutsideClient } from '../fetching/outside-client.ts';
import type { LayerDate, ServiceType } from '../layers/layer.ts';

/** What the settings say to sources. */
export interface SourceSettings {
  /** Hosts, some with a port: `mapwarper.net`. */
  readonly warperHosts: readonly string[];
  readonly worldMapHosts: readonly string[];
  readonly worldMapLegacyHosts: readonly string[];
  /** Sent to WorldMaps alone. */
  readonly worldMapAccount: { readonly username: string; readonly password: string } | undefined;
  readonly cswPageRecords: number;
}

/** What reading a server takes. */
export interface SourceContext {
  readonly client: OutsideClient;
  readonly settings: SourceSettings;
  /** Ends the work. */
  readonly signal: AbortSignal;
  /** Layers of one service that are read at most; `undefined` for all, within the source's own limit. */
  readonly maximumLayers: number | undefined;
}

/** A service that was found at an endpoint. */
export interface DetectedService {
  readonly type: ServiceType;
  readonly url: string;
  readonly title?: string;
  readonly abstract?: string;
}

/** An endpoint that is looked at. */
export interface EndpointAddress {
  readonly url: URL;
  /** Whether all folders and services of an Esri server are taken, rather than the one that the URL names. */
  readonly isGreedy: boolean;
}

/** A layer, as its server describes it. */
export interface HarvestedLayer {
  /** Unique within its service. */
  readonly name: string;
  readonly title: string;
  readonly abstract: string;
  readonly keywords: readonly string[];
  /**
   * In longitude and latitude, as the server states it or inherits it; `undefined` where it states none. It may be out of
   * range or swapped: the harvest mends it.
   */
  readonly box: Box | undefined;
  /** Codes: `EPSG:4326`. */
  readonly srs: readonly string[];
  /** Dates of its metadata. Those in its texts are found by the harvest. */
  readonly dates: readonly LayerDate[];
  /** The page for people. */
  readonly pageUrl?: string;
  /** What {@link MapSource.openDrawing} is given; null where it cannot be drawn. */
  readonly drawing: JsonValue | null;
  /** Whether the server itself says that it is gone (WorldMap). */
  readonly wasDeleted?: boolean;
  /** WorldMap. */
  readonly category?: string;
  /** WorldMap. */
  readonly username?: string;
}

/** A service, as its server describes it. */
export interface HarvestedService {
  readonly title: string;
  readonly abstract: string;
  readonly keywords: readonly string[];
  readonly srs: readonly string[];
  readonly layers: readonly HarvestedLayer[];
  /** Whether `layers` are all layers that it has: only then can one have vanished. */
  readonly isComplete: boolean;
  /** What a later harvest sends to hear that nothing has changed. */
  readonly validators: HarvestValidators;
}

/** What tells whether a description has changed. */
export interface HarvestValidators {
  readonly etag?: string | undefined;
  readonly lastModified?: string | undefined;
  /** A digest of the description. */
  readonly digest?: string | undefined;
}

/** A service that is harvested. */
export interface ServiceToHarvest {
  readonly type: ServiceType;
  readonly url: string;
  /** Of the harvest before. */
  readonly validators: HarvestValidators;
}

/** A map that is drawn of a layer. */
export interface MapWindow {
  /** In the units of `srs`; x is longitude or east. */
  readonly box: Box;
  readonly srs: Srs;
  readonly widthPixels: number;
  readonly heightPixels: number;
  /** Whether what is empty stays transparent, where the server can do that. */
  readonly isTransparent: boolean;
}

/** A level of tiles. */
export interface TileLevel {
  /** Units of the system that a pixel covers. */
  readonly resolution: number;
  readonly columns: number;
  readonly rows: number;
  /** The corner of the tile 0/0: its left, and its top. Rows are counted downwards. */
  readonly left: number;
  readonly top: number;
  readonly tileWidthPixels: number;
  readonly tileHeightPixels: number;
}

/** How a layer is drawn by its server: any map, or tiles. */
export type LayerDrawing =
  | {
      readonly kind: 'map';
      /** The systems that its server takes, the preferred one first; never empty. */
      readonly systems: readonly Srs[];
      readonly mapUrl: (window: MapWindow) => URL;
    }
  | {
      readonly kind: 'tiles';
      readonly srs: Srs;
      /** From the coarsest; never empty. */
      readonly levels: readonly TileLevel[];
      readonly tileUrl: (level: number, column: number, row: number) => URL;
    };

/**
 * A kind of server that services and layers come from. Whatever a server sends, a source throws {@link SourceError} or
 * {@link OutsideRequestError} and nothing else; it reads no more than the limits of its client.
 */
export interface MapSource {
  readonly types: readonly ServiceType[];
  /**
   * Looks whether an endpoint is of this kind.
   *
   * @returns its services; `undefined` where it is not of this kind.
   * @throws {OutsideRequestError} where it does not reply.
   */
  readonly detect: (
    endpoint: EndpointAddress,
    context: SourceContext,
  ) => Promise<readonly DetectedService[] | undefined>;
  /** Reads a service and its layers. Returns `unchanged` where the description is that of the validators. */
  readonly harvest: (
    service: ServiceToHarvest,
    context: SourceContext,
  ) => Promise<HarvestedService | 'unchanged'>;
  /** Makes of a stored drawing how the layer is drawn. `undefined` where it is not in the form of this source. */
  readonly openDrawing: (stored: JsonValue) => LayerDrawing | undefined;
  /**
   * Returns how a layer is drawn, to be stored, where only the address of its server and its name are known. Sources that have to read the
   * server first do not have this function; a task reads it.
   */
  readonly assumeDrawing?: (server: URL, layerName: string) => JsonValue;
}

/** A server sent something that is not what its kind of service sends. The message says what, for people. */
export class SourceError extends Error {
  override readonly name = 'SourceError';
}
