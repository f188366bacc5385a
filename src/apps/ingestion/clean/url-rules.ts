/**
 * What a URL with a scheme begins with. `museum.example:8080/1` has none: what follows the colon is a port.
 * The second form is that of `data:` and `mailto:`.
 */
const SCHEME = '^[[:space:]]*[a-z][a-z0-9+.-]*:(//|[^0-9/])';

/** The slashes that a URL without a scheme may begin with, and white space. */
const LEADING = '^[[:space:]]*(//)?';

/** Returns a condition: the URL says something, and has no scheme. */
export function lacksScheme(url: string): string {
  return `(${url} !~* '${SCHEME}' AND ${url} ~ '[^[:space:]/]')`;
}

/** Returns an expression for the host of a URL without a scheme, with its port, in lower case. */
export function hostOf(url: string): string {
  return `lower(substring(${url} FROM '^[[:space:]]*(?://)?([^/?#[:space:]]+)'))`;
}

/**
 * Returns an expression for a URL that has a scheme; one that has one already, one of white space alone and `NULL` stay.
 *
 * @param scheme an expression: `'https'`.
 */
export function withScheme(url: string, scheme = `'https'`): string {
  return `CASE WHEN ${lacksScheme(url)} THEN ${scheme} || '://' || regexp_replace(${url}, '${LEADING}', '') ELSE ${url} END`;
}
