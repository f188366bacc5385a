import { isAbsolute, normalize } from 'node:path';
import type { CogOptions } from '../cog/cog-engine.ts';
import { faultOfPath } from '../files/file-path.ts';
import type {
  Browse,
  BrowseChannel,
  Collection,
  FileStoreDescription,
  LevelMapping,
  PreprocessingSteps,
  TypeBrowses,
} from './collection.ts';
import type {
  BrowseForm,
  ChannelForm,
  CollectionForm,
  ExtractorForm,
  MappingForm,
  OutputForm,
  ProductTypeForm,
  StepsForm,
  StoreForm,
} from './collections-schema.ts';
import { DEFAULTS } from './default-collection.ts';

/** Something in the file that cannot be. */
export interface Fault {
  /** The keys that lead to it. */
  readonly path: readonly string[];
  /** What follows the name of the place: `is not known`. */
  readonly message: string;
}

/** What reading a form needs. */
export interface FormContext {
  /** Of all collections. */
  readonly names: readonly string[];
  readonly reportFault: (fault: Fault) => void;
}

type Report = (path: readonly string[], message: string) => void;

/** Makes a collection of what the file has about it; what it leaves out is as in the collection that there is without a file. */
export function collectionOfForm(
  id: string,
  form: CollectionForm,
  { names, reportFault }: FormContext,
): Collection {
  const report: Report = (path, message) => reportFault({ path: ['collections', id, ...path], message });
  const { preprocessing = {}, registrar = {}, seeding = {} } = form;
  const defaults = stepsOf(
    preprocessing.defaults ?? {},
    DEFAULTS.steps,
    at(report, 'preprocessing', 'defaults'),
  );
  const seedZooms = {
    min: seeding.min_zoom ?? DEFAULTS.seedZooms.min,
    max: seeding.max_zoom ?? DEFAULTS.seedZooms.max,
  };
  if (seedZooms.min > seedZooms.max) report(['seeding'], 'has a min_zoom above its max_zoom');
  const source = storeOf(form.source, at(report, 'source'));
  const target = storeOf(form.target, at(report, 'target'));
  if (source.type === 'local' && target.type === 'local' && source.folder === target.folder) {
    // A product's folder has the path of its package, which is a file there.
    report(['target'], 'has the folder of the source');
  }
  return {
    id,
    title: form.title ?? id,
    paths: form.paths ?? [],
    source,
    target,
    replacesFiles: form.target.replace ?? DEFAULTS.replacesFiles,
    replacesProducts: registrar.replace ?? DEFAULTS.replacesProducts,
    metadataGlob: form.metadata_glob ?? DEFAULTS.metadataGlob,
    typeXpaths: xpathsOf(form.type_extractor) ?? DEFAULTS.typeXpaths,
    levelXpaths: xpathsOf(form.level_extractor) ?? DEFAULTS.levelXpaths,
    preprocessing: {
      defaults,
      types: mapValues(preprocessing.types ?? {}, (each, type) =>
        stepsOf(each, defaults, at(report, 'preprocessing', 'types', type)),
      ),
    },
    mapping: registrar.mapping
      ? mapValues(registrar.mapping, (levels, type) =>
          mapValues(levels, (each, level) =>
            mappingOf(id, each, names, at(report, 'registrar', 'mapping', type, level)),
          ),
        )
      : DEFAULTS.mappingOf(id),
    browses: form.products
      ? mapValues(form.products.types, (each, type) => browsesOf(each, at(report, 'products', 'types', type)))
      : DEFAULTS.browses,
    seedsProducts: seeding.enabled ?? DEFAULTS.seedsProducts,
    seedZooms,
  };
}

function storeOf({ type, kwargs }: StoreForm, report: Report): FileStoreDescription {
  if (type === 'local') {
    const { folder = '' } = kwargs;
    if (!isAbsolute(folder)) report(['kwargs'], 'needs a folder, as an absolute path');
    return { type, folder: normalize(folder).replace(/(?<=.)\/$/, '') };
  }
  const bucket = kwargs.bucket ?? kwargs.container ?? '';
  if (bucket === '' || bucket.includes('/')) report(['kwargs'], 'needs the name of a bucket');
  const prefix = (kwargs.prefix ?? '').replace(/\/$/, '');
  const fault = prefix === '' ? undefined : faultOfPath(prefix);
  if (fault !== undefined) report(['kwargs', 'prefix'], `cannot be used: ${fault}`);
  return { type, bucket, prefix: prefix === '' ? '' : `${prefix}/` };
}

function xpathsOf(form: ExtractorForm | undefined): readonly string[] | undefined {
  if (form === undefined) return undefined;
  return typeof form.xpath === 'string' ? [form.xpath] : form.xpath;
}

function stepsOf(form: StepsForm, defaults: PreprocessingSteps, report: Report): PreprocessingSteps {
  const output = outputOf(form.output?.options ?? {}, at(report, 'output', 'options'));
  return {
    nested: form.nested ?? defaults.nested,
    moveFiles: form.move_files ?? defaults.moveFiles,
    dataFileGlobs: form.data_file_globs ?? defaults.dataFileGlobs,
    output: { ...defaults.output, ...output },
  };
}

