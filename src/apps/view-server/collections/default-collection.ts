import type {
  Collection,
  FileStoreDescription,
  LevelMapping,
  PreprocessingSteps,
  TypeBrowses,
} from './collection.ts';

const COVERAGES: LevelMapping['coverages'] = { '': 'image' };

const STEPS: PreprocessingSteps = {
  nested: false,
  moveFiles: false,
  dataFileGlobs: ['*.{tif,tiff,TIF,TIFF}'],
  output: {},
};

const TRUE_COLOR: TypeBrowses = {
  defaultBrowse: 'TRUE_COLOR',
  browses: {
    TRUE_COLOR: { channels: [1, 2, 3].map((band) => ({ band, min: 0, max: 255, nodata: undefined })) },
  },
};

/** What a collection has that the file does not describe, or describes in part. */
export const DEFAULTS = {
  replacesFiles: true,
  replacesProducts: true,
  metadataGlob: '*.{xml,json}',
  typeXpaths: ["//*[local-name()='productType']", "//*[local-name()='parentIdentifier']"],
  levelXpaths: ["//*[local-name()='processingLevel']", "//*[local-name()='productLevel']"],
  steps: STEPS,
  coverages: COVERAGES,
  mappingOf: (id: string): Collection['mapping'] => ({
    '': { '': { collections: [id], coverages: COVERAGES, masks: {} } },
  }),
  browses: { '': TRUE_COLOR },
  seedsProducts: false,
  seedZooms: { min: 0, max: 6 },
} as const;

/** The collection that there is without a file. */
export function defaultCollection(
  id: string,
  { source, target }: { readonly source: FileStoreDescription; readonly target: FileStoreDescription },
): Collection {
  return {
    id,
    title: id,
    paths: [],
    source,
    target,
    replacesFiles: DEFAULTS.replacesFiles,
    replacesProducts: DEFAULTS.replacesProducts,
    metadataGlob: DEFAULTS.metadataGlob,
    typeXpaths: DEFAULTS.typeXpaths,
    levelXpaths: DEFAULTS.levelXpaths,
    preprocessing: { defaults: DEFAULTS.steps, types: {} },
    mapping: DEFAULTS.mappingOf(id),
    browses: DEFAULTS.browses,
    seedsProducts: DEFAULTS.seedsProducts,
    seedZooms: DEFAULTS.seedZooms,
  };
}
