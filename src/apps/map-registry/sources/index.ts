import type { ServiceType } from '../layers/layer.ts';
import { cswSource } from './csw/csw-source.ts';
import { esriSource } from './esri/esri-source.ts';
import { type MapSource, SourceError } from './map-source.ts';
import { tmsSource } from './tms/tms-source.ts';
import { warperSource } from './warper/warper-source.ts';
import { wmsSource } from './wms/wms-source.ts';
import { wmtsSource } from './wmts/wmts-source.ts';
import { worldMapSource } from './worldmap/worldmap-source.ts';

/** All kinds of servers, in the order in which an endpoint is looked at. */
export const MAP_SOURCES: readonly MapSource[] = [
  worldMapSource,
  warperSource,
  cswSource,
  wmsSource,
  tmsSource,
  wmtsSource,
  esriSource,
];

/** What in an address names the kind of its server. The first that is found counts. */
const NAMES: readonly (readonly [RegExp, ServiceType])[] = [
  [/[?&]service=wmts\b|\bwmts\b/i, 'OGC:WMTS'],
  [/[?&]service=wms\b/i, 'OGC:WMS'],
  [/[?&]service=csw\b/i, 'OGC:CSW'],
  [/\/rest\/services\b.*\/ImageServer\b/i, 'ESRI:ArcGIS:ImageServer'],
  [/\/rest\/services\b/i, 'ESRI:ArcGIS:MapServer'],
  [/\btms\b/i, 'OSGeo:TMS'],
  [/\bcsw\b/i, 'OGC:CSW'],
  [/\bwms\b|WMSServer\b/i, 'OGC:WMS'],
];

/** Returns the source of a type of services. @throws {SourceError} where there is none. */
export function sourceOf(type: ServiceType): MapSource {
  const source = MAP_SOURCES.find(({ types }) => types.includes(type));
  if (!source) throw new SourceError(`Services of the type ${type} cannot be read.`);
  return source;
}

/** Returns all sources in the order in which an endpoint is looked at: the kind that its address names comes first. */
export function sourcesFor(url: URL): readonly MapSource[] {
  const text = `${url.pathname}${url.search}`;
  const type = NAMES.find(([pattern]) => pattern.test(text))?.[1];
  if (!type) return MAP_SOURCES;
  const isNamed = ({ types }: MapSource) => types.includes(type);
  return [...MAP_SOURCES.filter(isNamed), ...MAP_SOURCES.filter((source) => !isNamed(source))];
}
