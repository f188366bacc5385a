/** Words that follow `/registry/` in other addresses, so that no catalogue can have them. */
export const RESERVED_SLUGS: readonly string[] = [
  'api',
  'opensearch',
  'tasks_runner',
  'domains',
  'assets',
  'service',
  'layer',
];

/** Characters of a slug at most. */
const LONGEST_SLUG = 50;

/** Returns the slug of a name: lower-case letters and digits of ASCII, and dashes. Empty where the name has none. */
export function slugOf(name: string): string {
  return name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/\p{M}/gu, '')
    .replace(/[^a-z0-9_]+/g, '-')
    .slice(0, LONGEST_SLUG)
    .replace(/^-+|-+$/g, '');
}

/** Returns why a slug cannot be used, as a sentence; `undefined` where it can. */
export function faultOfSlug(slug: string): string | undefined {
  if (!/^[a-z0-9_]+(-[a-z0-9_]+)*$/.test(slug) || slug.length > LONGEST_SLUG) {
    return `A slug has 1 to ${LONGEST_SLUG} lower-case letters, digits, underscores and dashes.`;
  }
  if (RESERVED_SLUGS.includes(slug)) return `The slug "${slug}" is reserved.`;
  return undefined;
}
