/** What an element may hold: attributes that are `undefined` are left out. */
export type Attributes = Readonly<Record<string, string | number | undefined>>;

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Characters that XML cannot hold. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: those are what is looked for.
const UNWRITABLE = /[\0-\x08\x0B\x0C\x0E-\x1F\uFFFE\uFFFF]/g;

/** The first line of documents. */
export const XML_DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n';

/** Returns a text as XML has it, in elements and in attributes. */
export function escapeXml(text: string): string {
  return text
    .toWellFormed()
    .replace(UNWRITABLE, '\uFFFD')
    .replace(/[&<>"]/g, (character) => ESCAPES[character] ?? character);
}

/** Returns an element with other elements in it, as text. */
export function element(name: string, attributes: Attributes, ...children: readonly string[]): string {
  const content = children.join('');
  const tag = `${name}${attributesText(attributes)}`;
  return content === '' ? `<${tag}/>` : `<${tag}>${content}</${name}>`;
}

/** Returns an element with a text in it; an empty text where there is none. */
export function textElement(name: string, text: string, attributes: Attributes = {}): string {
  return text === '' ? '' : element(name, attributes, escapeXml(text));
}

function attributesText(attributes: Attributes): string {
  return Object.entries(attributes)
    .map(([name, value]) => (value === undefined ? '' : ` ${name}="${escapeXml(String(value))}"`))
    .join('');
}
