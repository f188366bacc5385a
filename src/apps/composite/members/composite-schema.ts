import type { JsonValue } from '../../../queue/index.ts';

/** The one context that a collection may have. */
export const HYDRA_CONTEXT = 'http://www.w3.org/ns/hydra/context.jsonld';

/** What a caller submits: PDFs, and what the images of their pages shall be. */
export interface CompositeCollection {
  readonly '@context': typeof HYDRA_CONTEXT;
  readonly '@type': 'Collection';
  readonly member: readonly Composite[];
}

/** One PDF. Fields that stand here by no name of their own are passed through to the DLCS. */
export interface Composite {
  readonly '@type': 'vocab:Composite';
  /** A format string, as are the fields of {@link FORMATTED_FIELDS} where they are texts. */
  readonly id: string;
  readonly space: number;
  /** Where the PDF is. */
  readonly origin: string;
  /** What the fields of the first page are formatted with. */
  readonly incrementSeed: number;
  readonly string1?: string;
  readonly string2?: string;
  readonly string3?: string;
  readonly number1?: number | string;
  readonly number2?: number | string;
  readonly number3?: number | string;
  readonly text?: string;
  readonly family?: string;
  readonly compositeId?: string;
  readonly roles?: readonly string[];
  readonly maxUnauthorised?: number;
  readonly originFormat?: 'application/pdf';
  readonly [field: string]: JsonValue | undefined;
}

/** The fields that are formatted with the number of each page, where they are texts. */
export const FORMATTED_FIELDS = [
  'id',
  'string1',
  'string2',
  'string3',
  'number1',
  'number2',
  'number3',
  'text',
] as const;

const SAFE_INTEGER = {
  type: 'integer',
  minimum: Number.MIN_SAFE_INTEGER,
  maximum: Number.MAX_SAFE_INTEGER,
} as const;

/** Leaves room for the pages that are counted from it. */
const LARGEST_SEED = 9_000_000_000_000_000;

const NUMBER_OR_FORMAT_STRING = { ...SAFE_INTEGER, type: ['integer', 'string'] } as const;

/** JSON Schema (2020-12) of one {@link Composite}. */
export const COMPOSITE_SCHEMA = {
  type: 'object',
  required: ['@type', 'id', 'space', 'origin', 'incrementSeed'],
  properties: {
    '@type': { type: 'string', const: 'vocab:Composite' },
    id: {
      type: 'string',
      description: "A format string: Python's str.format with the number of the page.",
      examples: ['my-pdf-{:03d}'],
    },
    space: { ...SAFE_INTEGER, description: 'The space of the DLCS that the images go into.' },
    origin: { type: 'string', format: 'uri', description: 'Where the PDF is: http, https or s3.' },
    incrementSeed: {
      type: 'integer',
      minimum: -LARGEST_SEED,
      maximum: LARGEST_SEED,
      description: 'The number of the first page; it rises by one with each page.',
    },
    string1: { type: 'string', description: 'A format string.' },
    string2: { type: 'string', description: 'A format string.' },
    string3: { type: 'string', description: 'A format string.' },
    text: { type: 'string', description: 'A format string.' },
    number1: { ...NUMBER_OR_FORMAT_STRING, description: 'A number, or a format string.' },
    number2: { ...NUMBER_OR_FORMAT_STRING, description: 'A number, or a format string.' },
    number3: { ...NUMBER_OR_FORMAT_STRING, description: 'A number, or a format string.' },
    family: { type: 'string', description: 'The images are always of the family I.' },
    compositeId: {
      type: 'string',
      description: 'Names the composite: submitted again, its pages take the place of those before.',
    },
    roles: { type: 'array', items: { type: 'string' }, uniqueItems: true },
    maxUnauthorised: { type: 'number' },
    originFormat: { type: 'string', const: 'application/pdf' },
  },
  additionalProperties: true,
} as const;

/** JSON Schema (2020-12) of a {@link CompositeCollection}, without that of its members. */
export const COLLECTION_SCHEMA = {
  type: 'object',
  required: ['@context', '@type', 'member'],
  properties: {
    '@context': { type: 'string', const: HYDRA_CONTEXT },
    '@type': { type: 'string', const: 'Collection' },
    member: { type: 'array', minItems: 1 },
  },
} as const;
