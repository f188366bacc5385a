import { ParseOption, XmlDocument, type XmlElement, XmlError, XmlXPathError } from 'libxml2-wasm';
import { errorMessage } from '../../../platform/error-message.ts';
import { MetadataError } from './metadata-error.ts';

/** Bytes of a file of metadata, at most. */
export const MOST_METADATA_BYTES = 8 * 1_024 * 1_024;

/**
 * Reads XML, and passes its root on. Elements are nested at most 256 deep; nothing is loaded from elsewhere.
 *
 * @param read must not keep nodes: they are gone when it returns.
 * @throws {MetadataError} it is no XML, too large, nested too deep, or has a document type: that is where entities are declared.
 */
export function readXml<T>(bytes: Buffer, read: (root: XmlElement) => T): T {
  if (bytes.length > MOST_METADATA_BYTES) {
    throw new MetadataError(`The metadata has ${bytes.length} bytes, more than ${MOST_METADATA_BYTES}`);
  }
  // Only in UTF-16 it would not be seen, and then after parsing.
  if (bytes.includes('<!DOCTYPE')) throw documentTypeError();
  const document = parse(bytes);
  try {
    if (document.dtd) throw documentTypeError();
    return read(document.root);
  } finally {
    document.dispose();
  }
}

function parse(bytes: Buffer): XmlDocument {
  try {
    return XmlDocument.fromBuffer(bytes, {
      option: ParseOption.XML_PARSE_NONET | ParseOption.XML_PARSE_NO_XXE | ParseOption.XML_PARSE_NOCDATA,
    });
  } catch (error) {
    if (!(error instanceof XmlError)) throw error;
    const reason = errorMessage(error).trim().slice(0, 300);
    throw new MetadataError(`The metadata is no XML that can be read: ${reason}`, { cause: error });
  }
}

function documentTypeError(): MetadataError {
  return new MetadataError('The metadata has a document type (<!DOCTYPE), which is not read');
}

/** Prefixes that XPaths may use where a document declares no others. */
const NAMESPACES: Readonly<Record<string, string>> = {
  gml: 'http://www.opengis.net/gml/3.2',
  om: 'http://www.opengis.net/om/2.0',
  eop: 'http://www.opengis.net/eop/2.1',
  opt: 'http://www.opengis.net/opt/2.1',
  sar: 'http://www.opengis.net/sar/2.1',
  gsc: 'http://earth.esa.int/gsc',
  ows: 'http://www.opengis.net/ows/2.0',
  xlink: 'http://www.w3.org/1999/xlink',
};

/**
 * Returns the first text that one of some XPaths finds in XML, tried in order. Prefixes are those that the root declares; an XPath with
 * another one finds nothing.
 *
 * @throws {MetadataError} as {@link readXml}, or an XPath is none.
 */
export function textAtXpath(bytes: Buffer, xpaths: readonly string[]): string | undefined {
  if (xpaths.length === 0) return undefined;
  return readXml(bytes, (root) => {
    const namespaces = { ...NAMESPACES, ...root.namespaces };
    for (const xpath of xpaths) {
      const text = evaluate(root, xpath, namespaces);
      if (text !== '') return text;
    }
    return undefined;
  });
}

function evaluate(root: XmlElement, xpath: string, namespaces: Record<string, string>): string {
  // Documents of another kind do not have its prefixes.
  if (prefixesOf(xpath).some((prefix) => !(prefix in namespaces))) return '';
  try {
    const found = root.eval(xpath, namespaces);
    if (Array.isArray(found)) return found[0]?.content.trim() ?? '';
    return typeof found === 'boolean' ? '' : String(found).trim();
  } catch (error) {
    if (!(error instanceof XmlXPathError)) throw error;
    throw new MetadataError(`"${xpath}" is no XPath that can be evaluated`, { cause: error });
  }
}

function prefixesOf(xpath: string): readonly string[] {
  const names = xpath.replace(/'[^']*'|"[^"]*"/g, '').matchAll(/([\w.-]+):(?=[\w*])/g);
  return [...names].map(([, prefix = '']) => prefix);
}

/** Returns the elements at a path of local names below an element, at any depth: `Platform/shortName`. */
export function elementsAt(element: XmlElement, path: string): readonly XmlElement[] {
  const found = element.find(`descendant-or-self::*/${path.split('/').map(byLocalName).join('/')}`);
  return found.filter((node): node is XmlElement => 'attrs' in node);
}

/** Returns the text of the first element at one of some paths that has any. */
export function textAt(element: XmlElement, ...paths: readonly string[]): string | undefined {
  for (const path of paths) {
    for (const found of elementsAt(element, path)) {
      const text = found.content.trim();
      if (text !== '') return text;
    }
  }
  return undefined;
}

/** An element by its local name; `**` for any number of elements between. */
function byLocalName(name: string): string {
  return name === '**' ? 'descendant-or-self::*' : `*[local-name()='${name}']`;
}
