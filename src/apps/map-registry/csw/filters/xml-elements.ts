import { XmlElement } from 'libxml2-wasm';

/** Returns the elements in an element. */
export function childElements(element: XmlElement): readonly XmlElement[] {
  const children: XmlElement[] = [];
  for (let node = element.firstChild; node; node = node.next) {
    if (node instanceof XmlElement) children.push(node);
  }
  return children;
}

/** Returns the first element of one of some local names in an element. */
export function childNamed(element: XmlElement, ...names: readonly string[]): XmlElement | undefined {
  return childElements(element).find(({ name }) => names.includes(name));
}

/** Returns the value of an attribute; `undefined` where it is missing or empty. */
export function attributeOf(element: XmlElement, ...names: readonly string[]): string | undefined {
  for (const name of names) {
    const value = element.attr(name)?.value;
    if (value !== undefined && value !== '') return value;
  }
  return undefined;
}
