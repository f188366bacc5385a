import { makeValidator } from 'envalid';
import { areDecodable, refuse } from '../settings/values.ts';

/** Which search engine, and where it is. */
export type SearchEngineAddress =
  | { readonly kind: 'postgres' }
  | {
      readonly kind: 'elasticsearch' | 'opensearch';
      /** With the credentials, where there are some. */
      readonly url: string;
    };

/** A setting that says where documents are indexed: `postgres`, or `elasticsearch+https://host:9200` and the like. */
export const searchEngineUrl = makeValidator<SearchEngineAddress>((input) => {
  const value = input.trim();
  if (value.toLowerCase() === 'postgres') return { kind: 'postgres' };
  const [, kind, rest = ''] = /^(elasticsearch|opensearch)\+(https?:\/\/.*)$/i.exec(value) ?? [];
  const url = URL.parse(rest);
  if (kind !== undefined && url && isUsable(url)) {
    return {
      kind: kind.toLowerCase() === 'opensearch' ? 'opensearch' : 'elasticsearch',
      url: rest.replace(/\/+$/, ''),
    };
  }
  return refuse(
    'postgres, or elasticsearch+https://host:9200 or opensearch+https://host:9200, also with http and with user:password@, where special characters are percent-encoded',
  );
});

/** What a search engine's address is made of, where each part is a variable of its own. */
export interface SearchEngineParts {
  readonly scheme?: string | undefined;
  readonly host?: string | undefined;
  readonly port?: number | undefined;
}

/** Returns the address of Elasticsearch from its parts; where none of them is set, the engine is `postgres`. */
export function searchEngineOf({ scheme, host, port }: SearchEngineParts): SearchEngineAddress {
  if (scheme === undefined && host === undefined && port === undefined) return { kind: 'postgres' };
  const protocol = scheme?.startsWith('https') ? 'https' : 'http';
  return { kind: 'elasticsearch', url: `${protocol}://${host ?? 'localhost'}:${port ?? 9_200}` };
}

function isUsable({ hostname, search, hash, username, password }: URL): boolean {
  return hostname !== '' && search === '' && hash === '' && areDecodable(username, password);
}
