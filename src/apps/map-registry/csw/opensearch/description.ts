import { xmlDocument } from '../../../../map-kit/xml-document.ts';
import type { Catalog } from '../../layers/layer.ts';
import { RECORD_LIMITS } from '../requests/parameter-values.ts';

/** The media type of descriptions. */
export const DESCRIPTION_TYPE = 'application/opensearchdescription+xml';

const FORMATS = ['application/atom+xml', 'application/json'];

const TEMPLATE =
  'mode=opensearch&service=CSW&version=3.0.0&request=GetRecords&elementsetname=full&typenames=csw:Record&resulttype=results' +
  '&q={searchTerms?}&bbox={geo:box?}&time={time:start?}/{time:end?}&startposition={startIndex?}&maxrecords={count?}';

/** Returns the description of the searches of a catalogue. @param url where its CSW is. */
export function openSearchDescription(catalog: Catalog, url: string): string {
  return xmlDocument({
    OpenSearchDescription: {
      '@xmlns': 'http://a9.com/-/spec/opensearch/1.1/',
      '@xmlns:geo': 'http://a9.com/-/opensearch/extensions/geo/1.0/',
      '@xmlns:time': 'http://a9.com/-/opensearch/extensions/time/1.0/',
      ShortName: catalog.name.slice(0, 16),
      Description: `Layers of map services in the catalogue ${catalog.name}.`.slice(0, 1_024),
      Tags: 'catalogue discovery maps',
      LongName: catalog.name.slice(0, 48),
      Url: FORMATS.map((format) => ({
        '@type': format,
        '@method': 'get',
        '@indexOffset': 1,
        '@template': `${url}?${TEMPLATE}&outputformat=${encodeURIComponent(format)}`,
      })),
      Query: { '@role': 'example', '@searchTerms': 'roads', '@count': RECORD_LIMITS.default },
      SyndicationRight: 'open',
      AdultContent: 'false',
      Language: 'en-us',
      OutputEncoding: 'UTF-8',
      InputEncoding: 'UTF-8',
    },
  });
}
