import type { Box } from '../../../map-kit/box.ts';

/** A ring or rings of longitude and latitude (EPSG:4326); the first ring of a polygon is its outside, closed. */
export interface Footprint {
  readonly type: 'MultiPolygon';
  readonly coordinates: readonly (readonly (readonly (readonly [longitude: number, latitude: number])[])[])[];
}

/** A product, as it is registered. */
export interface NewProduct {
  readonly identifier: string;
  readonly type: string;
  readonly level: string;
  readonly footprint: Footprint;
  readonly begins: Date;
  readonly ends: Date;
  /** The prefix of its files in the store. */
  readonly prefix: string;
  readonly collections: readonly string[];
  readonly coverages: readonly NewCoverage[];
  readonly masks: readonly NewMask[];
  /** Files of metadata, and quick-looks: kind and path. */
  readonly files: readonly { readonly kind: string; readonly path: string }[];
  /** Further properties that its metadata gave, for searches and pages: `cloudCover`, `platform`. */
  readonly properties: Readonly<Record<string, string | number>>;
}

/** An image of a product. */
export interface NewCoverage {
  readonly identifier: string;
  readonly coverageType: string;
  /** The path of the COG in the collection's target store. */
  readonly path: string;
  readonly widthPixels: number;
  readonly heightPixels: number;
  readonly bandCount: number;
  /** `EPSG:4326`. */
  readonly srs: string;
  /** The box of the image, in that reference system. */
  readonly box: Box;
}

/** A mask of a product: a raster or polygons. */
export interface NewMask {
  readonly name: string;
  readonly path: string;
}

/** A coverage as it is drawn. */
export interface CatalogueCoverage extends NewCoverage {
  readonly id: string;
}

/** A product as it is drawn and searched. */
export interface CatalogueProduct {
  readonly id: string;
  readonly identifier: string;
  readonly type: string;
  readonly level: string;
  readonly footprint: Footprint;
  /** Around the whole footprint; for one across the antimeridian it goes from -180 to 180. */
  readonly box: Box;
  /** Around the footprint, as the index has it: two boxes for one across the antimeridian. */
  readonly boxes: readonly Box[];
  readonly begins: Date;
  readonly ends: Date;
  readonly prefix: string;
  /** Grows each time that the product is replaced: what was drawn of an older version is stale. */
  readonly version: number;
  readonly properties: Readonly<Record<string, string | number>>;
  readonly coverages: readonly CatalogueCoverage[];
}

/** Which products of a collection are looked for. */
export interface ProductFilter {
  readonly collection: string;
  /** In EPSG:4326. Its `minX` is greater than its `maxX` if it is across the antimeridian. */
  readonly box?: Box | undefined;
  /** `begins < end and ends > begin`; a product of an instant counts with inclusive bounds. */
  readonly interval?: { readonly begin: Date; readonly end: Date } | undefined;
  readonly identifier?: string | undefined;
}

/** What was found: the newest first, and whether there are more than the limit. */
export interface FoundProducts {
  readonly products: readonly CatalogueProduct[];
  readonly isCut: boolean;
}

/** Part of the world and of time where pictures of some collections have changed. */
export interface ChangedPlace {
  readonly collections: readonly string[];
  /** In EPSG:4326. */
  readonly boxes: readonly Box[];
  readonly interval: { readonly begin: Date; readonly end: Date };
}

/** A coverage with what is known of its product. */
export interface ListedCoverage extends CatalogueCoverage {
  readonly product: Omit<CatalogueProduct, 'coverages'>;
}

/** What the products of a collection cover together. */
export interface CollectionExtent {
  readonly begins: Date;
  readonly ends: Date;
  readonly box: Box;
}
