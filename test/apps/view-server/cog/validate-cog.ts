import { endianness } from 'node:os';

/** A directory as it lies in the file: where it is, and where the values of its tags are. */
interface RawDirectory {
  readonly offset: number;
  readonly end: number;
  readonly tags: ReadonlyMap<number, readonly number[]>;
}

const REQUIRED_STRUCTURE = [
  'LAYOUT=IFDS_BEFORE_DATA',
  'BLOCK_ORDER=ROW_MAJOR',
  'BLOCK_LEADER=SIZE_AS_UINT4',
  'BLOCK_TRAILER=LAST_4_BYTES_REPEATED',
  'KNOWN_INCOMPATIBLE_EDITION=NO',
];

const TYPE_BYTES: Readonly<Record<number, number>> = { 1: 1, 2: 1, 3: 2, 4: 4, 12: 8, 16: 8 };

/**
 * Says what keeps a file from being a cloud-optimised GeoTIFF, read without the code that writes them: tiles, overviews,
 * directories before data, small overviews first, and leaders and trailers around each block.
 */
export function faultsOfCog(file: Buffer): string[] {
  if (endianness() !== 'LE' || file.toString('latin1', 0, 2) !== 'II') return ['is not in little endian'];
  const isBig = file.readUInt16LE(2) === 43;
  const directories = readDirectories(file, isBig);
  return [
    ...faultsOfStructure(file, isBig, directories),
    ...faultsOfLevels(directories),
    ...faultsOfOrder(directories),
    ...directories.flatMap((directory, index) => faultsOfBlocks(file, directory, index)),
    ...faultsOfGeoreference(directories[0]),
  ];
}

/** Whether a file is a BigTIFF. */
export function isBigTiff(file: Buffer): boolean {
  return file.readUInt16LE(2) === 43;
}

/** The values of a tag of each directory. */
export function tagsOf(file: Buffer, tag: number): (readonly number[] | undefined)[] {
  return readDirectories(file, isBigTiff(file)).map(({ tags }) => tags.get(tag));
}

function readDirectories(file: Buffer, isBig: boolean): RawDirectory[] {
  const pointer = (at: number) => (isBig ? Number(file.readBigUInt64LE(at)) : file.readUInt32LE(at));
  const pointerBytes = isBig ? 8 : 4;
  const directories: RawDirectory[] = [];
  for (let offset = pointer(isBig ? 8 : 4); offset !== 0; ) {
    const count = isBig ? Number(file.readBigUInt64LE(offset)) : file.readUInt16LE(offset);
    const tags = new Map<number, readonly number[]>();
    let at = offset + (isBig ? 8 : 2);
    let end = at + count * (isBig ? 20 : 12) + pointerBytes;
    for (let entry = 0; entry < count; entry += 1, at += isBig ? 20 : 12) {
      const type = file.readUInt16LE(at + 2);
      const values = pointer(at + 4);
      const bytes = values * (TYPE_BYTES[type] ?? 0);
      const valueAt = at + 4 + pointerBytes;
      const start = bytes <= pointerBytes ? valueAt : pointer(valueAt);
      if (bytes > pointerBytes) end = Math.max(end, start + bytes);
      tags.set(file.readUInt16LE(at), readValues(file, type, start, values));
    }
    directories.push({ offset, end, tags });
    offset = pointer(at);
  }
  return directories;
}

function readValues(file: Buffer, type: number, start: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) => {
    const at = start + index * (TYPE_BYTES[type] ?? 0);
    if (type === 3) return file.readUInt16LE(at);
    if (type === 4) return file.readUInt32LE(at);
    if (type === 12) return file.readDoubleLE(at);
    if (type === 16) return Number(file.readBigUInt64LE(at));
    return file.readUInt8(at);
  });
}

function faultsOfStructure(file: Buffer, isBig: boolean, directories: readonly RawDirectory[]): string[] {
  const start = isBig ? 16 : 8;
  const head = file.toString('latin1', start, start + 43);
  const size = Number(/^GDAL_STRUCTURAL_METADATA_SIZE=(\d{6}) bytes\n$/.exec(head)?.[1] ?? Number.NaN);
  if (Number.isNaN(size)) return ['has no structural metadata behind its header'];
  const lines = file.toString('latin1', start + 43, start + 43 + size).split('\n');
  const faults = REQUIRED_STRUCTURE.filter((line) => !lines.includes(line)).map((line) => `lacks ${line}`);
  const first = directories[0]?.offset ?? 0;
  if (first < start + 43 + size || first > start + 43 + size + 8) {
    faults.push('does not have its first directory right behind the structural metadata');
  }
  return faults;
}

