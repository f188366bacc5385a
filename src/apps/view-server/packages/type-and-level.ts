import { readFile, stat } from 'node:fs/promises';
import type { Collection } from '../collections/collection.ts';
import { MOST_METADATA_BYTES, textAtXpath } from '../metadata/xml-text.ts';
import { PackageError } from './package-error.ts';

const LONGEST_VALUE_CHARACTERS = 200;

/** What kind of product a package is; empty where the metadata does not say it. */
export interface TypeAndLevel {
  readonly type: string;
  readonly level: string;
}

/**
 * Reads the type and the level of a product from a file of metadata, by the XPaths of its collection. JSON has members of these names.
 *
 * @throws {MetadataError} it is no XML that can be read.
 * @throws {PackageError} it is too large, or no JSON that can be read.
 */
export async function readTypeAndLevel(
  file: string,
  { typeXpaths, levelXpaths }: Pick<Collection, 'typeXpaths' | 'levelXpaths'>,
): Promise<TypeAndLevel> {
  const { size } = await stat(file);
  if (size > MOST_METADATA_BYTES) {
    throw new PackageError(`The metadata has more than ${MOST_METADATA_BYTES} bytes`);
  }
  const content = await readFile(file);
  if (isJson(content)) return typeAndLevelOfJson(content.toString());
  return { type: textOf(content, typeXpaths), level: textOf(content, levelXpaths) };
}

/** Reads the type and the level that a package was pushed with. @throws {PackageError} */
export function typeAndLevelOfJson(json: string): TypeAndLevel {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    throw new PackageError('The metadata is no JSON that can be read', { cause: error });
  }
  return { type: textIn(value, 'type'), level: textIn(value, 'level') };
}

function isJson(content: Buffer): boolean {
  return /^\s*\{/.test(content.toString('latin1', 0, 100).replace(/^\u00ef\u00bb\u00bf/, ''));
}

function textIn(value: unknown, name: string): string {
  if (typeof value !== 'object' || value === null) return '';
  const text: unknown = Object.getOwnPropertyDescriptor(value, name)?.value;
  return typeof text === 'string' ? text.trim().slice(0, LONGEST_VALUE_CHARACTERS) : '';
}

function textOf(content: Buffer, xpaths: readonly string[]): string {
  return (textAtXpath(content, xpaths) ?? '').slice(0, LONGEST_VALUE_CHARACTERS);
}
