import type { Srs } from '../../../../map-kit/crs.ts';
import { MERCATOR_EDGE_METRES } from '../../../../map-kit/crs.ts';
import type { JsonValue } from '../../../../platform/json-value.ts';
import { drawableSrs } from '../crs-codes.ts';
import type {
  WmtsDescription,
  WmtsLayerDescription,
  WmtsMatrix,
  WmtsMatrixSet,
} from '../description/descriptions.ts';
import { namedUrl, requestUrl, serverUrl } from '../server-url.ts';
import type { StoredLevel, StoredTiles } from '../stored-tiles.ts';

/** The pixel of the OGC, in metres. */
const PIXEL_METRES = 0.000_28;

/** Metres of a unit of each system: those of a degree are at the equator. */
const UNIT_METRES: Readonly<Record<Srs, number>> = {
  'EPSG:4326': MERCATOR_EDGE_METRES / 180,
  'EPSG:3857': 1,
};

/** Names of `{placeholders}` that stay in a stored template. */
const LEVEL_PLACEHOLDERS: readonly (readonly [RegExp, string])[] = [
  [/\{TileMatrix\}/gi, '{level}'],
  [/\{TileCol\}/gi, '{column}'],
  [/\{TileRow\}/gi, '{row}'],
];

/** Where a service is. */
export interface WmtsAddresses {
  readonly server: URL;
  /** Where its capabilities came from, after redirects. */
  readonly from: URL;
}

/**
 * Returns how a layer is drawn, to be stored; null where it has no tiles that are pictures in a system that is known.
 */
export function wmtsDrawing(
  description: WmtsDescription,
  layer: WmtsLayerDescription,
  addresses: WmtsAddresses,
): JsonValue {
  const chosen = chooseMatrixSet(description.matrixSets, layer);
  if (!chosen) return null;
  const { set, srs, levels } = chosen;
  const template =
    restTemplate(layer, set, addresses) ?? parameterTemplate(description, layer, set, addresses);
  if (template === undefined) return null;
  const stored: StoredTiles = { template, srs, isBottomUp: false, levels };
  return stored;
}

interface ChosenSet {
  readonly set: WmtsMatrixSet;
  readonly srs: Srs;
  readonly levels: readonly StoredLevel[];
}

/** Web Mercator first, as most maps are drawn in it. */
function chooseMatrixSet(
  sets: readonly WmtsMatrixSet[],
  { matrixSets }: WmtsLayerDescription,
): ChosenSet | undefined {
  const usable = sets
    .filter(({ name }) => matrixSets.includes(name))
    .flatMap((set) => {
      const srs = drawableSrs(set.crs);
      const levels = srs ? levelsOf(set, srs) : [];
      return srs && levels.length > 0 ? [{ set, srs, levels }] : [];
    });
  return usable.find(({ srs }) => srs === 'EPSG:3857') ?? usable[0];
}

/** Thousands of layers have the same set. */
const levelsBySet = new WeakMap<WmtsMatrixSet, readonly StoredLevel[]>();

function levelsOf(set: WmtsMatrixSet, srs: Srs): readonly StoredLevel[] {
  const known = levelsBySet.get(set);
  if (known) return known;
  const levels = set.matrices
    .map((matrix) => levelOf(matrix, set.crs, srs))
    .filter(isUsable)
    .toSorted((one, other) => other.resolution - one.resolution);
  levelsBySet.set(set, levels);
  return levels;
}

function levelOf(matrix: WmtsMatrix, crs: string, srs: Srs): StoredLevel {
  const [left, top] = eastNorth(matrix.corner, crs, srs);
  return {
    name: encodeURIComponent(matrix.name),
    resolution: (matrix.scaleDenominator * PIXEL_METRES) / UNIT_METRES[srs],
    columns: matrix.columns,
    rows: matrix.rows,
    left,
    top,
    tileWidthPixels: matrix.tileWidthPixels,
    tileHeightPixels: matrix.tileHeightPixels,
  };
}

function isUsable({ resolution, columns, rows, left, top, ...tile }: StoredLevel): boolean {
  const isCount = (value: number) => Number.isSafeInteger(value) && value >= 1;
  return (
    resolution > 0 &&
    [resolution, left, top].every(Number.isFinite) &&
    [columns, rows, tile.tileWidthPixels, tile.tileHeightPixels].every(isCount)
  );
}

/**
 * Returns the upper left corner as east and north. EPSG:4326 has the latitude first, except that some servers write the
 * longitude first; a latitude of more than 90 degrees gives them away.
 */
function eastNorth([first, second]: WmtsMatrix['corner'], crs: string, srs: Srs): readonly [number, number] {
  if (srs === 'EPSG:3857') return first > 0 && second < 0 ? [second, first] : [first, second];
  const isLongitudeFirst = /CRS:?84/i.test(crs) || Math.abs(first) > 90;
  return isLongitudeFirst ? [first, second] : [second, first];
}

function restTemplate(
  layer: WmtsLayerDescription,
  set: WmtsMatrixSet,
  { from }: WmtsAddresses,
): string | undefined {
  const written = choosePicture(layer.templates, ({ format }) => format)?.url;
  if (written === undefined) return undefined;
  const values: readonly (readonly [string, string])[] = [
    ...layer.dimensions.map(({ name, value }) => [name, value] as const),
    ['Layer', layer.name],
    ['Style', layer.style],
    ['TileMatrixSet', set.name],
  ];
  let template = unescapeBraces(namedUrl(written, from).href);
  for (const [name, value] of values) {
    template = replaceIgnoringCase(template, `{${name}}`, encodeURIComponent(value));
  }
  for (const [placeholder, own] of LEVEL_PLACEHOLDERS) template = template.replace(placeholder, () => own);
  // Of a placeholder that is left the value is not known.
  return /\{(?!level\}|column\}|row\})/.test(template) ? undefined : template;
}

function parameterTemplate(
  { tileUrl }: WmtsDescription,
  layer: WmtsLayerDescription,
  set: WmtsMatrixSet,
  { server, from }: WmtsAddresses,
): string | undefined {
  const format = choosePicture(layer.formats, (each) => each);
  if (format === undefined && layer.formats.length > 0) return undefined;
  const base = tileUrl === '' ? server : serverUrl(namedUrl(tileUrl, from));
  const url = requestUrl(base, {
    SERVICE: 'WMTS',
    REQUEST: 'GetTile',
    VERSION: '1.0.0',
    LAYER: layer.name,
    STYLE: layer.style,
    FORMAT: format ?? 'image/png',
    TILEMATRIXSET: set.name,
    ...Object.fromEntries(layer.dimensions.map(({ name, value }) => [name.toUpperCase(), value])),
  });
  return `${url.href}&TILEMATRIX={level}&TILEROW={row}&TILECOL={column}`;
}

/** PNG first, as it may be transparent. Other formats are no pictures. */
function choosePicture<Item>(items: readonly Item[], formatOf: (item: Item) => string): Item | undefined {
  const find = (format: RegExp) => items.find((item) => format.test(formatOf(item).trim()));
  return find(/^image\/png\b/i) ?? find(/^image\/(jpe?g|jpgpng|webp|gif)\b/i);
}

function unescapeBraces(href: string): string {
  return href.replace(/%7B/gi, '{').replace(/%7D/gi, '}');
}

function replaceIgnoringCase(text: string, searched: string, replacement: string): string {
  const position = text.toLowerCase().indexOf(searched.toLowerCase());
  if (position < 0) return text;
  const rest = text.slice(position + searched.length);
  return text.slice(0, position) + replacement + replaceIgnoringCase(rest, searched, replacement);
}
