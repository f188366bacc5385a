import type { Srs } from '../../../map-kit/crs.ts';

/** Names of EPSG:3857 that older software has for it. */
const WEB_MERCATOR = ['EPSG:3857', 'EPSG:900913', 'EPSG:3785', 'EPSG:102100', 'EPSG:102113', 'OSGEO:41001'];

const LONGITUDE_LATITUDE = ['EPSG:4326', 'CRS:84'];

/** `urn:ogc:def:crs:EPSG::4326`, `urn:ogc:def:crs:EPSG:6.18:3:3857`, `urn:ogc:def:crs:OGC:1.3:CRS84`. */
const URN = /^urn:(?:x-)?ogc:def:crs:([a-z]+):(?:.*:)?([a-z0-9]+)$/i;

/** `http://www.opengis.net/def/crs/EPSG/0/4326`, `http://www.opengis.net/gml/srs/epsg.xml#4326`. */
const ADDRESS =
  /^https?:\/\/www\.opengis\.net\/(?:def\/crs\/([a-z]+)\/[^/]+\/|gml\/srs\/([a-z]+)\.xml#)([a-z0-9]+)$/i;

/** Returns the code of a coordinate reference system that is written in any way, such as `EPSG:4326`. */
export function plainCrs(name: string): string {
  const text = name.trim();
  const urn = URN.exec(text);
  if (urn) return codeOf(urn[1], urn[2]);
  const address = ADDRESS.exec(text);
  if (address) return codeOf(address[1] ?? address[2], address[3]);
  return /^\d+$/.test(text) ? `EPSG:${text}` : text.toUpperCase();
}

/** Returns the system that maps can be drawn in under a name, or its alias; `undefined` for all others. */
export function drawableSrs(name: string): Srs | undefined {
  const code = plainCrs(name);
  if (LONGITUDE_LATITUDE.includes(code)) return 'EPSG:4326';
  return WEB_MERCATOR.includes(code) ? 'EPSG:3857' : undefined;
}

/** Codes that come first where a list is cut: those that registries look for. */
const PREFERRED = [
  ...LONGITUDE_LATITUDE,
  ...WEB_MERCATOR,
  'EPSG:3978',
  'EPSG:3995',
  'EPSG:5936',
  'EPSG:102736',
];

/** Returns the codes of a list without repetitions, and of a long list those that matter. */
export function listSrs(names: Iterable<string>, maximum: number): readonly string[] {
  const codes = new Set<string>();
  for (const name of names) {
    // WMS 1.1.0 has a list in one element.
    for (const part of name.split(/\s+/)) if (part !== '' && part.length <= 200) codes.add(plainCrs(part));
  }
  if (codes.size <= maximum) return [...codes];
  const preferred = PREFERRED.filter((code) => codes.has(code));
  return [...new Set([...preferred, ...codes])].slice(0, maximum);
}

function codeOf(authority = '', code = ''): string {
  if (/^ogc$/i.test(authority) || /^crs$/i.test(authority)) return `CRS:${code.replace(/^CRS/i, '')}`;
  return `${authority}:${code}`.toUpperCase();
}
