import type { Box } from '../../../../src/map-kit/box.ts';

/** Writes a small GeoTIFF of three bands of 8 bits, of one colour, uncompressed, in one tile of 16 pixels. */
export function sampleGeoTiff(box: Box, epsg = 4326): Buffer {
  const side = 16;
  const pixels = Buffer.alloc(side * side * 3, 120);
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
  const scale = [(box.maxX - box.minX) / side, (box.maxY - box.minY) / side, 0];
  const entries: readonly (readonly [tag: number, type: 3 | 4 | 12, values: readonly number[]])[] = [
    [256, 3, [side]],
    [257, 3, [side]],
    [258, 3, [8, 8, 8]],
    [259, 3, [1]],
    [262, 3, [2]],
    [277, 3, [3]],
    [284, 3, [1]],
    [322, 3, [side]],
    [323, 3, [side]],
    [324, 4, [0]],
    [325, 4, [pixels.length]],
    [33550, 12, scale],
    [33922, 12, [0, 0, 0, box.minX, box.maxY, 0]],
    [34735, 3, keys],
  ];
  const directory = Buffer.alloc(2 + entries.length * 12 + 4);
  const start = 8;
  const values: Buffer[] = [];
  let free = start + directory.length;
  directory.writeUInt16LE(entries.length, 0);
  for (const [index, [tag, type, numbers]] of entries.entries()) {
    const at = 2 + index * 12;
    const bytes = encode(type, numbers);
    directory.writeUInt16LE(tag, at);
    directory.writeUInt16LE(type, at + 2);
    directory.writeUInt32LE(numbers.length, at + 4);
    if (bytes.length <= 4) bytes.copy(directory, at + 8);
    else {
      directory.writeUInt32LE(free, at + 8);
      values.push(bytes);
      free += bytes.length;
    }
  }
  directory.writeUInt32LE(free, 2 + entries.findIndex(([tag]) => tag === 324) * 12 + 8);
  const header = Buffer.from([0x49, 0x49, 42, 0, start, 0, 0, 0]);
  return Buffer.concat([header, directory, ...values, pixels]);
}

function encode(type: 3 | 4 | 12, numbers: readonly number[]): Buffer {
  const size = { 3: 2, 4: 4, 12: 8 }[type];
  const bytes = Buffer.alloc(numbers.length * size);
  for (const [index, number] of numbers.entries()) {
    if (type === 3) bytes.writeUInt16LE(number, index * size);
    else if (type === 4) bytes.writeUInt32LE(number, index * size);
    else bytes.writeDoubleLE(number, index * size);
  }
  return bytes;
}
