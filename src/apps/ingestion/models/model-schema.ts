import { Ajv, type ErrorObject } from 'ajv';
import type { IngestionModel } from './model.ts';

/** The declaration of a model is wrong; the message says where. */
export class InvalidModelError extends Error {
  override readonly name = 'InvalidModelError';
}

const NAME = { type: 'string', pattern: '^[a-z][a-z0-9_]*$', maxLength: 63 };

const ROW_REFERENCE = {
  type: 'object',
  required: ['table', 'column'],
  additionalProperties: false,
  properties: { table: NAME, column: NAME },
};

const COLUMN_TREATMENT = {
  type: 'object',
  additionalProperties: false,
  properties: {
    defaultValue: { anyOf: [{ type: 'number' }, { const: 'now' }] },
    addedAs: { const: 'double precision' },
    cleaned: { enum: ['url', 'tags'] },
  },
};

const FIELD = {
  oneOf: [
    {
      type: 'object',
      required: ['type'],
      additionalProperties: false,
      properties: { type: { enum: ['long', 'float', 'boolean', 'date', 'keyword', 'stored'] } },
    },
    {
      type: 'object',
      required: ['type', 'language', 'weight'],
      additionalProperties: false,
      properties: {
        type: { const: 'text' },
        language: { enum: ['english', 'simple'] },
        weight: { enum: ['A', 'B', 'C', 'D'] },
        hasBooleanSimilarity: { const: true },
        hasKeyword: { const: true },
        hasRaw: { const: true },
      },
    },
    {
      type: 'object',
      required: ['type'],
      additionalProperties: false,
      properties: { type: { const: 'rank-feature' }, isNegative: { const: true } },
    },
    {
      type: 'object',
      required: ['type', 'fields'],
      additionalProperties: false,
      properties: { type: { const: 'object' }, fields: { $ref: '#/definitions/fields' } },
    },
  ],
};

/** What a declaration may hold, beside its functions. */
const MODEL = {
  type: 'object',
  required: ['name', 'tables', 'documents', 'index'],
  additionalProperties: false,
  properties: {
    // Names of indexes have a dash behind it.
    name: { ...NAME, maxLength: 40 },
    comparedBy: NAME,
    tables: {
      type: 'array',
      minItems: 1,
      items: {
        type: 'object',
        required: ['name', 'upstreamName', 'columns'],
        additionalProperties: false,
        properties: {
          name: NAME,
          upstreamName: NAME,
          deletedRows: ROW_REFERENCE,
          columns: { type: 'object', additionalProperties: COLUMN_TREATMENT },
        },
      },
    },
    documents: {
      type: 'object',
      required: ['columns', 'convert'],
      additionalProperties: false,
      properties: {
        columns: { type: 'array', minItems: 1, uniqueItems: true, items: NAME },
        matureRows: ROW_REFERENCE,
        convert: {},
      },
    },
    index: {
      type: 'object',
      required: ['shardCount', 'fields', 'sensitiveFields'],
      additionalProperties: false,
      properties: {
        shardCount: { type: 'integer', minimum: 1, maximum: 1024 },
        fields: { $ref: '#/definitions/fields' },
        sensitiveFields: { type: 'array', uniqueItems: true, items: { type: 'string' } },
      },
    },
  },
  definitions: { fields: { type: 'object', minProperties: 1, additionalProperties: FIELD } },
};

const isModel = new Ajv({ allErrors: true }).compile(MODEL);

/** Checks the declaration of a model, and that what it names is declared. @throws {InvalidModelError} */
export function checkModel(model: IngestionModel): IngestionModel {
  if (!isModel(model)) {
    throw new InvalidModelError(`The model ${model.name}: ${(isModel.errors ?? []).map(faultOf).join('; ')}`);
  }
  const missing = model.index.sensitiveFields.find((field) => !hasTextField(model, field));
  if (missing !== undefined) {
    throw new InvalidModelError(`The model ${model.name}: the sensitive field ${missing} is no text field`);
  }
  const names = model.tables.map(({ name }) => name);
  if (new Set(names).size < names.length) {
    throw new InvalidModelError(`The model ${model.name} has a table twice: ${names.join(', ')}`);
  }
  return model;
}

function faultOf({ instancePath, message = 'is wrong' }: ErrorObject): string {
  return `${instancePath === '' ? 'it' : instancePath.slice(1).replaceAll('/', '.')} ${message}`;
}

function hasTextField({ index }: IngestionModel, path: string): boolean {
  let fields: IngestionModel['index']['fields'] | undefined = index.fields;
  for (const [position, name] of path.split('.').entries()) {
    const field: IngestionModel['index']['fields'][string] | undefined = fields?.[name];
    if (position === path.split('.').length - 1) return field?.type === 'text';
    fields = field?.type === 'object' ? field.fields : undefined;
  }
  return false;
}
