import { boxFromCoordinates, findWmsSystem, type NamedCrs, type WmsVersion } from '../axis-order.ts';
import type { Box } from '../box.ts';
import { OgcError } from '../ogc-error.ts';
import { type OgcRequest, readNumbers } from '../ogc-request.ts';
import { type Colour, findPictureFormat, type PictureFormat, WHITE } from '../picture-encoding.ts';
import { readTimes, type TimeInterval } from '../time-parameter.ts';

/** Layers of one picture, at most. */
export const MOST_LAYERS = 20;

/** How large a picture is. */
export interface PictureSize {
  readonly widthPixels: number;
  readonly heightPixels: number;
}

/** Where a picture is on the map, and how large it is. */
export interface MapPlace extends PictureSize {
  readonly crs: NamedCrs;
  readonly box: Box;
}

/** How a picture is written. */
export interface PictureStyle {
  readonly format: PictureFormat;
  /** `undefined`: where there is nothing, it is transparent. */
  readonly background: Colour | undefined;
}

/** Reads CRS or SRS, BBOX, WIDTH and HEIGHT. @throws {OgcError} */
export function readPlace(parameters: OgcRequest, version: WmsVersion, maximumPixels: number): MapPlace {
  const size = readSize(parameters, maximumPixels);
  const crs = readSystem(parameters, version);
  const numbers = readNumbers(parameters.get('bbox'), 4);
  if (!numbers) throw invalid('BBOX', 'BBOX has to be four numbers: minx,miny,maxx,maxy.');
  const [first = 0, second = 0, third = 0, fourth = 0] = numbers;
  const box = boxFromCoordinates([first, second, third, fourth], crs);
  if (!(box.minX < box.maxX && box.minY < box.maxY)) throw invalid('BBOX', 'BBOX has no area.');
  if (!isUsable(box, crs)) throw invalid('BBOX', `BBOX is beyond what ${crs.name} has.`);
  return { crs, box, ...size };
}

/** Reads WIDTH and HEIGHT. @throws {OgcError} */
export function readSize(parameters: OgcRequest, maximumPixels: number): PictureSize {
  parameters.get('width');
  parameters.get('height');
  return {
    widthPixels: parameters.findWholeNumber('width', 1, maximumPixels) ?? 0,
    heightPixels: parameters.findWholeNumber('height', 1, maximumPixels) ?? 0,
  };
}

/** Boxes may go around the world once more to each side. */
function isUsable(box: Box, { srs }: NamedCrs): boolean {
  const limit = srs === 'EPSG:4326' ? 540 : 6.1e7;
  return [box.minX, box.minY, box.maxX, box.maxY].every((coordinate) => Math.abs(coordinate) <= limit);
}

function readSystem(parameters: OgcRequest, version: WmsVersion): NamedCrs {
  const key = version === '1.1.1' ? 'SRS' : 'CRS';
  const name = parameters.get(key);
  const crs = findWmsSystem(version, name);
  if (crs) return crs;
  throw new OgcError(`Invalid${key}`, `There are no maps in ${name.slice(0, 60)}.`, { locator: key });
}

/** Reads a list of layers. @throws {OgcError} */
export function readLayers(parameters: OgcRequest, key: 'layers' | 'query_layers'): readonly string[] {
  const layers = parameters.get(key).split(',');
  if (layers.length > MOST_LAYERS) throw invalid(key, `There are more than ${MOST_LAYERS} layers.`);
  if (layers.includes('')) throw new OgcError('LayerNotDefined', 'A layer has no name.', { locator: key });
  return layers;
}

/** Reads STYLES: there is one style for each layer. @throws {OgcError} */
export function checkStyles(parameters: OgcRequest, layerCount: number): void {
  const given = parameters.find('styles');
  if (given === undefined) return;
  const styles = given.split(',');
  const unknown = styles.find((style) => !['', 'default'].includes(style));
  if (unknown !== undefined) {
    const message = `There is no style ${unknown.slice(0, 60)}.`;
    throw new OgcError('StyleNotDefined', message, { locator: 'STYLES' });
  }
  if (styles.length !== layerCount) throw invalid('STYLES', 'STYLES has to be as long as LAYERS.');
}

/** Reads FORMAT, TRANSPARENT and BGCOLOR. @throws {OgcError} */
export function readPictureStyle(parameters: OgcRequest): PictureStyle {
  const name = parameters.get('format');
  const format = findPictureFormat(name);
  if (!format) {
    const message = `There are no pictures of the format ${name.slice(0, 60)}.`;
    throw new OgcError('InvalidFormat', message, { locator: 'FORMAT' });
  }
  const colour = readColour(parameters.find('bgcolor'));
  const isTransparent = readBoolean(parameters.find('transparent'));
  return { format, background: isTransparent && format !== 'jpeg' ? undefined : colour };
}

function readBoolean(value: string | undefined): boolean {
  if (value === undefined || /^false$/i.test(value)) return false;
  if (/^true$/i.test(value)) return true;
  throw invalid('TRANSPARENT', 'TRANSPARENT has to be TRUE or FALSE.');
}

function readColour(value: string | undefined): Colour {
  if (value === undefined) return WHITE;
  const [, red = '', green = '', blue = ''] =
    /^(?:0x|#)?([\da-f]{2})([\da-f]{2})([\da-f]{2})$/i.exec(value) ?? [];
  if (blue === '') throw invalid('BGCOLOR', 'BGCOLOR has to be 0xRRGGBB.');
  return {
    red: Number.parseInt(red, 16),
    green: Number.parseInt(green, 16),
    blue: Number.parseInt(blue, 16),
  };
}

/** Reads TIME, the newest first; `undefined` is all time. @throws {OgcError} */
export function readTimeParameter(parameters: OgcRequest): readonly (TimeInterval | undefined)[] {
  const value = parameters.find('time');
  if (value === undefined || value.toLowerCase() === 'default') return [undefined];
  return readTimes(value).toSorted((one, other) => other.end.getTime() - one.end.getTime());
}

function invalid(locator: string, message: string): OgcError {
  return new OgcError('InvalidParameterValue', message, { locator });
}