function faultsOfLevels(directories: readonly RawDirectory[]): string[] {
  const sizes = directories.map(({ tags }) => ({ width: one(tags, 256), height: one(tags, 257) }));
  const faults: string[] = [];
  const [full] = sizes;
  const last = sizes.at(-1);
  if (full && Math.max(full.width, full.height) > 512 && sizes.length < 2) faults.push('has no overview');
  if (last && Math.max(last.width, last.height) > 512) faults.push('has no overview that fits into a block');
  for (const [index, { tags }] of directories.entries()) {
    const size = sizes[index];
    const before = sizes[index - 1];
    if (!tags.has(322) || !tags.has(324)) faults.push(`level ${index} has no tiles`);
    if (one(tags, 322) % 16 !== 0 || one(tags, 323) % 16 !== 0) faults.push(`level ${index} has odd tiles`);
    if (index > 0 && one(tags, 254) !== 1) faults.push(`level ${index} is not marked as reduced`);
    if (size && before && (size.width > before.width || size.height > before.height)) {
      faults.push(`level ${index} is not smaller than the one before`);
    }
  }
  return faults;
}

function faultsOfOrder(directories: readonly RawDirectory[]): string[] {
  const faults: string[] = [];
  const endOfDirectories = Math.max(...directories.map(({ end }) => end));
  for (const [index, { offset, tags }] of directories.entries()) {
    const next = directories[index + 1];
    if (next && next.offset <= offset) faults.push(`directory ${index + 1} comes before ${index}`);
    if (offset % 2 !== 0) faults.push(`directory ${index} is on an odd byte`);
    const offsets = tags.get(324) ?? [];
    if (offsets.some((at) => at < endOfDirectories))
      faults.push(`level ${index} has data before directories`);
    if (offsets.some((at, block) => at <= (offsets[block - 1] ?? 0))) {
      faults.push(`blocks of level ${index} are not in order`);
    }
    const smaller = next?.tags.get(324) ?? [];
    if ((smaller.at(-1) ?? 0) > (offsets[0] ?? 0)) faults.push(`level ${index} comes before a smaller one`);
  }
  return faults;
}

function faultsOfBlocks(file: Buffer, { tags }: RawDirectory, level: number): string[] {
  const offsets = tags.get(324) ?? [];
  const byteCounts = tags.get(325) ?? [];
  const across = Math.ceil(one(tags, 256) / one(tags, 322));
  const down = Math.ceil(one(tags, 257) / one(tags, 323));
  if (offsets.length !== across * down || byteCounts.length !== offsets.length) {
    return [`level ${level} has ${offsets.length} of its ${across * down} blocks`];
  }
  return offsets.flatMap((offset, block) => {
    const length = byteCounts[block] ?? 0;
    const end = offset + length;
    if (length < 4 || end + 4 > file.length) return [`block ${block} of level ${level} is not in the file`];
    const faults: string[] = [];
    if (file.readUInt32LE(offset - 4) !== length)
      faults.push(`block ${block} of level ${level} has no leader`);
    if (!file.subarray(end - 4, end).equals(file.subarray(end, end + 4))) {
      faults.push(`block ${block} of level ${level} has no trailer`);
    }
    return faults;
  });
}

function faultsOfGeoreference(directory: RawDirectory | undefined): string[] {
  const tags = directory?.tags;
  const keys = tags?.get(34735) ?? [];
  const faults: string[] = [];
  if (!tags?.has(33550) || !tags.has(33922)) faults.push('does not say where its pixels are');
  if (keys[0] !== 1 || (keys[3] ?? 0) * 4 + 4 !== keys.length) faults.push('has a broken GeoKeyDirectory');
  return faults;
}

function one(tags: ReadonlyMap<number, readonly number[]>, tag: number): number {
  return tags.get(tag)?.[0] ?? 0;
}
