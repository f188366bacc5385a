import type { ServiceType } from '../../layers/layer.ts';

/** Kinds of services that are read, by what Esri calls them. */
export const ESRI_TYPES: ReadonlyMap<string, ServiceType> = new Map([
  ['MapServer', 'ESRI:ArcGIS:MapServer'],
  ['ImageServer', 'ESRI:ArcGIS:ImageServer'],
]);

const ROOT = '/rest/services';

/** What an address of an Esri server names. */
export interface EsriAddress {
  /** No slash at the end. */
  readonly root: URL;
  /** Parts of the path below the root: a folder, a service, and its type. */
  readonly parts: readonly string[];
}

/** Reads an address; `undefined` where it is none of an Esri server. */
export function readEsriAddress(url: URL): EsriAddress | undefined {
  const at = url.pathname.indexOf(ROOT);
  if (at < 0) return undefined;
  const end = at + ROOT.length;
  const root = new URL(url.pathname.slice(0, end), url.origin);
  const parts = url.pathname
    .slice(end)
    .split('/')
    .filter((part) => part !== '');
  return { root, parts };
}

/** The service that an address names in full: `Water/Rivers/MapServer`. */
export function namedService({
  root,
  parts,
}: EsriAddress): { readonly url: URL; readonly type: ServiceType; readonly title: string } | undefined {
  const at = parts.findIndex((part) => ESRI_TYPES.has(part));
  const type = ESRI_TYPES.get(parts[at] ?? '');
  if (!type || at === 0) return undefined;
  const path = parts.slice(0, at + 1).join('/');
  return {
    url: new URL(`${root.pathname}/${path}`, root),
    type,
    title: plainPart(parts[at - 1]),
  };
}

/** Returns the address of a document. */
export function documentUrl(url: URL): URL {
  const document = new URL(url);
  document.search = 'f=json';
  return document;
}

/** Returns a part of a path as people read it. */
export function plainPart(part = ''): string {
  try {
    return decodeURIComponent(part);
  } catch {
    // `%zz` is no encoding of anything.
    return part;
  }
}
