import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { types } from 'node:util';
import { createGunzip } from 'node:zlib';
import { extract, type Header } from 'tar-stream';
import { entryPath } from './entry-path.ts';
import { EntryWriter } from './entry-writer.ts';
import { PackageError } from './package-error.ts';
import type { UnpackRun } from './package-limits.ts';

const CHUNK_BYTES = 256 * 1024;

/**
 * Unpacks a tar, entry by entry as it is read.
 *
 * @throws {PackageError}
 */
export async function unpackTar(
  archive: string,
  folder: string,
  { isCompressed, budget, signal }: UnpackRun & { readonly isCompressed: boolean },
): Promise<void> {
  const source = createReadStream(archive, { highWaterMark: CHUNK_BYTES });
  const entries = extract();
  const writer = new EntryWriter(folder, budget, () => source.bytesRead);
  const fed = isCompressed
    ? pipeline(source, createGunzip({ chunkSize: CHUNK_BYTES }), entries, { signal })
    : pipeline(source, entries, { signal });
  const write = async () => {
    for await (const entry of entries) {
      // It may break before it is read.
      entry.on('error', () => undefined);
      await writeEntry(entry.header, entry, writer, { budget, signal });
    }
  };
  const [written, read] = await Promise.allSettled([write(), fed]);
  signal.throwIfAborted();
  if (written.status === 'rejected' && (isFinding(written.reason) || read.status === 'fulfilled')) {
    throw written.reason;
  }
  if (read.status === 'rejected') throw read.reason;
}

/** Where reading fails, writing only finds that its stream is gone; where writing fails, so does reading. */
function isFinding(error: unknown): boolean {
  return error instanceof PackageError || (types.isNativeError(error) && 'syscall' in error);
}

async function writeEntry(
  header: Header,
  content: AsyncIterable<unknown>,
  writer: EntryWriter,
  { budget, signal }: UnpackRun,
): Promise<void> {
  budget.countEntries(1);
  const path = entryPath(header.name);
  const isFile = isReadable(header);
  if (!isFile || path === undefined) return;
  budget.refuseBytes(header.size);
  await writer.write(path, content, signal);
}

/** @returns whether it is a file; `false` for a folder. @throws {PackageError} */
function isReadable({ name, type, size }: Header): boolean {
  if (!Number.isSafeInteger(size) || size < 0) {
    throw new PackageError(`The package has an entry ${JSON.stringify(name)} of a size that cannot be`);
  }
  if (type === 'directory') return false;
  if (type === 'file' || type === 'contiguous-file') return true;
  const kind = type === 'symlink' ? 'link' : (type ?? 'thing of an unknown kind');
  throw new PackageError(`The package has an entry ${JSON.stringify(name.slice(0, 200))} that is a ${kind}`);
}
