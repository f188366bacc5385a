import { XMLParser } from 'fast-xml-parser';

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  textNodeName: '#text',
  ignoreDeclaration: true,
  parseTagValue: false,
  parseAttributeValue: false,
});

/**
 * Returns a document of ours as JSON: attributes begin with `@`, repeated elements become an array, and all values are texts, as
 * clients of other catalogues know it.
 */
export function jsonOfXml(xml: string): string {
  return JSON.stringify(parser.parse(xml));
}
