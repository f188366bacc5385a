import type { XmlElement } from 'libxml2-wasm';
import { DC, DCT } from '../csw-version.ts';
import { queryableOf } from '../filters/queryables.ts';
import { childElements } from '../filters/xml-elements.ts';
import { readXmlBody } from '../requests/xml-body.ts';
import { refused } from './given-record.ts';

/** A property of a record that is changed. Without a value it is removed. */
export interface ChangedProperty {
  readonly name: string;
  readonly value: string | undefined;
}

/** Properties that identify the record and its service. */
const FIXED = ['identifier', 'format', 'source'];

/** Elements of the terms of Dublin Core; the others are of its elements. */
const OF_TERMS = ['abstract', 'alternative', 'modified'];

/**
 * Returns a `csw:Record` with other values of some properties.
 *
 * @throws {OgcError} a property is unknown, or cannot be changed.
 */
export function changedDocument(xml: string, properties: readonly ChangedProperty[]): string {
  return readXmlBody(Buffer.from(xml), (root) => {
    for (const { name, value } of properties) setProperty(root, elementNameOf(name), value);
    return root.canonicalizeToString();
  });
}

function elementNameOf(name: string): string {
  const queryable = queryableOf(name);
  const elementName = {
    text: queryable.kind === 'text' ? queryable.column : '',
    subjects: 'subject',
    moment: queryable.kind === 'moment' && queryable.column === 'modified' ? 'modified' : 'date',
    any: undefined,
    bounds: undefined,
  }[queryable.kind];
  if (elementName === undefined || FIXED.includes(elementName)) {
    throw refused(`${name.slice(0, 60)} cannot be changed; replace the record, or delete and insert it.`);
  }
  return elementName;
}

function setProperty(root: XmlElement, name: string, value: string | undefined): void {
  const namespace = OF_TERMS.includes(name) ? DCT : DC;
  const old = childElements(root).filter(
    (element) => element.name === name && element.namespaceUri === namespace,
  );
  if (value !== undefined) {
    const place = old[0] ?? childElements(root)[0];
    const added = place?.prependElement(name, prefixFor(root, namespace)) ?? root.addElement(name);
    added.addText(value);
  }
  for (const element of old) element.remove();
}

/** A prefix of a namespace; it is declared where the document has none. */
function prefixFor(root: XmlElement, namespace: string): string | undefined {
  const [declared] = Object.entries(root.namespaces).find(([, uri]) => uri === namespace) ?? [];
  if (declared !== undefined) return declared === '' ? undefined : declared;
  const prefix = namespace === DC ? 'dc' : 'dct';
  root.addNsDeclaration(namespace, prefix);
  return prefix;
}
