import { create } from 'xmlbuilder2';

/** The content of an element: `@name` are attributes, `#` is text, arrays are repeated elements; `undefined` is left out. */
export interface XmlContent {
  readonly [name: string]: XmlValue;
}

/** What {@link XmlContent} is made of. */
export type XmlValue = string | number | undefined | XmlContent | readonly XmlValue[];

/** Returns an XML document in UTF-8. @param documentType the address of its DTD, if it has one. */
export function xmlDocument(root: XmlContent, documentType?: string): string {
  const document = create({ version: '1.0', encoding: 'UTF-8', invalidCharReplacement: '\uFFFD' });
  if (documentType !== undefined) document.dtd({ name: Object.keys(root)[0] ?? '', sysID: documentType });
  return document.ele(root).doc().end({ prettyPrint: true });
}

/** The namespace of `xsi:schemaLocation`. */
export const XSI = 'http://www.w3.org/2001/XMLSchema-instance';

/** The namespace of `xlink:href`. */
export const XLINK = 'http://www.w3.org/1999/xlink';
