import { promisify } from 'node:util';
import { deflate } from 'node:zlib';
import type { PixelTransform, Samples } from '../../cog/cog-reader.ts';

/** An image in memory. */
export interface GeoImage {
  readonly widthPixels: number;
  readonly heightPixels: number;
  readonly bandCount: number;
  /** Row by row, the bands of a pixel side by side. */
  readonly samples: Samples;
  /** `EPSG:4326` */
  readonly srs: string;
  readonly transform: PixelTransform;
  readonly nodata: number | undefined;
}

const compress = promisify(deflate);

/** Bytes of a strip before it is compressed, about. */
const STRIP_BYTES = 256 * 1_024;

const HEADER_BYTES = 8;

type TagType = 'ascii' | 'short' | 'long' | 'double';

interface Tag {
  readonly id: number;
  readonly type: TagType;
  readonly values: readonly number[];
}

const TYPES: Readonly<Record<TagType, { readonly code: number; readonly bytes: number }>> = {
  ascii: { code: 2, bytes: 1 },
  short: { code: 3, bytes: 2 },
  long: { code: 4, bytes: 4 },
  double: { code: 12, bytes: 8 },
};

/** Writes a GeoTIFF: strips, Deflate, the bands of a pixel side by side. */
export async function writeGeoTiff(image: GeoImage): Promise<Buffer> {
  const rowSamples = image.widthPixels * image.bandCount;
  const rowsPerStrip = Math.max(1, Math.floor(STRIP_BYTES / (rowSamples * image.samples.BYTES_PER_ELEMENT)));
  const strips: Buffer[] = [];
  for (let row = 0; row < image.heightPixels; row += rowsPerStrip) {
    const part = image.samples.subarray(row * rowSamples, (row + rowsPerStrip) * rowSamples);
    strips.push(await compress(Buffer.from(part.buffer, part.byteOffset, part.byteLength), { level: 1 }));
  }
  const lengths = strips.map(({ length }) => length);
  const offsets: number[] = [];
  let end = HEADER_BYTES;
  for (const length of lengths) {
    offsets.push(end);
    end += length;
  }
  const padding = Buffer.alloc(end % 2);
  const directoryStart = end + padding.length;
  const header = Buffer.from('II*\0\0\0\0\0', 'latin1');
  header.writeUInt32LE(directoryStart, 4);
  const directory = directoryOf(tagsOf(image, rowsPerStrip, offsets, lengths), directoryStart);
  return Buffer.concat([header, ...strips, padding, directory]);
}

function tagsOf(
  image: GeoImage,
  rowsPerStrip: number,
  offsets: readonly number[],
  lengths: readonly number[],
): readonly Tag[] {
  const { widthPixels, heightPixels, bandCount, samples, nodata } = image;
  const isColour = samples instanceof Uint8Array && bandCount >= 3;
  const extraSamples = bandCount - (isColour ? 3 : 1);
  const all = (value: number) => Array.from({ length: bandCount }, () => value);
  return [
    { id: 256, type: 'long', values: [widthPixels] },
    { id: 257, type: 'long', values: [heightPixels] },
    { id: 258, type: 'short', values: all(samples.BYTES_PER_ELEMENT * 8) },
    { id: 259, type: 'short', values: [8] },
    { id: 262, type: 'short', values: [isColour ? 2 : 1] },
    { id: 273, type: 'long', values: offsets },
    { id: 277, type: 'short', values: [bandCount] },
    { id: 278, type: 'long', values: [rowsPerStrip] },
    { id: 279, type: 'long', values: lengths },
    { id: 284, type: 'short', values: [1] },
    ...(extraSamples > 0
      ? [{ id: 338, type: 'short' as const, values: Array.from({ length: extraSamples }, () => 0) }]
      : []),
    { id: 339, type: 'short', values: all(formatOf(samples)) },
    ...placeTags(image.transform),
    { id: 34_735, type: 'short', values: geoKeys(image.srs) },
    ...(nodata === undefined
      ? []
      : [{ id: 42_113, type: 'ascii' as const, values: [...Buffer.from(`${nodata}\0`)] }]),
  ];
}

/** Whole numbers without a sign, with one, or floats. */
function formatOf(samples: Samples): number {
  if (samples instanceof Float32Array || samples instanceof Float64Array) return 3;
  return samples instanceof Int8Array || samples instanceof Int16Array || samples instanceof Int32Array
    ? 2
    : 1;
}

function placeTags({ a, b, c, d, e, f }: PixelTransform): readonly Tag[] {
  if (b !== 0 || d !== 0 || e > 0) {
    return [{ id: 34_264, type: 'double', values: [a, b, 0, c, d, e, 0, f, 0, 0, 0, 0, 0, 0, 0, 1] }];
  }
  return [
    { id: 33_550, type: 'double', values: [a, -e, 0] },
    { id: 33_922, type: 'double', values: [0, 0, 0, c, f, 0] },
  ];
}

/** Model type, pixels as areas, and the code of the system. */
function geoKeys(srs: string): readonly number[] {
  const code = Number(/^EPSG:(\d+)$/.exec(srs)?.[1] ?? 32_767);
  const isGeographic = code >= 4_000 && code < 5_000;
  return [
    ...[1, 1, 0, 3],
    ...[1_024, 0, 1, isGeographic ? 2 : 1],
    ...[1_025, 0, 1, 1],
    ...[isGeographic ? 2_048 : 3_072, 0, 1, code],
  ];
}

function directoryOf(tags: readonly Tag[], start: number): Buffer {
  const entries = Buffer.alloc(2 + tags.length * 12 + 4);
  entries.writeUInt16LE(tags.length, 0);
  const values: Buffer[] = [];
  let valueStart = start + entries.length;
  tags.forEach((tag, index) => {
    const at = 2 + index * 12;
    const bytes = bytesOf(tag);
    entries.writeUInt16LE(tag.id, at);
    entries.writeUInt16LE(TYPES[tag.type].code, at + 2);
    entries.writeUInt32LE(tag.values.length, at + 4);
    if (bytes.length <= 4) {
      bytes.copy(entries, at + 8);
    } else {
      entries.writeUInt32LE(valueStart, at + 8);
      // Values begin at an even place.
      const even = bytes.length % 2 === 0 ? bytes : Buffer.concat([bytes, Buffer.alloc(1)]);
      values.push(even);
      valueStart += even.length;
    }
  });
  return Buffer.concat([entries, ...values]);
}

function bytesOf({ type, values }: Tag): Buffer {
  const { bytes } = TYPES[type];
  const buffer = Buffer.alloc(values.length * bytes);
  values.forEach((value, index) => {
    if (type === 'double') buffer.writeDoubleLE(value, index * bytes);
    else buffer.writeUIntLE(value, index * bytes, bytes);
  });
  return buffer;
}
