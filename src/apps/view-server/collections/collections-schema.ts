/** The file of collections, as it is written. Its names are those of the original view server. */
export interface CollectionsForm {
  readonly collections: Readonly<Record<string, CollectionForm>>;
}

/** A collection in the file. */
export interface CollectionForm {
  readonly title?: string;
  readonly paths?: readonly string[];
  readonly source: StoreForm;
  readonly target: StoreForm & { readonly replace?: boolean };
  readonly metadata_glob?: string;
  readonly type_extractor?: ExtractorForm;
  readonly level_extractor?: ExtractorForm;
  readonly preprocessing?: {
    readonly defaults?: StepsForm;
    readonly types?: Readonly<Record<string, StepsForm>>;
  };
  readonly registrar?: {
    readonly replace?: boolean;
    readonly mapping?: Readonly<Record<string, Readonly<Record<string, MappingForm>>>>;
  };
  readonly products?: { readonly types: Readonly<Record<string, ProductTypeForm>> };
  readonly seeding?: { readonly enabled?: boolean; readonly min_zoom?: number; readonly max_zoom?: number };
}

/** Where files are. */
export interface StoreForm {
  readonly type: 's3' | 'local';
  readonly kwargs: {
    readonly bucket?: string;
    /** Another name of `bucket`. */
    readonly container?: string;
    readonly prefix?: string;
    readonly folder?: string;
  };
}

/** Where the type or the level is in the metadata. */
export interface ExtractorForm {
  readonly xpath: string | readonly string[];
}

/** What is done with the files of a package. */
export interface StepsForm {
  readonly nested?: boolean;
  readonly move_files?: boolean;
  readonly data_file_globs?: readonly string[];
  readonly output?: { readonly options?: OutputForm };
}

/** The options of GDAL. */
export interface OutputForm {
  readonly format?: 'COG';
  readonly dstSRS?: string;
  readonly dstNodata?: number;
  readonly resampleAlg?: 'nearest' | 'bilinear';
  readonly creationOptions?: readonly string[];
}

/** What a product of one type and level becomes. */
export interface MappingForm {
  readonly collections?: readonly string[];
  readonly coverages?: Readonly<Record<string, string>>;
  readonly masks?: Readonly<Record<string, string>>;
}

/** The browses of a type. */
export interface ProductTypeForm {
  readonly default_browse: string;
  readonly browses: Readonly<Record<string, BrowseForm>>;
}

/** A browse: red, green and blue, with or without alpha; or grey. */
export type BrowseForm = {
  readonly [Name in 'red' | 'green' | 'blue' | 'alpha' | 'grey']?: ChannelForm;
};

/** A channel of a browse. */
export interface ChannelForm {
  readonly band: number;
  readonly range?: readonly [number, number];
  readonly nodata?: number;
}

const text = { type: 'string', minLength: 1 } as const;

function closed(properties: Readonly<Record<string, object>>, ...required: readonly string[]) {
  return { type: 'object', properties, required, additionalProperties: false } as const;
}

function mapOf(values: object) {
  return { type: 'object', additionalProperties: values } as const;
}

const store = {
  type: { enum: ['s3', 'local'] },
  kwargs: closed({ bucket: text, container: text, prefix: { type: 'string' }, folder: text }),
};

const extractor = closed(
  { xpath: { anyOf: [text, { type: 'array', items: text, minItems: 1, maxItems: 20 }] } },
  'xpath',
);

const steps = closed({
  nested: { type: 'boolean' },
  move_files: { type: 'boolean' },
  data_file_globs: { type: 'array', items: text, minItems: 1, maxItems: 100 },
  output: closed({
    options: closed({
      format: { enum: ['COG'] },
      dstSRS: text,
      dstNodata: { type: 'number' },
      resampleAlg: { enum: ['nearest', 'bilinear'] },
      creationOptions: { type: 'array', items: { type: 'string', pattern: '^[A-Z_]+=.+$' } },
    }),
  }),
});

const channel = closed(
  {
    band: { type: 'integer', minimum: 1, maximum: 65_535 },
    range: { type: 'array', items: { type: 'number' }, minItems: 2, maxItems: 2 },
    nodata: { type: 'number' },
  },
  'band',
);

const mapping = closed({
  collections: { type: 'array', items: text },
  coverages: mapOf({ type: 'string' }),
  masks: mapOf(text),
});

const productType = closed(
  {
    default_browse: text,
    browses: mapOf({
      ...closed({ red: channel, green: channel, blue: channel, alpha: channel, grey: channel }),
      minProperties: 1,
    }),
  },
  'default_browse',
  'browses',
);

const zoom = { type: 'integer', minimum: 0, maximum: 24 };

/** What the file may hold. */
export const COLLECTIONS_SCHEMA = closed(
  {
    collections: {
      type: 'object',
      minProperties: 1,
      // A layer is named after its collection, and its other names have two underscores.
      propertyNames: { pattern: '^(?!.*__)[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$' },
      additionalProperties: closed(
        {
          title: text,
          paths: { type: 'array', items: text },
          source: closed(store, 'type', 'kwargs'),
          target: closed({ ...store, replace: { type: 'boolean' } }, 'type', 'kwargs'),
          metadata_glob: text,
          type_extractor: extractor,
          level_extractor: extractor,
          preprocessing: closed({ defaults: steps, types: mapOf(steps) }),
          registrar: closed({ replace: { type: 'boolean' }, mapping: mapOf(mapOf(mapping)) }),
          products: closed({ types: mapOf(productType) }, 'types'),
          seeding: closed({ enabled: { type: 'boolean' }, min_zoom: zoom, max_zoom: zoom }),
        },
        'source',
        'target',
      ),
    },
  },
  'collections',
);
