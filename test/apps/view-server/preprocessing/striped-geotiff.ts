import type { Box } from '../../../../src/map-kit/box.ts';

const ROWS_OF_STRIP = 16;

const SIZES = { short: 2, long: 4, double: 8 } as const;
const CODES = { short: 3, long: 4, double: 12 } as const;

type Entry = readonly [tag: number, type: keyof typeof SIZES, values: readonly number[]];

/** Writes an uncompressed GeoTIFF in strips, three bands of 8 bits, with a pattern that compresses badly. */
export function stripedGeoTiff(box: Box, side: number, epsg = 4326): Buffer {
  const pixels = Buffer.alloc(side * side * 3);
  let noise = 1;
  for (let index = 0; index < pixels.length; index += 1) {
    noise = (noise * 1_103_515_245 + 12_345) & 0x7fffffff;
    pixels[index] = 1 + ((noise >>> 16) % 250);
  }
  const stripCount = Math.ceil(side / ROWS_OF_STRIP);
  const stripBytes = Array.from(
    { length: stripCount },
    (_, index) => Math.min(ROWS_OF_STRIP, side - index * ROWS_OF_STRIP) * side * 3,
  );
  const isProjected = epsg !== 4326;
  const keys = [
    1,
    1,
    0,
    3,
    1024,
    0,
    1,
    isProjected ? 1 : 2,
    1025,
    0,
    1,
    1,
    isProjected ? 3072 : 2048,
    0,
    1,
    epsg,
  ];
  const entries = (offsets: readonly number[]): readonly Entry[] => [
    [256, 'short', [side]],
    [257, 'short', [side]],
    [258, 'short', [8, 8, 8]],
    [259, 'short', [1]],
    [262, 'short', [2]],
    [273, 'long', offsets],
    [277, 'short', [3]],
    [278, 'short', [ROWS_OF_STRIP]],
    [279, 'long', stripBytes],
    [284, 'short', [1]],
    [33550, 'double', [(box.maxX - box.minX) / side, (box.maxY - box.minY) / side, 0]],
    [33922, 'double', [0, 0, 0, box.minX, box.maxY, 0]],
    [34735, 'short', keys],
  ];
  const start = directoryOf(entries(stripBytes.map(() => 0))).length + 8;
  let next = start;
  const offsets = stripBytes.map((bytes) => {
    next += bytes;
    return next - bytes;
  });
  return Buffer.concat([Buffer.from([0x49, 0x49, 42, 0, 8, 0, 0, 0]), directoryOf(entries(offsets)), pixels]);
}

/** A directory that stands at byte 8, and the values that do not fit in it. */
function directoryOf(entries: readonly Entry[]): Buffer {
  const directory = Buffer.alloc(2 + entries.length * 12 + 4);
  directory.writeUInt16LE(entries.length, 0);
  const values: Buffer[] = [];
  let free = 8 + directory.length;
  for (const [index, [tag, type, numbers]] of entries.entries()) {
    const at = 2 + index * 12;
    const bytes = encode(type, numbers);
    directory.writeUInt16LE(tag, at);
    directory.writeUInt16LE(CODES[type], at + 2);
    directory.writeUInt32LE(numbers.length, at + 4);
    if (bytes.length <= 4) bytes.copy(directory, at + 8);
    else {
      directory.writeUInt32LE(free, at + 8);
      values.push(bytes);
      free += bytes.length;
    }
  }
  return Buffer.concat([directory, ...values]);
}

function encode(type: keyof typeof SIZES, numbers: readonly number[]): Buffer {
  const bytes = Buffer.alloc(numbers.length * SIZES[type]);
  for (const [index, number] of numbers.entries()) {
    const at = index * SIZES[type];
    if (type === 'short') bytes.writeUInt16LE(number, at);
    else if (type === 'long') bytes.writeUInt32LE(number, at);
    else bytes.writeDoubleLE(number, at);
  }
  return bytes;
}
