/** What comes before the root element: a declaration, instructions, comments, a document type. */
const PROLOG =
  /^(?:\s+|<\?[\s\S]*?\?>|<!--[\s\S]*?-->|<!DOCTYPE(?:[^[\]<>"']|"[^"]*"|'[^']*'|\[(?:[^\]"']|"[^"]*"|'[^']*')*\])*>)/;

const ROOT = /^<(?:([\w.-]+):)?([\w.-]+)((?:[^<>"']|"[^"<]*"|'[^'<]*')*)>/;

/** The start tag of the root element of a document. */
export interface RootTag {
  /** Without a prefix. */
  readonly name: string;
  /** As it is declared there; empty where it is not. */
  readonly namespace: string;
}

/**
 * Reads the start tag of the root element, without reading the document.
 *
 * @param start enough of its text: a few kilobytes.
 * @returns `undefined` where the text is no XML.
 */
export function readRootTag(start: string): RootTag | undefined {
  let rest = start.replace(/^\uFEFF/, '');
  for (let prolog = PROLOG.exec(rest); prolog; prolog = PROLOG.exec(rest))
    rest = rest.slice(prolog[0].length);
  const root = ROOT.exec(rest);
  if (!root) return undefined;
  const [, prefix, name = '', attributes = ''] = root;
  const declaration = prefix === undefined ? 'xmlns' : `xmlns:${prefix}`;
  return { name, namespace: attributeOf(attributes, declaration) };
}

function attributeOf(attributes: string, name: string): string {
  for (const [, found, , value] of attributes.matchAll(/\s([\w:.-]+)\s*=\s*(["'])(.*?)\2/gs)) {
    if (found === name) return value ?? '';
  }
  return '';
}
