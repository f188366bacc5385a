import { xmlDocument } from '../../../../map-kit/xml-document.ts';
import { FORMATS } from './formats.ts';
import type { ParameterDeclaration } from './parameters.ts';

/** A description of a search. */
export interface SearchDescription {
  readonly title: string;
  readonly description: string;
  /** Where the results are, without the format: `https://maps.example.org/opensearch`. */
  readonly address: string;
  readonly parameters: readonly ParameterDeclaration[];
  /** `collection` if the results are collections, `results` if they are products. */
  readonly relation: 'collection' | 'results';
}

/** The media type of descriptions. */
export const DESCRIPTION_TYPE = 'application/opensearchdescription+xml';

/** Names that OpenSearch has at most so many characters of. */
const LONGEST = { shortName: 16, description: 1_024 } as const;

/** Returns a description as XML, with the address of each format and the parameters that it has. */
export function descriptionXml({
  title,
  description,
  address,
  parameters,
  relation,
}: SearchDescription): string {
  const query = parameters.map(({ name, value }) => `${name}={${value}?}`).join('&');
  return xmlDocument({
    OpenSearchDescription: {
      '@xmlns': 'http://a9.com/-/spec/opensearch/1.1/',
      '@xmlns:geo': 'http://a9.com/-/opensearch/extensions/geo/1.0/',
      '@xmlns:time': 'http://a9.com/-/opensearch/extensions/time/1.0/',
      '@xmlns:eo': 'http://a9.com/-/opensearch/extensions/eo/1.0/',
      '@xmlns:parameters': 'http://a9.com/-/spec/opensearch/extensions/parameters/1.0/',
      ShortName: title.slice(0, LONGEST.shortName),
      Description: description.slice(0, LONGEST.description),
      Url: [...FORMATS].map(([format, { mediaType }]) => ({
        '@type': mediaType,
        '@rel': relation,
        '@indexOffset': 1,
        '@template': `${address}/${format}?${query}`,
        'parameters:Parameter': parameters.map(({ name, value, title: words, minimum, maximum }) => ({
          '@name': name,
          '@value': `{${value}}`,
          '@title': words,
          '@minimum': 0,
          '@minInclusive': minimum,
          '@maxInclusive': maximum,
        })),
      })),
      LongName: title.slice(0, 48),
      SyndicationRight: 'open',
      AdultContent: 'false',
      Language: 'en-us',
      OutputEncoding: 'UTF-8',
      InputEncoding: 'UTF-8',
    },
  });
}
