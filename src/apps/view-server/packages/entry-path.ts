import { PackageError } from './package-error.ts';

const LONGEST_NAME_BYTES = 255;
const LONGEST_PATH_BYTES = 700;
const MOST_FOLDERS = 32;

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is refused.
const CONTROL_CHARACTER = /[\u0000-\u001f\u007f]/;

/**
 * Returns where an entry of an archive goes, relative to the folder that it is unpacked to; `undefined` for that folder itself.
 *
 * @throws {PackageError} it would go elsewhere, or cannot be a file's name.
 */
export function entryPath(name: string): string | undefined {
  const path = name.replace(/^(\.\/+)+/, '').replace(/\/+$/, '');
  if (path === '' || path === '.') return name.startsWith('/') ? refuse(name, 'is absolute') : undefined;
  if (path.startsWith('/') || /^[a-z]:/i.test(path)) refuse(name, 'is absolute');
  if (CONTROL_CHARACTER.test(path) || path.includes('\\'))
    refuse(name, 'has a character that is not allowed');
  if (Buffer.byteLength(path) > LONGEST_PATH_BYTES) refuse(name, `has more than ${LONGEST_PATH_BYTES} bytes`);
  const parts = path.split('/').filter((part) => part !== '' && part !== '.');
  if (parts.includes('..')) refuse(name, 'has a part ".."');
  if (parts.length > MOST_FOLDERS) refuse(name, `is in more than ${MOST_FOLDERS} folders`);
  if (parts.some((part) => Buffer.byteLength(part) > LONGEST_NAME_BYTES)) {
    refuse(name, `has a part of more than ${LONGEST_NAME_BYTES} bytes`);
  }
  return parts.join('/');
}

function refuse(name: string, why: string): never {
  throw new PackageError(`The package has an entry ${JSON.stringify(name.slice(0, 200))}, whose name ${why}`);
}
