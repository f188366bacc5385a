import type { DatabaseOrTransaction } from '../../../../platform/database/connection.ts';
import type { Catalog } from '../../layers/layer.ts';
import type { CatalogueMetadata } from '../csw-variables.ts';
import { type CswVersion, NAMESPACES } from '../csw-version.ts';
import { jsonOfXml } from '../outputs/json-of-xml.ts';
import { element, XML_DECLARATION } from '../outputs/xml-text.ts';
import type { RememberedMatches } from '../records/remembered-matches.ts';
import type { ReplyFormat } from '../requests/csw-request.ts';

/** What an operation works with. */
export interface CswContext {
  readonly database: DatabaseOrTransaction;
  readonly catalog: Catalog;
  /** What was found by searches before. */
  readonly rememberedMatches: RememberedMatches;
  /** `https://registry.example.org/registry/hypermap` */
  readonly catalogUrl: string;
  /** Where CSW is: `https://registry.example.org/registry/hypermap/csw` */
  readonly url: string;
  /** Where the description of the OpenSearch is. */
  readonly descriptionUrl: string;
  /** What the capabilities say of the catalogue. */
  readonly metadata: CatalogueMetadata;
  /** Returns the address of this request with other parameters: of another page of the same search. */
  readonly pageUrl: (parameters: Readonly<Record<string, string>>) => string;
}

/** What is sent. */
export interface CswReply {
  readonly contentType: string;
  readonly body: string;
}

const CONTENT_TYPES: Readonly<Record<ReplyFormat, string>> = {
  xml: 'application/xml; charset=utf-8',
  json: 'application/json',
};

/** Returns a document as a reply. @param contentType of the XML; JSON has its own. */
export function replyOf(xml: string, format: ReplyFormat = 'xml', contentType?: string): CswReply {
  return format === 'json'
    ? { contentType: CONTENT_TYPES.json, body: jsonOfXml(xml) }
    : { contentType: contentType ?? CONTENT_TYPES.xml, body: XML_DECLARATION + xml };
}

/** Returns the root of a reply, with the version and where its schema is. */
export function cswRoot(
  name: string,
  version: CswVersion,
  {
    attributes = {},
    isPublication = false,
  }: { readonly attributes?: Readonly<Record<string, string | undefined>>; readonly isPublication?: boolean },
  ...children: readonly string[]
): string {
  const { prefix, csw, discoverySchema, publicationSchema } = NAMESPACES[version];
  return element(
    `${prefix}:${name}`,
    {
      [`xmlns:${prefix}`]: csw,
      'xmlns:xsi': 'http://www.w3.org/2001/XMLSchema-instance',
      ...attributes,
      'xsi:schemaLocation': `${csw} ${isPublication ? publicationSchema : discoverySchema}`,
    },
    ...children,
  );
}
