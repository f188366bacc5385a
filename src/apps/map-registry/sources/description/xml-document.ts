import {
  type findChildElement,
  getElementName,
  parseXmlString,
  stripNamespace,
} from '@camptocamp/ogc-client/dist/shared/xml-utils.js';

/** A document, as ogc-client reads it. */
export type XmlDocument = ReturnType<typeof parseXmlString>;

/** An element of a document. */
export type XmlElement = ReturnType<typeof findChildElement>;

/** Tags and the like that a document has at most. Each takes about a hundred bytes while it is read. */
const MOST_TAGS = 1_000_000;

/**
 * Reads XML. Entities that a document declares are not known, and a document that uses one is refused.
 *
 * @throws {Error} where it is not XML.
 */
export function parseDocument(text: string): XmlDocument {
  if (hasMoreTags(text)) throw new Error(`it has more than ${MOST_TAGS} tags`);
  const document = parseXmlString(text);
  const { root } = document;
  if (!root) throw new Error('it has no element');
  // ogc-client takes the first node for the root, which may be an instruction for a style sheet.
  document.children.splice(0, document.children.length, root);
  return document;
}

function hasMoreTags(text: string): boolean {
  let position = -1;
  for (let count = 0; count <= MOST_TAGS; count += 1) {
    position = text.indexOf('<', position + 1);
    if (position < 0) return false;
  }
  return true;
}

/** The root element. */
export function rootOf(document: XmlDocument): XmlElement {
  const { root } = document;
  if (!root) throw new Error('it has no element');
  return root;
}

/** The name of an element, without its prefix. */
export function nameOf(element: XmlElement): string {
  return String(stripNamespace(getElementName(element)));
}
