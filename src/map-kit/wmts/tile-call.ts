import { OgcError } from '../ogc-error.ts';
import type { OgcRequest } from '../ogc-request.ts';
import { hasTile, sizeOfLevel, type TileGrid, type TileIndex } from '../tile-grids/tile-grid.ts';
import { formatOfExtension, formatOfMimeType, type TileFormat } from './tile-formats.ts';

/** A tile that a client asks for, as it was written. */
export interface TileCall {
  readonly layer: string;
  readonly style: string;
  readonly time: string | undefined;
  readonly grid: string;
  readonly level: string;
  readonly row: string;
  readonly column: string;
  readonly format: TileFormat;
  /** The status where there is no such layer, style or grid: 404 for a path, and 400 for parameters. */
  readonly unknownStatus: 400 | 404;
}

/** The style of all layers. */
export const DEFAULT_STYLE = 'default';

/** Reads GetTile by key-value pairs. @throws {OgcError} */
export function callOfParameters(parameters: OgcRequest): TileCall {
  const version = parameters.get('VERSION');
  if (version !== '1.0.0') {
    throw new OgcError('InvalidParameterValue', 'VERSION has to be 1.0.0.', { locator: 'VERSION' });
  }
  const mimeType = parameters.get('FORMAT');
  const format = formatOfMimeType(mimeType);
  if (!format) throw unknownPart('FORMAT', mimeType, 400);
  return {
    layer: parameters.get('LAYER'),
    // Required by the standard, and left out by many clients.
    style: parameters.find('STYLE') ?? DEFAULT_STYLE,
    time: parameters.find('TIME'),
    grid: parameters.get('TILEMATRIXSET'),
    level: parameters.get('TILEMATRIX'),
    row: parameters.get('TILEROW'),
    column: parameters.get('TILECOL'),
    format,
    unknownStatus: 400,
  };
}

/**
 * Reads the path of a tile below `/1.0.0/`: `layer/style/[time/]grid/level/row/column.ext`.
 *
 * @returns `undefined` if it is no path of a tile.
 * @throws {OgcError}
 */
export function callOfPath(path: string): TileCall | undefined {
  const parts = path.split('/').map(decodePathPart);
  if (parts.length !== 6 && parts.length !== 7) return undefined;
  const [layer = '', style = ''] = parts;
  const [grid = '', level = '', row = '', file = ''] = parts.slice(-4);
  const [column = '', extension = '', ...more] = file.split('.');
  const format = formatOfExtension(extension);
  if (!format || more.length > 0) throw unknownPart('Format', extension, 404);
  const time = parts.length === 7 ? parts[2] : undefined;
  return { layer, style, time, grid, level, row, column, format, unknownStatus: 404 };
}

/** Where a tile is. */
export interface TilePlace {
  readonly grid: TileGrid;
  readonly index: TileIndex;
}

/** Finds out which tile of which grid is meant. @throws {OgcError} `InvalidParameterValue`, `TileOutOfRange` */
export function placeOfCall(call: TileCall, grids: readonly TileGrid[]): TilePlace {
  const { unknownStatus } = call;
  if (call.style !== DEFAULT_STYLE) throw unknownPart('Style', call.style, unknownStatus);
  const grid = grids.find(({ name }) => name === call.grid);
  if (!grid) throw unknownPart('TileMatrixSet', call.grid, unknownStatus);
  const z = readIndex('TileMatrix', call.level);
  if (z >= grid.levelCount) throw unknownPart('TileMatrix', call.level, unknownStatus);
  const index = { z, x: readIndex('TileCol', call.column), y: readIndex('TileRow', call.row) };
  if (hasTile(grid, index)) return { grid, index };
  const { columns, rows } = sizeOfLevel(grid, z);
  const message = `Level ${z} of ${grid.name} has ${rows} rows and ${columns} columns.`;
  const locator = index.y >= rows ? 'TileRow' : 'TileCol';
  throw new OgcError('TileOutOfRange', message, { locator, status: 400 });
}

function readIndex(locator: string, text: string): number {
  // Larger numbers are in no level either way.
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new OgcError('InvalidParameterValue', `${locator} has to be a whole number.`, { locator });
}

/** Returns the exception for something that is not there: `There is no Layer "x".` */
export function unknownPart(locator: string, value: string, status: number): OgcError {
  const shown = JSON.stringify(value.slice(0, 100));
  return new OgcError('InvalidParameterValue', `There is no ${locator} ${shown}.`, { locator, status });
}

/** Decodes a part of a path. @throws {OgcError} */
export function decodePathPart(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch (error) {
    throw new OgcError('InvalidParameterValue', 'The path is not percent-encoded UTF-8.', { cause: error });
  }
}
