import type { ReadRange } from '../../cog/cog-reader.ts';

/** Ranges with so little between them are read as one: leaders and trailers of blocks are a few bytes. */
const LARGEST_GAP_BYTES = 4_096;

/** The longest range that is put together of several. */
const LONGEST_RANGE_BYTES = 16 * 1_024 * 1_024;

interface WaitingRange {
  readonly startByte: number;
  readonly lengthBytes: number;
  readonly resolve: (bytes: Buffer) => void;
  readonly reject: (error: unknown) => void;
}

/** Reads ranges that are asked for at the same time, and lie side by side, at once. */
export function coalesceRanges(readRange: ReadRange): ReadRange {
  let waiting: WaitingRange[] = [];
  const readAll = () => {
    const ranges = waiting.toSorted((one, other) => one.startByte - other.startByte);
    waiting = [];
    for (const group of groupsOf(ranges)) void readGroup(readRange, group);
  };
  return (startByte, lengthBytes) =>
    new Promise((resolve, reject) => {
      waiting.push({ startByte, lengthBytes, resolve, reject });
      if (waiting.length === 1) setImmediate(readAll);
    });
}

function groupsOf(ranges: readonly WaitingRange[]): WaitingRange[][] {
  const groups: WaitingRange[][] = [];
  let group: WaitingRange[] = [];
  let endByte = Number.NEGATIVE_INFINITY;
  for (const range of ranges) {
    const rangeEnd = range.startByte + range.lengthBytes;
    const groupStart = group[0]?.startByte ?? 0;
    const isNear = range.startByte <= endByte + LARGEST_GAP_BYTES;
    if (!isNear || rangeEnd - groupStart > LONGEST_RANGE_BYTES) {
      group = [];
      groups.push(group);
      endByte = rangeEnd;
    }
    group.push(range);
    endByte = Math.max(endByte, rangeEnd);
  }
  return groups;
}

async function readGroup(readRange: ReadRange, group: readonly WaitingRange[]): Promise<void> {
  const startByte = group[0]?.startByte ?? 0;
  const endByte = Math.max(...group.map((range) => range.startByte + range.lengthBytes));
  try {
    const bytes = await readRange(startByte, endByte - startByte);
    for (const range of group) {
      const from = range.startByte - startByte;
      range.resolve(bytes.subarray(from, from + range.lengthBytes));
    }
  } catch (error) {
    for (const { reject } of group) reject(error);
  }
}
