import { UnreadableImageError } from '../cog-engine.ts';
import { broken, notUnderstood } from '../unreadable-image.ts';
import type { FileBytes } from './file-bytes.ts';
import { TAG } from './tags.ts';

/** The values of the tags of a directory that are known here. Text is a string; everything else are numbers. */
export type Directory = ReadonlyMap<number, readonly number[] | string>;

/** What the header of a TIFF says, and its directories in order. */
export interface Directories {
  readonly isLittleEndian: boolean;
  readonly directories: readonly Directory[];
}

/** More pages or overviews than any image has. */
const MAXIMUM_DIRECTORIES = 64;

const MAXIMUM_ENTRIES = 512;

/** Enough for offsets of a million blocks. */
const MAXIMUM_VALUES = 4_000_000;

const KNOWN_TAGS: ReadonlySet<number> = new Set(Object.values(TAG));

/** Bytes of a value, by the type of its field. */
const TYPE_BYTES: ReadonlyMap<number, number> = new Map([
  [1, 1],
  [2, 1],
  [3, 2],
  [4, 4],
  [6, 1],
  [7, 1],
  [8, 2],
  [9, 4],
  [11, 4],
  [12, 8],
  [13, 4],
  [16, 8],
  [17, 8],
  [18, 8],
]);

/** How a kind of TIFF, classic or big, lays its directories out. */
interface Format {
  readonly isLittleEndian: boolean;
  readonly isBig: boolean;
}

/**
 * Reads the directories of a TIFF. What it reads and keeps is bounded, whatever the file says.
 *
 * @throws {UnreadableImageError}
 */
export async function readDirectories(file: FileBytes): Promise<Directories> {
  const { format, first } = await readHeader(file);
  const directories: Directory[] = [];
  const seen = new Set<number>();
  const budget = { values: MAXIMUM_VALUES };
  for (let offset = first; offset !== 0; ) {
    if (seen.has(offset)) throw broken('its directories go round in a circle');
    seen.add(offset);
    if (directories.length === MAXIMUM_DIRECTORIES) {
      throw new UnreadableImageError(`The image has more than ${MAXIMUM_DIRECTORIES} directories.`);
    }
    const { directory, next } = await readDirectory(file, format, offset, budget);
    directories.push(directory);
    offset = next;
  }
  if (directories.length === 0) throw broken('it has no directory');
  return { isLittleEndian: format.isLittleEndian, directories };
}

async function readHeader(file: FileBytes): Promise<{ format: Format; first: number }> {
  const start = await file.read(0, 8);
  const order = start.toString('latin1', 0, 2);
  if (order !== 'II' && order !== 'MM') throw notUnderstood('A file that is no TIFF');
  const isLittleEndian = order === 'II';
  const version = readUnsigned(start, 2, 2, isLittleEndian);
  if (version === 42) {
    return { format: { isLittleEndian, isBig: false }, first: readUnsigned(start, 4, 4, isLittleEndian) };
  }
  if (version !== 43) throw notUnderstood(`Version ${version} of TIFF`);
  const header = await file.read(0, 16);
  if (readUnsigned(header, 4, 2, isLittleEndian) !== 8) throw broken('its offsets are not of 8 bytes');
  return { format: { isLittleEndian, isBig: true }, first: readUnsigned(header, 8, 8, isLittleEndian) };
}

async function readDirectory(
  file: FileBytes,
  { isLittleEndian, isBig }: Format,
  offset: number,
  budget: { values: number },
): Promise<{ directory: Directory; next: number }> {
  const countBytes = isBig ? 8 : 2;
  const entryBytes = isBig ? 20 : 12;
  const pointerBytes = isBig ? 8 : 4;
  const entryCount = readUnsigned(await file.read(offset, countBytes), 0, countBytes, isLittleEndian);
  if (entryCount > MAXIMUM_ENTRIES) throw broken(`a directory has ${entryCount} tags`);
  const entries = await file.read(offset + countBytes, entryCount * entryBytes + pointerBytes);
  const directory = new Map<number, readonly number[] | string>();
  for (let index = 0; index < entryCount; index += 1) {
    const at = index * entryBytes;
    const tag = readUnsigned(entries, at, 2, isLittleEndian);
    const type = readUnsigned(entries, at + 2, 2, isLittleEndian);
    const count = readUnsigned(entries, at + 4, pointerBytes, isLittleEndian);
    const valueBytes = TYPE_BYTES.get(type);
    // Others are allowed, and nothing here needs them.
    if (!KNOWN_TAGS.has(tag) || valueBytes === undefined) continue;
    budget.values -= count;
    if (budget.values < 0) throw broken(`tag ${tag} has ${count} values`);
    const valueAt = at + 4 + pointerBytes;
    const lengthBytes = count * valueBytes;
    const bytes =
      lengthBytes <= pointerBytes
        ? entries.subarray(valueAt, valueAt + lengthBytes)
        : await file.read(readUnsigned(entries, valueAt, pointerBytes, isLittleEndian), lengthBytes);
    directory.set(tag, readValues(bytes, type, valueBytes, isLittleEndian));
  }
  return {
    directory,
    next: readUnsigned(entries, entryCount * entryBytes, pointerBytes, isLittleEndian),
  };
}

function readValues(
  bytes: Buffer,
  type: number,
  valueBytes: number,
  isLittleEndian: boolean,
): readonly number[] | string {
  if (type === 2) return bytes.toString('latin1').replace(/\0.*$/s, '');
  const read = readerOf(bytes, type, valueBytes, isLittleEndian);
  return Array.from({ length: bytes.length / valueBytes }, (_, index) => read(index * valueBytes));
}

function readerOf(
  bytes: Buffer,
  type: number,
  valueBytes: number,
  isLittleEndian: boolean,
): (at: number) => number {
  if (type === 11) return (at) => (isLittleEndian ? bytes.readFloatLE(at) : bytes.readFloatBE(at));
  if (type === 12) return (at) => (isLittleEndian ? bytes.readDoubleLE(at) : bytes.readDoubleBE(at));
  return (at) => readUnsigned(bytes, at, valueBytes, isLittleEndian);
}

/** Values that no file can mean, because they do not fit into a number, are a fault. */
function readUnsigned(bytes: Buffer, at: number, length: number, isLittleEndian: boolean): number {
  if (length < 8) return isLittleEndian ? bytes.readUIntLE(at, length) : bytes.readUIntBE(at, length);
  const value = isLittleEndian ? bytes.readBigUInt64LE(at) : bytes.readBigUInt64BE(at);
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw broken(`it names byte ${value}`);
  return Number(value);
}
