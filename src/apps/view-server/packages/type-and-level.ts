import { readFile, stat } from 'node:fs/promises';
import type { XmlDocument, XmlNode } from 'libxml2-wasm';
import { errorMessage } from '../../../platform/error-message.ts';
import type { Collection } from '../collections/collection.ts';
import { PackageError } from './package-error.ts';

/** Larger metadata would take much memory: a tree takes ten times its text. */
const LARGEST_METADATA_BYTES = 8 * 1024 ** 2;

const LONGEST_VALUE_CHARACTERS = 200;

/** What kind of product a package is; empty where the metadata does not say it. */
export interface TypeAndLevel {
  readonly type: string;
  readonly level: string;
}

/**
 * Reads the type and the level of a product from a file of metadata, by the XPaths of its collection. The parser loads nothing else,
 * replaces no entities, and reads elements up to 256 deep. JSON has its members of these names.
 *
 * @throws {PackageError} it is neither XML nor JSON, or too large.
 */
export async function readTypeAndLevel(
  file: string,
  { typeXpaths, levelXpaths }: Pick<Collection, 'typeXpaths' | 'levelXpaths'>,
): Promise<TypeAndLevel> {
  const { size } = await stat(file);
  if (size > LARGEST_METADATA_BYTES) {
    throw new PackageError(`The metadata has more than ${LARGEST_METADATA_BYTES} bytes`);
  }
  const content = await readFile(file);
  if (isJson(content)) return typeAndLevelOfJson(content.toString());
  const { ParseOption, XmlDocument } = await import('libxml2-wasm');
  const option =
    ParseOption.XML_PARSE_NO_XXE |
    ParseOption.XML_PARSE_NONET |
    ParseOption.XML_PARSE_NO_SYS_CATALOG |
    ParseOption.XML_PARSE_SKIP_IDS;
  let document: XmlDocument;
  try {
    document = XmlDocument.fromBuffer(content, { option });
  } catch (error) {
    throw new PackageError(`The metadata is no XML that can be read: ${errorMessage(error)}`, {
      cause: error,
    });
  }
  try {
    const namespaces = namespacesIn(content);
    return {
      type: firstText(document, typeXpaths, namespaces),
      level: firstText(document, levelXpaths, namespaces),
    };
  } finally {
    document.dispose();
  }
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

/** Prefixes are those of the document, wherever it declares them: the first of each counts. */
function namespacesIn(content: Buffer): Record<string, string> {
  const namespaces: Record<string, string> = {};
  for (const [, prefix = '', uri = ''] of content.toString('utf8').matchAll(DECLARATION)) {
    namespaces[prefix] ??= uri;
  }
  return namespaces;
}

const DECLARATION = /\sxmlns:([A-Za-z_][\w.-]{0,99})\s*=\s*["']([^"'<>]{1,1000})["']/g;

function firstText(
  document: XmlDocument,
  xpaths: readonly string[],
  namespaces: Record<string, string>,
): string {
  for (const xpath of xpaths) {
    const text = textOf(evaluate(document, xpath, namespaces));
    if (text !== '') return text.slice(0, LONGEST_VALUE_CHARACTERS);
  }
  return '';
}

function evaluate(document: XmlDocument, xpath: string, namespaces: Record<string, string>) {
  // Such a document has nothing of that namespace; the parser would write an error to the log.
  if (prefixesIn(xpath).some((prefix) => !Object.hasOwn(namespaces, prefix))) return '';
  try {
    return document.eval(xpath, namespaces);
  } catch (error) {
    throw new PackageError(`The XPath ${xpath} of the collection cannot be used: ${errorMessage(error)}`, {
      cause: error,
    });
  }
}

/** Axes have two colons, and texts in quotes have what they like. */
function prefixesIn(xpath: string): readonly string[] {
  const code = xpath.replace(/"[^"]*"|'[^']*'/g, '');
  return [...code.matchAll(/([A-Za-z_][\w.-]*):(?!:)/g)].flatMap(([, prefix]) => prefix ?? []);
}

function textOf(found: XmlNode[] | string | boolean | number): string {
  if (Array.isArray(found))
    return found.map(({ content }) => content.trim()).find((text) => text !== '') ?? '';
  return typeof found === 'boolean' ? '' : String(found).trim();
}
