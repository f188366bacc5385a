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

/** Elements that a document has at most. Each takes some hundred bytes while it is read; a layer has about thirty. */
const MOST_ELEMENTS = 500_000;

/** What follows `<` in end tags, comments and CDATA. */
const NO_ELEMENT = '/!';

/**
 * Reads XML. Entities that a document declares are not known, and a document that uses one is refused.
 *
 * @throws {Error} where it is not XML.
 */
export function parseDocument(text: string): XmlDocument {
  if (hasMoreElements(text)) throw new Error(`it has more than ${MOST_ELEMENTS} elements`);
  const document = parseXmlString(text);
  const { root } = document;
  if (!root) throw new Error('it has no element');
  // ogc-client takes the first node for the root, which may be an instruction for a style sheet.
  document.children.splice(0, document.children.length, root);
  return document;
}

/** Counts start tags and instructions, as parsing would take the memory already. */
function hasMoreElements(text: string): boolean {
  let count = 0;
  for (let position = text.indexOf('<'); position >= 0; position = text.indexOf('<', position + 1)) {
    if (NO_ELEMENT.includes(text.charAt(position + 1))) continue;
    count += 1;
    if (count > MOST_ELEMENTS) return true;
  }
  return false;
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
