import {
  DEFAULT_STYLE,
  decodePathPart,
  type TileCall,
  unknownPart,
} from '../../../../map-kit/wmts/tile-call.ts';
import { formatOfExtension } from '../../../../map-kit/wmts/tile-formats.ts';

/**
 * Reads the path of a tile: `name/grid/z/x/y.png`, with rows from the north.
 *
 * @returns `undefined` if it is no path of a tile.
 * @throws {OgcError}
 */
export function callOfTilePath(path: string): TileCall | undefined {
  const parts = path.split('/').map(decodePathPart);
  if (parts.length !== 5) return undefined;
  const [layer = '', grid = '', level = '', column = '', file = ''] = parts;
  const [row = '', extension = '', ...more] = file.split('.');
  const format = formatOfExtension(extension);
  if (!format || more.length > 0) throw unknownPart('Format', extension, 404);
  return {
    layer,
    style: DEFAULT_STYLE,
    time: undefined,
    grid,
    level,
    row,
    column,
    format,
    unknownStatus: 404,
  };
}
