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

/**
 * Reads XML. Entities that a document declares are not known, and a document that uses one is refused.
 *
 * @throws {Error} where it is not XML.
 */
export function parseDocument(text: string): XmlDocument {
  const document = parseXmlString(text);
  const { root } = document;
  if (!root) throw new Error('it has no element');
  // ogc-client takes the first node for the root, which may be an instruction for a style sheet.
  document.children.splice(0, document.children.length, root);
  return document;
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