function outputOf(form: OutputForm, report: Report): Partial<CogOptions> {
  const creation = Object.assign(
    {},
    ...(form.creationOptions ?? []).map((each) => creationOption(each, report)),
  );
  return {
    ...(form.dstSRS === undefined ? {} : { targetSrs: form.dstSRS }),
    ...(form.dstNodata === undefined ? {} : { nodata: form.dstNodata }),
    ...(form.resampleAlg === undefined ? {} : { resampling: form.resampleAlg }),
    ...creation,
  };
}

/** An option of GDAL's COG driver: `BLOCKSIZE=512`. */
function creationOption(text: string, report: Report): Partial<CogOptions> {
  const equals = text.indexOf('=');
  const [name, value] = [text.slice(0, equals), text.slice(equals + 1)];
  const read = CREATION_OPTIONS[name];
  const option = read?.(value);
  if (option) return option;
  report(
    ['creationOptions'],
    read ? `has ${text}: the value is not known` : `has ${name}, which is not known`,
  );
  return {};
}

const CREATION_OPTIONS: Readonly<Record<string, (value: string) => Partial<CogOptions> | undefined>> = {
  BLOCKSIZE: (value) => {
    const blockSizePixels = wholeNumber(value, 128, 4_096);
    return blockSizePixels === undefined || blockSizePixels % 16 > 0 ? undefined : { blockSizePixels };
  },
  COMPRESS: (value) =>
    value === 'DEFLATE' || value === 'ZSTD' || value === 'NONE' ? { compression: value } : undefined,
  LEVEL: (value) => {
    const compressionLevel = wholeNumber(value, 1, 22);
    return compressionLevel === undefined ? undefined : { compressionLevel };
  },
  PREDICTOR: (value) => {
    if (!['YES', 'NO', 'STANDARD', 'FLOATING_POINT'].includes(value)) return undefined;
    return { hasPredictor: value !== 'NO' };
  },
  RESAMPLING: (value) => {
    const resampling = value.toLowerCase();
    return resampling === 'nearest' || resampling === 'bilinear' ? { resampling } : undefined;
  },
  OVERVIEW_RESAMPLING: (value) => {
    const overviewResampling = value.toLowerCase();
    return overviewResampling === 'nearest' || overviewResampling === 'average'
      ? { overviewResampling }
      : undefined;
  },
  BIGTIFF: (value) => {
    if (value === 'YES') return { bigTiff: 'YES' };
    return ['IF_NEEDED', 'IF_SAFER', 'NO'].includes(value) ? { bigTiff: 'IF_NEEDED' } : undefined;
  },
  NUM_THREADS: (value) => {
    const threadCount = wholeNumber(value, 1, 64);
    // ALL_CPUS: as many as the settings say.
    return value === 'ALL_CPUS' ? {} : threadCount === undefined ? undefined : { threadCount };
  },
  OVERVIEWS: (value) => (value === 'AUTO' || value === 'IGNORE_EXISTING' ? {} : undefined),
};

function wholeNumber(text: string, minimum: number, maximum: number): number | undefined {
  const number = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  return number >= minimum && number <= maximum ? number : undefined;
}

function mappingOf(id: string, form: MappingForm, names: readonly string[], report: Report): LevelMapping {
  const collections = form.collections ?? [id];
  for (const name of collections) {
    if (!names.includes(name)) report(['collections'], `names ${name}, which the file does not have`);
  }
  return { collections, coverages: form.coverages ?? DEFAULTS.coverages, masks: form.masks ?? {} };
}

function browsesOf(form: ProductTypeForm, report: Report): TypeBrowses {
  if (!Object.hasOwn(form.browses, form.default_browse)) {
    report(['default_browse'], `is ${form.default_browse}, which is none of its browses`);
  }
  return {
    defaultBrowse: form.default_browse,
    browses: mapValues(form.browses, (each, name) => browseOf(each, at(report, 'browses', name))),
  };
}

function browseOf({ red, green, blue, alpha, grey }: BrowseForm, report: Report): Browse {
  const isColour = red && green && blue && !grey;
  if (!isColour && !(grey && !red && !green && !blue && !alpha)) {
    report([], 'needs red, green and blue, with or without alpha; or grey alone');
  }
  const channels = [grey, red, green, blue, alpha].flatMap((each) => (each ? [channelOf(each, report)] : []));
  return { channels };
}

function channelOf({ band, range = [0, 255], nodata }: ChannelForm, report: Report): BrowseChannel {
  const [min, max] = range;
  if (min >= max) report([], 'has a range whose end is not above its start');
  return { band, min, max, nodata };
}

function at(report: Report, ...start: readonly string[]): Report {
  return (path, message) => report([...start, ...path], message);
}

function mapValues<From, To>(
  record: Readonly<Record<string, From>>,
  change: (value: From, key: string) => To,
): Readonly<Record<string, To>> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value, key)]));
}
