import type { PictureFormat } from '../picture-encoding.ts';

/** A format of tiles: its name in requests by key-value pairs, and the end of its paths. */
export interface TileFormat {
  readonly format: PictureFormat;
  readonly mimeType: string;
  readonly extension: string;
}

/** The formats, the preferred one first: JPEG, or PNG for a tile with transparent pixels. That is what is seeded. */
export const TILE_FORMATS: readonly [TileFormat, ...TileFormat[]] = [
  { format: 'mixed', mimeType: 'image/vnd.jpeg-png', extension: 'mixed' },
  { format: 'png', mimeType: 'image/png', extension: 'png' },
  { format: 'jpeg', mimeType: 'image/jpeg', extension: 'jpg' },
];

/** Finds the format with a MIME type, in any case. */
export function formatOfMimeType(mimeType: string): TileFormat | undefined {
  return TILE_FORMATS.find((each) => each.mimeType === mimeType.toLowerCase());
}

/** Finds the format of paths that end so. */
export function formatOfExtension(extension: string): TileFormat | undefined {
  const known = extension.toLowerCase().replace(/^jpeg$/, 'jpg');
  return TILE_FORMATS.find((each) => each.extension === known);
}
