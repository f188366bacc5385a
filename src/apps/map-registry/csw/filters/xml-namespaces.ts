import { XmlElement } from 'libxml2-wasm';
import { OgcError } from '../../../../map-kit/ogc-error.ts';
import { DC, DCT, GMD, NAMESPACES } from '../csw-version.ts';

/** Namespaces that an element may have; documents have ten. */
const MOST_NAMESPACES = 100;

/** The prefixes by which this catalogue names things, whatever a document calls them. */
const OWN_PREFIXES: ReadonlyMap<string, string> = new Map([
  [NAMESPACES['2.0.2'].csw, 'csw'],
  [NAMESPACES['3.0.0'].csw, 'csw'],
  [NAMESPACES['2.0.2'].ows, 'ows'],
  [NAMESPACES['3.0.0'].ows, 'ows'],
  [DC, 'dc'],
  [DCT, 'dct'],
  [GMD, 'gmd'],
  ['http://www.opengis.net/cat/csw/apiso/1.0', 'apiso'],
]);

/**
 * Returns a name of a document, such as `a:Record/d:title`, with this catalogue's prefix for its last part: `dc:title`. A name whose
 * prefix the document does not declare, or that is of another namespace, stays as it is.
 *
 * @throws {OgcError} `NoApplicableCode`, 400: the document has too many namespaces.
 */
export function ownName(element: XmlElement, name: string): string {
  const last = name.trim().split('/').at(-1) ?? '';
  const colon = last.indexOf(':');
  if (colon < 0) return name;
  const own = OWN_PREFIXES.get(namespacesOf(element).get(last.slice(0, colon)) ?? '');
  return own === undefined ? name : `${own}${last.slice(colon)}`;
}

/**
 * Returns an element as a document, with the namespaces that are declared above it.
 *
 * @throws {OgcError} `NoApplicableCode`, 400: the document has too many namespaces.
 */
export function documentOfElement(element: XmlElement): string {
  const declared = element.nsDeclarations;
  for (const [prefix, uri] of namespacesOf(element)) {
    if (!Object.hasOwn(declared, prefix) && uri !== '') element.addNsDeclaration(uri, prefix || undefined);
  }
  return element.toString({ format: false, noDeclaration: true });
}

/** The namespaces by their prefixes, which is empty for the default one. Read here, because libxml2 needs the square of their number. */
function namespacesOf(element: XmlElement): ReadonlyMap<string, string> {
  const namespaces = new Map<string, string>();
  for (let node: unknown = element; node instanceof XmlElement; node = node.parent) {
    for (const [prefix, uri] of Object.entries(node.nsDeclarations)) {
      if (!namespaces.has(prefix)) namespaces.set(prefix, uri);
    }
    if (namespaces.size > MOST_NAMESPACES) {
      throw new OgcError('NoApplicableCode', `The request has more than ${MOST_NAMESPACES} namespaces.`, {
        status: 400,
      });
    }
  }
  return namespaces;
}
