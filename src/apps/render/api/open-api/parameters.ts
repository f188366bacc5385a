/** Returns the description of a part of the path. */
export function inPath(name: string, description: string): object {
  return { name, in: 'path', required: true, description, schema: { type: 'string' } };
}

/** Returns the description of a parameter of the query. */
export function inQuery(
  name: string,
  schema: object,
  { description, required = false }: { readonly description: string; readonly required?: boolean },
): object {
  return { name, in: 'query', required, description, schema };
}
