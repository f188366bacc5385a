import { FIELD_TYPE } from '../tiff/tags.ts';

/** A tag with its values, as it is written. */
export interface Field {
  readonly tag: number;
  readonly type: number;
  readonly values: readonly number[] | string;
}

/** A field whose values are where blocks are: they are known only once the size of all directories is. */
export interface DirectoryFields {
  readonly fields: readonly Field[];
  /** The tag of the offsets of blocks. */
  readonly offsetsTag: number;
  readonly blockCount: number;
}

/** What comes right behind the header. Readers that know it read less. */
const STRUCTURE =
  'LAYOUT=IFDS_BEFORE_DATA\n' +
  'BLOCK_ORDER=ROW_MAJOR\n' +
  'BLOCK_LEADER=SIZE_AS_UINT4\n' +
  'BLOCK_TRAILER=LAST_4_BYTES_REPEATED\n' +
  // The space is room for YES, which programs write that change the file without keeping the promise.
  'KNOWN_INCOMPATIBLE_EDITION=NO\n ';

const TYPE_BYTES: Readonly<Record<number, number>> = {
  [FIELD_TYPE.ascii]: 1,
  [FIELD_TYPE.short]: 2,
  [FIELD_TYPE.long]: 4,
  [FIELD_TYPE.double]: 8,
  [FIELD_TYPE.long8]: 8,
};

/** Bytes up to the first block. */
export function sizeOfDirectories(directories: readonly DirectoryFields[], isBig: boolean): number {
  return writeDirectories(
    directories,
    directories.map(({ blockCount }) => Array.from({ length: blockCount }, () => 0)),
    isBig,
  ).length;
}

/**
 * Writes the header, what promises how blocks lie, and all directories, each with its values behind it.
 *
 * @param offsets where in the file the blocks of each directory begin.
 */
export function writeDirectories(
  directories: readonly DirectoryFields[],
  offsets: readonly (readonly number[])[],
  isBig: boolean,
): Buffer {
  const format = formatOf(isBig);
  const parts: Buffer[] = [];
  const start = Buffer.concat([header(isBig), structure()]);
  let at = alignedTo8(start.length);
  writeUnsigned(start, at, format.firstAt, format.pointerBytes);
  parts.push(padded(start));
  for (const [index, { fields, offsetsTag }] of directories.entries()) {
    const offsetField: Field = {
      tag: offsetsTag,
      type: isBig ? FIELD_TYPE.long8 : FIELD_TYPE.long,
      values: offsets[index] ?? [],
    };
    const all = [...fields, offsetField].sort((one, other) => one.tag - other.tag);
    const isLast = index === directories.length - 1;
    const directory = padded(writeDirectory(all, at, isLast, format));
    parts.push(directory);
    at += directory.length;
  }
  return Buffer.concat(parts);
}

interface Format {
  readonly countBytes: number;
  readonly entryBytes: number;
  readonly pointerBytes: number;
  /** Where in the header the place of the first directory is. */
  readonly firstAt: number;
}

function formatOf(isBig: boolean): Format {
  return isBig
    ? { countBytes: 8, entryBytes: 20, pointerBytes: 8, firstAt: 8 }
    : { countBytes: 2, entryBytes: 12, pointerBytes: 4, firstAt: 4 };
}

function header(isBig: boolean): Buffer {
  return isBig
    ? Buffer.from([0x49, 0x49, 43, 0, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])
    : Buffer.from([0x49, 0x49, 42, 0, 0, 0, 0, 0]);
}

function structure(): Buffer {
  const size = String(STRUCTURE.length).padStart(6, '0');
  return Buffer.from(`GDAL_STRUCTURAL_METADATA_SIZE=${size} bytes\n${STRUCTURE}`);
}

function writeDirectory(fields: readonly Field[], at: number, isLast: boolean, format: Format): Buffer {
  const { countBytes, entryBytes, pointerBytes } = format;
  const entries = Buffer.alloc(countBytes + fields.length * entryBytes + pointerBytes);
  writeUnsigned(entries, fields.length, 0, countBytes);
  const values: Buffer[] = [];
  let valuesAt = at + entries.length;
  for (const [index, field] of fields.entries()) {
    const entry = countBytes + index * entryBytes;
    const bytes = bytesOfField(field);
    writeUnsigned(entries, field.tag, entry, 2);
    writeUnsigned(entries, field.type, entry + 2, 2);
    writeUnsigned(entries, bytes.length / (TYPE_BYTES[field.type] ?? 1), entry + 4, pointerBytes);
    const valueAt = entry + 4 + pointerBytes;
    if (bytes.length <= pointerBytes) {
      bytes.copy(entries, valueAt);
    } else {
      writeUnsigned(entries, valuesAt, valueAt, pointerBytes);
      const value = padded(bytes);
      values.push(value);
      valuesAt += value.length;
    }
  }
  const end = alignedTo8(valuesAt);
  writeUnsigned(entries, isLast ? 0 : end, entries.length - pointerBytes, pointerBytes);
  return Buffer.concat([entries, ...values], end - at);
}

function bytesOfField({ type, values }: Field): Buffer {
  if (typeof values === 'string') return Buffer.from(`${values}\0`, 'latin1');
  const valueBytes = TYPE_BYTES[type] ?? 1;
  const bytes = Buffer.alloc(values.length * valueBytes);
  for (const [index, value] of values.entries()) {
    if (type === FIELD_TYPE.double) bytes.writeDoubleLE(value, index * valueBytes);
    else writeUnsigned(bytes, value, index * valueBytes, valueBytes);
  }
  return bytes;
}

function writeUnsigned(bytes: Buffer, value: number, at: number, length: number): void {
  if (length === 8) bytes.writeBigUInt64LE(BigInt(value), at);
  else bytes.writeUIntLE(value, at, length);
}

function padded(bytes: Buffer): Buffer {
  return Buffer.concat([bytes], alignedTo8(bytes.length));
}

function alignedTo8(length: number): number {
  return Math.ceil(length / 8) * 8;
}
