import type { Box } from '../../../map-kit/box.ts';

/** A picture of a map that is to be drawn. */
export interface MapRequest {
  /** `{collection}`, `{collection}__{browse}`, `{collection}__outlines`, `{collection}__outlined`, or a product with such a suffix. */
  readonly layer: string;
  /** In the reference system below. */
  readonly box: Box;
  readonly srs: 'EPSG:4326' | 'EPSG:3857';
  readonly widthPixels: number;
  readonly heightPixels: number;
  /** Default: the whole time of the collection. */
  readonly interval?: { readonly begin: Date; readonly end: Date } | undefined;
  /** Products that are drawn at most; the newest are on top, and the oldest are left out. */
  readonly maximumProducts: number;
}

/** What was drawn. */
export interface MapPicture {
  /** Red, green, blue, alpha; rows from north to south. */
  readonly rgba: Buffer;
  readonly widthPixels: number;
  readonly heightPixels: number;
  /** How many products were drawn, and whether older ones were left out. */
  readonly productCount: number;
  readonly isCut: boolean;
  /** Lets the next picture have the memory of this one, which must not be used any more. Calling it is optional. */
  readonly release?: () => void;
}

/** Draws maps of what the catalogue holds. */
export interface MapRenderer {
  /**
   * @throws {UnknownLayerError}
   * @throws {FileStoreError} an image cannot be read: never an empty picture instead.
   */
  draw(request: MapRequest, signal: AbortSignal): Promise<MapPicture>;
}

/** A layer that the catalogue does not have. */
export class UnknownLayerError extends Error {
  override readonly name = 'UnknownLayerError';
}
