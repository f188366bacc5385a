import type { DocumentFields, FieldMapping, IndexDeclaration, TextMapping } from '../models/model.ts';

/** A text field of a mapping. */
export interface TextField {
  /** `['tags', 'name']` for `tags.name`. */
  readonly path: readonly string[];
  readonly mapping: TextMapping;
}

/** Returns the text fields of a mapping, those of objects included. */
export function textFieldsOf(
  fields: IndexDeclaration['fields'],
  parents: readonly string[] = [],
): TextField[] {
  return Object.entries(fields).flatMap(([name, mapping]) => {
    const path = [...parents, name];
    if (mapping.type === 'object') return textFieldsOf(mapping.fields, path);
    return mapping.type === 'text' ? [{ path, mapping }] : [];
  });
}

/** Returns the text fields in which sensitive terms are looked for. */
export function sensitiveFieldsOf({ fields, sensitiveFields }: IndexDeclaration): TextField[] {
  return textFieldsOf(fields).filter(({ path }) => sensitiveFields.includes(path.join('.')));
}

/** Returns the texts at a path of a document, those in lists included. */
export function textsAt(value: unknown, path: readonly string[], depth = 0): string[] {
  if (Array.isArray(value)) return value.flatMap((inner: unknown) => textsAt(inner, path, depth));
  const name = path[depth];
  if (name === undefined) return typeof value === 'string' ? [value] : [];
  return isObject(value) ? textsAt(value[name], path, depth + 1) : [];
}

/** Returns why an engine cannot index a document; `undefined` if it can. */
export function faultOfDocument(
  document: DocumentFields,
  fields: IndexDeclaration['fields'],
): string | undefined {
  for (const [name, mapping] of Object.entries(fields)) {
    const fault = faultOfField(document[name], mapping);
    if (fault !== undefined) return `${name}: ${fault}`;
  }
  return undefined;
}

function faultOfField(value: unknown, mapping: FieldMapping): string | undefined {
  if (value === null || value === undefined || mapping.type === 'stored') return undefined;
  if (Array.isArray(value) && mapping.type !== 'rank-feature') {
    for (const inner of value) {
      const fault = faultOfField(inner, mapping);
      if (fault !== undefined) return fault;
    }
    return undefined;
  }
  if (mapping.type === 'object') {
    return isObject(value) ? faultOfDocument(value, mapping.fields) : 'is no object';
  }
  return isOfType(value, mapping.type) ? undefined : `is no ${mapping.type}`;
}

function isOfType(value: unknown, type: Exclude<FieldMapping['type'], 'object' | 'stored'>): boolean {
  switch (type) {
    case 'long':
      return Number.isInteger(value);
    case 'float':
      return typeof value === 'number';
    case 'boolean':
      return typeof value === 'boolean';
    case 'date':
      return typeof value === 'string' && /^[+-]?\d{4,}-\d\d-\d\d(T|$)/.test(value);
    case 'rank-feature':
      return typeof value === 'number' && value > 0;
    case 'keyword':
    case 'text':
      return typeof value !== 'object';
  }
}

function isObject(value: unknown): value is DocumentFields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
