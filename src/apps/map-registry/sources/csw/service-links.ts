import { SERVICE_TYPES, type ServiceType } from '../../layers/layer.ts';
import type { DetectedService } from '../map-source.ts';
import { serverUrl } from '../server-url.ts';

/** A link of a record. */
export interface RecordLink {
  /** What the record says that it is, in any of several vocabularies; empty where it says nothing. */
  readonly scheme: string;
  readonly url: string;
}

/** Characters of a link that are read. */
const MOST_URL = 2_000;

/** The addresses that catalogues have for kinds of services. */
const TYPES_BY_URI: ReadonlyMap<string, ServiceType> = new Map([
  ['http://www.opengis.net/cat/csw/2.0.2', 'OGC:CSW'],
  ['http://www.opengis.net/wms', 'OGC:WMS'],
  ['http://www.opengis.net/wmts/1.0', 'OGC:WMTS'],
  ['https://wiki.osgeo.org/wiki/TMS', 'OSGeo:TMS'],
  ['urn:x-esri:serviceType:ArcGIS:MapServer', 'ESRI:ArcGIS:MapServer'],
  ['urn:x-esri:serviceType:ArcGIS:ImageServer', 'ESRI:ArcGIS:ImageServer'],
]);

/** Returns the service that a link leads to; `undefined` where it leads to something else. */
export function serviceOfLink({ scheme, url: text }: RecordLink): DetectedService | undefined {
  const url = text.length <= MOST_URL ? URL.parse(text.trim()) : null;
  if (!url || !/^https?:$/.test(url.protocol)) return undefined;
  const type = typeOfScheme(scheme.trim()) ?? guessType(url);
  return type && { type, url: addressOf(type, url) };
}

function typeOfScheme(scheme: string): ServiceType | undefined {
  const known = SERVICE_TYPES.find((type) => type === scheme) ?? TYPES_BY_URI.get(scheme);
  if (known) return known;
  // `OGC:WMS-1.1.1-http-get-map`, as GeoNetwork writes it.
  return SERVICE_TYPES.find((type) => scheme.toUpperCase().startsWith(`${type}-`.toUpperCase()));
}

function guessType(url: URL): ServiceType | undefined {
  const text = `${url.pathname}${url.search}`.toLowerCase();
  const isJson = /[?&]f=p?json/.test(text);
  if (text.includes('/mapserver') && isJson) return 'ESRI:ArcGIS:MapServer';
  if (text.includes('/imageserver') && isJson) return 'ESRI:ArcGIS:ImageServer';
  if (/\bwmts\b/.test(text)) return 'OGC:WMTS';
  return /wms(?!\w)/.test(text) ? 'OGC:WMS' : undefined;
}

/** The address of the service itself, so that links to its parts are one service. */
function addressOf(type: ServiceType, url: URL): string {
  if (!type.startsWith('ESRI:')) return serverUrl(url).href;
  const [address] = /^.*?\/(?:MapServer|ImageServer)/.exec(url.origin + url.pathname) ?? [];
  return address ?? url.origin + url.pathname;
}
