import { getElementName, stripNamespace } from '@camptocamp/ogc-client/dist/shared/xml-utils.js';
import { XmlDocument, XmlElement, XmlText } from '@rgrove/parse-xml';
import { SaxesParser } from 'saxes';

// These are what ogc-client reads.
export { type XmlDocument, XmlElement } from '@rgrove/parse-xml';

/** Elements that a document has at most. A layer has about thirty. */
const MOST_ELEMENTS = 500_000;

/** Elements that are within each other at most. */
const MOST_LEVELS = 1_000;

/** Parts of a document, of 64 KiB each, that one text or tag may go through. Its parser gathers it whole. */
const MOST_PARTS_OF_ONE = 16;

/** What of a document is kept while it is read. Names have no prefix. */
export interface DocumentRules {
  /** Elements that are not used, with all that is in them: by the name of the element that they are in. */
  readonly isUsed?: (name: string, parentName: string) => boolean;
  /** Called at the start of each element that is used. */
  readonly onStart?: (element: XmlElement, name: string) => void;
  /**
   * Called at the end of each element that is used. It has those of its children that were kept.
   *
   * @returns whether it is kept itself.
   */
  readonly isKept?: (element: XmlElement, name: string, parent: XmlElement) => boolean;
}

/**
 * Reads XML bit by bit, so that no more of it is in memory than what is kept. Entities that a document declares are not known, and a
 * document that uses one is refused.
 *
 * @throws {Error} where it is not XML, or larger than it may be.
 */
export function readXmlDocument(parts: Iterable<string>, rules: DocumentRules): XmlDocument {
  const document = new DocumentReader(rules);
  const parser = new SaxesParser<{ position: false; xmlns: false }>({ position: false, xmlns: false });
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', ({ name, attributes }) => document.open(name, attributes));
  parser.on('closetag', () => document.close());
  parser.on('text', (text) => document.add(text));
  parser.on('cdata', (text) => document.add(text));
  for (const part of parts) {
    parser.write(part);
    document.endPart();
  }
  parser.close();
  return document.end();
}

/** Keeps what the rules say of what a parser reads. */
class DocumentReader {
  readonly #rules: DocumentRules;
  readonly #open: XmlElement[] = [];
  #root: XmlElement | undefined;
  #elementCount = 0;
  /** Parts since a text or tag has ended. */
  #silentParts = 0;
  /** How many elements that are not used are open. */
  #unusedLevels = 0;

  constructor(rules: DocumentRules) {
    this.#rules = rules;
  }

  open(name: string, attributes: Record<string, string>): void {
    this.#silentParts = 0;
    this.#elementCount += 1;
    if (this.#elementCount > MOST_ELEMENTS) throw new Error(`it has more than ${MOST_ELEMENTS} elements`);
    if (this.#open.length + this.#unusedLevels === MOST_LEVELS) throw new Error('it is nested too deeply');
    const parent = this.#open.at(-1);
    const plainName = plain(name);
    const isUsed = !parent || (this.#rules.isUsed?.(plainName, nameOf(parent)) ?? true);
    if (this.#unusedLevels > 0 || !isUsed) {
      this.#unusedLevels += 1;
      return;
    }
    const element = new XmlElement(name, attributes);
    for (const [key, value] of Object.entries(attributes)) attributes[key] = ownText(value);
    if (parent) parent.children.push(element);
    else this.#root = element;
    this.#open.push(element);
    this.#rules.onStart?.(element, plainName);
  }

  close(): void {
    this.#silentParts = 0;
    if (this.#unusedLevels > 0) {
      this.#unusedLevels -= 1;
      return;
    }
    const element = this.#open.pop();
    const parent = this.#open.at(-1);
    if (!element || !parent) return;
    if (this.#rules.isKept?.(element, nameOf(element), parent) === false) parent.children.pop();
  }

  add(text: string): void {
    this.#silentParts = 0;
    const element = this.#open.at(-1);
    if (!element || this.#unusedLevels > 0) return;
    const last = element.children.at(-1);
    if (last instanceof XmlText) last.text += text;
    else if (/\S/.test(text)) element.children.push(new XmlText(ownText(text)));
  }

  /** Notes that a part of the document has been read. */
  endPart(): void {
    this.#silentParts += 1;
    if (this.#silentParts > MOST_PARTS_OF_ONE)
      throw new Error('it has a text or a tag of more than a mebibyte');
  }

  end(): XmlDocument {
    return documentOf(this.#root ?? new XmlElement(''));
  }
}

/** Copies a text: V8 would keep all of the part that it is cut out of. */
function ownText(text: string): string {
  return Buffer.from(text).toString();
}

/** Makes a document of an element, for functions that read one. */
export function documentOf(root: XmlElement): XmlDocument {
  return new XmlDocument([root]);
}

/** Makes an element with children, for functions that read those. */
export function elementOf(
  name: string,
  children: readonly XmlElement[],
  attributes: Record<string, string> = {},
): XmlElement {
  return new XmlElement(name, attributes, [...children]);
}

/** The root element. */
export function rootOf(document: XmlDocument): XmlElement {
  const { root } = document;
  if (!root) throw new Error('it has no element');
  return root;
}

/** The name of an element, without its prefix. */
export function nameOf(element: XmlElement): string {
  return plain(String(getElementName(element)));
}

function plain(name: string): string {
  return String(stripNamespace(name));
}
