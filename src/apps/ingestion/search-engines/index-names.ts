import { InvalidIndexNameError } from './search-engine-errors.ts';

/** The longest name of an index or alias, in bytes of UTF-8. */
const MOST_BYTES = 255;

/** What Elasticsearch and OpenSearch refuse in names, and what they would take for a pattern, a list or a path. */
const REFUSED_CHARACTERS = /[\s*?,#:"<>|\\/\p{Lu}\p{Cc}]/u;

/**
 * Returns a name that can be that of an index or alias in every engine.
 *
 * @throws {InvalidIndexNameError} that says what is wrong with it.
 */
export function checkIndexName(name: string): string {
  const fault = faultOf(name);
  if (fault !== undefined) {
    throw new InvalidIndexNameError(
      `"${name.slice(0, 100)}" cannot be the name of an index or alias: ${fault}`,
    );
  }
  return name;
}

/** Returns the name of a model's index: `image-20261128`. @throws {InvalidIndexNameError} */
export function indexNameOf(modelName: string, suffix: string): string {
  if (suffix === '') throw new InvalidIndexNameError('The suffix of an index is empty');
  return checkIndexName(`${modelName}-${suffix}`);
}

/** Returns the name of a model's filtered index: `image-20261128-filtered`. @throws {InvalidIndexNameError} */
export function filteredIndexNameOf(modelName: string, suffix: string): string {
  return indexNameOf(modelName, `${suffix}-filtered`);
}

function faultOf(name: string): string | undefined {
  if (name === '' || name === '.' || name === '..') return 'it is empty, or a path';
  if (!name.isWellFormed()) return 'it has half of a surrogate pair';
  if (/^[-_+.]/.test(name)) return 'it starts with -, _, + or .';
  if (REFUSED_CHARACTERS.test(name)) return 'it has a blank, a capital or one of * ? , # : " < > | \\ /';
  if (Buffer.byteLength(name) > MOST_BYTES) return `it is longer than ${MOST_BYTES} bytes`;
  return undefined;
}
