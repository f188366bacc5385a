import { OgcError } from '../../../../map-kit/ogc-error.ts';

/** A column of texts that filters may name. */
export type TextColumn =
  | 'identifier'
  | 'type'
  | 'title'
  | 'alternative'
  | 'abstract'
  | 'format'
  | 'source'
  | 'relation'
  | 'creator'
  | 'publisher'
  | 'contributor'
  | 'language'
  | 'rights';

/** What of a record filters may name. */
export type Queryable =
  | { readonly kind: 'text'; readonly column: TextColumn }
  | { readonly kind: 'subjects' }
  | { readonly kind: 'moment'; readonly column: 'dated' | 'modified' }
  | { readonly kind: 'any' }
  | { readonly kind: 'bounds' };

const text = (column: TextColumn): Queryable => ({ kind: 'text', column });

const DATE: Queryable = { kind: 'moment', column: 'dated' };
const MODIFIED: Queryable = { kind: 'moment', column: 'modified' };
const BOUNDS: Queryable = { kind: 'bounds' };

/** The queryables by the names that capabilities list. */
export const QUERYABLES: Readonly<Record<string, Queryable>> = {
  'dc:identifier': text('identifier'),
  'dc:title': text('title'),
  'dc:type': text('type'),
  'dc:format': text('format'),
  'dc:source': text('source'),
  'dc:subject': { kind: 'subjects' },
  'dc:creator': text('creator'),
  'dc:publisher': text('publisher'),
  'dc:contributor': text('contributor'),
  'dc:language': text('language'),
  'dc:rights': text('rights'),
  'dc:relation': text('relation'),
  'dc:date': DATE,
  'dct:abstract': text('abstract'),
  'dct:modified': MODIFIED,
  'dct:alternative': text('alternative'),
  'csw:AnyText': { kind: 'any' },
  'ows:BoundingBox': BOUNDS,
};

/** The queryables of the ISO profile. */
export const ISO_QUERYABLES: Readonly<Record<string, Queryable>> = {
  'apiso:Identifier': text('identifier'),
  'apiso:Title': text('title'),
  'apiso:AlternateTitle': text('alternative'),
  'apiso:Abstract': text('abstract'),
  'apiso:Subject': { kind: 'subjects' },
  'apiso:KeywordType': text('type'),
  'apiso:Type': text('type'),
  'apiso:Format': text('format'),
  'apiso:ServiceType': text('format'),
  'apiso:ParentIdentifier': text('relation'),
  'apiso:OrganisationName': text('publisher'),
  'apiso:Language': text('language'),
  'apiso:Modified': MODIFIED,
  'apiso:CreationDate': DATE,
  'apiso:PublicationDate': DATE,
  'apiso:RevisionDate': MODIFIED,
  'apiso:TempExtent_begin': DATE,
  'apiso:TempExtent_end': DATE,
  'apiso:AnyText': { kind: 'any' },
  'apiso:BoundingBox': BOUNDS,
};

/** Names that mean the same: `dc:description` is the abstract in catalogues. */
const FURTHER: Readonly<Record<string, Queryable>> = {
  description: text('abstract'),
  spatial: BOUNDS,
};

const BY_LOCAL_NAME: ReadonlyMap<string, Queryable> = new Map(
  [...Object.entries(FURTHER), ...Object.entries(ISO_QUERYABLES), ...Object.entries(QUERYABLES)].map(
    ([name, queryable]) => [localName(name), queryable],
  ),
);

const PREFIXES = ['', 'dc', 'dct', 'dcterms', 'csw', 'csw30', 'ows', 'ows20', 'apiso', 'rim', 'gmd'];

/**
 * Returns what a name in a filter means: `dc:title`, `apiso:Title`, `title`, `csw:Record/dc:title`. Case does not matter.
 *
 * @throws {OgcError} `InvalidParameterValue`
 */
export function queryableOf(name: string): Queryable {
  const last = name.trim().split('/').at(-1) ?? '';
  const prefix = last.includes(':') ? last.slice(0, last.indexOf(':')).toLowerCase() : '';
  const queryable = PREFIXES.includes(prefix) ? BY_LOCAL_NAME.get(localName(last)) : undefined;
  if (queryable) return queryable;
  throw new OgcError(
    'InvalidParameterValue',
    `"${name.slice(0, 60)}" is not a queryable of this catalogue.`,
    {
      locator: 'constraint',
    },
  );
}

function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1).toLowerCase();
}
