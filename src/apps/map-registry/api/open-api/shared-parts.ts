/** What operations require that only administrators may use. Nothing is remembered between requests. */
export const BASIC = [{ registryAccount: [] }];

/** How administrators name themselves. */
export const SECURITY_SCHEMES = {
  registryAccount: {
    type: 'http',
    scheme: 'basic',
    description: 'An administrator; changes need an operator.',
  },
};

/** Replies to requests that {@link BASIC} refuses. */
export const REFUSALS = {
  '401': { description: 'No name and password, or wrong ones.' },
  '403': { description: 'The account may only look, or the request comes from a page of another site.' },
  '429': { description: 'Too many wrong passwords.' },
};

/** The reply to a field that cannot be used. */
export const BAD_FIELD = { description: 'A field cannot be used: `{"field": ["reason"]}`.' };

/** The id in a path. */
export const ID = { name: 'id', in: 'path', required: true, schema: { type: 'string' } };

/** The slug in a path. */
export const SLUG = {
  name: 'slug',
  in: 'path',
  required: true,
  description: 'The slug of the catalogue.',
  schema: { type: 'string' },
  example: 'hypermap',
};

/** Content of JSON. */
export function json(schema: object): object {
  return { 'application/json': { schema } };
}

/** One of the schemas, by its name. */
export function reference(name: string): object {
  return { $ref: `#/components/schemas/${name}` };
}

/** A body of JSON, or of a form. */
export function body(schema: object): object {
  return {
    required: true,
    content: { ...json(schema), 'application/x-www-form-urlencoded': { schema } },
  };
}
