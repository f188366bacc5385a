import type { CogOptions } from '../cog/cog-engine.ts';

/** A collection, as the file of collections (`VIEW_SERVER_COLLECTIONS`) describes it. */
export interface Collection {
  readonly id: string;
  readonly title: string;
  /** Globs of the pushed paths that belong to it: `vhr18/**`. Those of no collection belong to that of the setting `COLLECTION`. */
  readonly paths: readonly string[];
  /** Where packages come from. */
  readonly source: FileStoreDescription;
  /** Where COGs and metadata go, and where they are served from. */
  readonly target: FileStoreDescription;
  /** Whether objects that exist are written again. */
  readonly replacesFiles: boolean;
  /** Whether a product that exists is registered again, in place of the old one. */
  readonly replacesProducts: boolean;
  /** Which file of a package describes it: `*GSC*.xml`. */
  readonly metadataGlob: string;
  /** Tried in order until one finds text in the metadata. */
  readonly typeXpaths: readonly string[];
  readonly levelXpaths: readonly string[];
  readonly preprocessing: {
    readonly defaults: PreprocessingSteps;
    readonly types: Readonly<Record<string, PreprocessingSteps>>;
  };
  /** What a product of a type and a level becomes. An empty type or level means all others. */
  readonly mapping: Readonly<Record<string, Readonly<Record<string, LevelMapping>>>>;
  /** The pictures that can be made of products of a type. An empty type means all others. */
  readonly browses: Readonly<Record<string, TypeBrowses>>;
  /** Whether the interval of a product is seeded after it was registered. */
  readonly seedsProducts: boolean;
  readonly seedZooms: { readonly min: number; readonly max: number };
}

/** No collection has this id. */
export class UnknownCollectionError extends Error {
  override readonly name = 'UnknownCollectionError';

  constructor(id: string) {
    super(`There is no collection ${id}`);
  }
}

/** The file of collections cannot be used; the message says why, and where. */
export class CollectionsFileError extends Error {
  override readonly name = 'CollectionsFileError';
}

/** Where files are. */
export type FileStoreDescription =
  /** The prefix is that of all keys: empty, or with a slash at its end. */
  | { readonly type: 's3'; readonly bucket: string; readonly prefix: string }
  | { readonly type: 'local'; readonly folder: string };

/** What is done with the files of a package. The steps of a type are complete: what the file leaves out is that of the defaults. */
export interface PreprocessingSteps {
  /** Whether the package holds packages. */
  readonly nested: boolean;
  /** Whether files of all folders are moved to one. */
  readonly moveFiles: boolean;
  /** Which files are images. */
  readonly dataFileGlobs: readonly string[];
  readonly output: Partial<CogOptions>;
}

/** What a product of one type and level becomes in the catalogue. */
export interface LevelMapping {
  readonly collections: readonly string[];
  /** Coverage types, by the names of raster assets; `''` means all others. */
  readonly coverages: Readonly<Record<string, string>>;
  readonly masks: Readonly<Record<string, string>>;
}

/** The browses of a product type. */
export interface TypeBrowses {
  readonly defaultBrowse: string;
  readonly browses: Readonly<Record<string, Browse>>;
}

/** How a picture is made of a coverage's bands: three, four with alpha, or one grey band. */
export interface Browse {
  readonly channels: readonly BrowseChannel[];
}

/** A band, and which of its values are black and white. */
export interface BrowseChannel {
  /** From 1. */
  readonly band: number;
  readonly min: number;
  readonly max: number;
  readonly nodata: number | undefined;
}
