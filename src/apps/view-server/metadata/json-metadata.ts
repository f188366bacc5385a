import { storableText } from '../../../platform/database/storable-text.ts';
import type { Polygon, Position } from '../catalogue/footprint.ts';
import type { Footprint } from '../catalogue/product.ts';
import { polygonsOfWkt, WktError } from '../catalogue/well-known-text.ts';
import { readInterval } from './earth-observation.ts';
import { checkedFootprint } from './gml-footprint.ts';
import { MetadataError } from './metadata-error.ts';
import type { ProductMetadata } from './product-metadata.ts';
import { MOST_METADATA_BYTES } from './xml-text.ts';

type JsonObject = Readonly<Record<string, unknown>>;

/** Names that are no properties of the product, or are read otherwise. */
const KNOWN = new Set(
  [
    'id identifier path type productType level processingLevel footprint geometry bbox begin end begins ends start',
    'start_datetime end_datetime datetime properties collection collections stac_version assets links stac_extensions',
  ].flatMap((names) => names.split(' ')),
);

/** Names of STAC, and those that searches know. */
const RENAMED: Readonly<Record<string, string>> = {
  'eo:cloud_cover': 'cloudCover',
  'eo:snow_cover': 'snowCover',
  gsd: 'resolution',
  'sat:absolute_orbit': 'orbitNumber',
  'sat:orbit_state': 'orbitDirection',
  instruments: 'instrument',
};

const MOST_PROPERTIES = 100;
const LONGEST_TEXT = 500;

/**
 * Reads metadata in JSON: what a package was pushed with to the queue of metadata
 * (`{"path", "id", "type", "level", "footprint", "begin", "end", …}`), or an item of STAC. The footprint is GeoJSON, WKT, or a `bbox`.
 *
 * @throws {MetadataError}
 */
export function readJsonMetadata(text: string): ProductMetadata {
  if (text.length > MOST_METADATA_BYTES) throw new MetadataError('The metadata is too long');
  const root = parse(text);
  const inner = isObject(root['properties']) ? root['properties'] : {};
  const all: JsonObject = { ...inner, ...root };
  const isItem = root['type'] === 'Feature';
  const begin = textOf(all, 'begin', 'begins', 'start', 'start_datetime', 'datetime');
  const end = textOf(all, 'end', 'ends', 'end_datetime');
  return {
    identifier: textOf(all, 'id', 'identifier'),
    type: textOf(isItem ? inner : all, ...(isItem ? [] : ['type']), 'productType', 'product:type'),
    level: textOf(all, 'level', 'processingLevel', 'processing:level'),
    footprint: footprintIn(all),
    ...readInterval(begin, end),
    properties: propertiesOf({ ...inner, ...(isItem ? {} : root) }),
  };
}

function parse(text: string): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new MetadataError('The metadata is no JSON', { cause: error });
  }
  if (isObject(value)) return value;
  throw new MetadataError('The metadata is no JSON object');
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function textOf(object: JsonObject, ...names: readonly string[]): string | undefined {
  for (const name of names) {
    const value = object[name];
    if (value === undefined || value === null || value === '') continue;
    if (typeof value === 'string' || typeof value === 'number') return String(value);
    throw new MetadataError(`The metadata has a "${name}" that is no text`);
  }
  return undefined;
}

function footprintIn(all: JsonObject): Footprint | undefined {
  const geometry = all['footprint'] ?? all['geometry'] ?? undefined;
  if (typeof geometry === 'string') return footprintOfWkt(geometry);
  if (geometry !== undefined) return checkedFootprint(polygonsOfGeoJson(geometry));
  return Array.isArray(all['bbox']) ? footprintOfNumbers(all['bbox']) : undefined;
}

function footprintOfWkt(text: string): Footprint {
  try {
    return checkedFootprint(polygonsOfWkt(text));
  } catch (error) {
    if (error instanceof WktError) throw new MetadataError(`The footprint is no WKT: ${error.message}`);
    throw error;
  }
}

function footprintOfNumbers(bbox: readonly unknown[]): Footprint {
  const [west, south, east, north] = bbox.length === 6 ? [bbox[0], bbox[1], bbox[3], bbox[4]] : bbox;
  return checkedFootprint([
    [[position([west, south]), position([east, south]), position([east, north]), position([west, north])]],
  ]);
}

/** Reads a polygon or several of GeoJSON. @throws {MetadataError} */
function polygonsOfGeoJson(geometry: unknown): readonly Polygon[] {
  const { type, coordinates } = isObject(geometry) ? geometry : {};
  if (type === 'Polygon') return [polygon(coordinates)];
  if (type === 'MultiPolygon') return list(coordinates).map(polygon);
  throw new MetadataError('The footprint is neither a Polygon nor a MultiPolygon of GeoJSON');
}

function polygon(rings: unknown): Polygon {
  return list(rings).map((ring) => list(ring).map(position));
}

function position(value: unknown): Position {
  const [longitude, latitude] = list(value);
  if (typeof longitude === 'number' && typeof latitude === 'number') return [longitude, latitude];
  throw new MetadataError('The footprint has a position that is no numbers');
}

function list(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw new MetadataError('The footprint has coordinates that are no lists');
}

function propertiesOf(object: JsonObject): Record<string, string | number> {
  const kept = Object.entries(object).flatMap(([name, value]): [string, string | number][] => {
    const text =
      Array.isArray(value) && value.every((each) => typeof each === 'string') ? value.join(', ') : value;
    if (KNOWN.has(name) || (typeof text !== 'string' && typeof text !== 'number')) return [];
    const stored = typeof text === 'string' ? storableText(text.slice(0, LONGEST_TEXT)) : text;
    return [[storableText(RENAMED[name] ?? name.slice(0, 100)), stored]];
  });
  return Object.fromEntries(kept.slice(0, MOST_PROPERTIES));
}
