import { open } from 'node:fs/promises';

/** What a file is, by its first bytes. `gzip` may hold a tar. */
export type ArchiveKind = 'tar' | 'gzip' | 'zip' | 'none';

const HEADER_BYTES = 512;
const CHECKSUM = { start: 148, end: 156 };

/** Finds out whether a file is an archive. */
export async function archiveKindOf(file: string): Promise<ArchiveKind> {
  await using handle = await open(file);
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(HEADER_BYTES), 0, HEADER_BYTES, 0);
  return kindOf(buffer.subarray(0, bytesRead));
}

function kindOf(header: Buffer): ArchiveKind {
  if (header[0] === 0x1f && header[1] === 0x8b) return 'gzip';
  if (['PK\x03\x04', 'PK\x05\x06'].includes(header.toString('latin1', 0, 4))) return 'zip';
  return isTarHeader(header) ? 'tar' : 'none';
}

/** Old archives have no magic word, but each header has the sum of its bytes. */
function isTarHeader(header: Buffer): boolean {
  if (header.length < HEADER_BYTES) return false;
  const stored = Number.parseInt(header.toString('latin1', CHECKSUM.start, CHECKSUM.end).trim(), 8);
  let sum = 0;
  for (const [index, byte] of header.entries()) {
    sum += index >= CHECKSUM.start && index < CHECKSUM.end ? 0x20 : byte;
  }
  return stored === sum;
}
