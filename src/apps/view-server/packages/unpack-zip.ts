import { PassThrough, pipeline } from 'node:stream';
import { type Entry, openPromise, type ZipFile } from 'yauzl';
import { entryPath } from './entry-path.ts';
import { EntryWriter } from './entry-writer.ts';
import { PackageError } from './package-error.ts';
import type { UnpackRun } from './package-limits.ts';

/** Of the high half of the attributes that archives of Unix have. */
const KIND_BITS = 0o170000;
const KINDS = { file: 0o100000, directory: 0o040000, none: 0 };
const UNIX = 3;

const STORED = 0;
const DEFLATED = 8;

/**
 * Unpacks a zip, entry by entry.
 *
 * @throws {PackageError}
 */
export async function unpackZip(archive: string, folder: string, run: UnpackRun): Promise<void> {
  const zip = await openPromise(archive, { lazyEntries: true, autoClose: false });
  try {
    run.budget.countEntries(zip.entryCount);
    let readBytes = 0;
    const writer = new EntryWriter(folder, run.budget, () => readBytes);
    for await (const entry of zip.eachEntry()) {
      // Several entries can share their bytes: each counts for itself, but all of them for no more than the file.
      readBytes = Math.min(readBytes + entry.compressedSize, zip.fileSize);
      await writeEntry(zip, entry, writer, run);
    }
  } finally {
    zip.close();
  }
}

async function writeEntry(
  zip: ZipFile,
  entry: Entry,
  writer: EntryWriter,
  { budget, signal }: UnpackRun,
): Promise<void> {
  signal.throwIfAborted();
  const path = entryPath(entry.fileName);
  refuseUnreadable(entry);
  if (path === undefined || entry.fileName.endsWith('/')) return;
  budget.refuseBytes(entry.uncompressedSize);
  const stream = await zip.openReadStreamPromise(entry);
  // It may break before it is read, and does not remember that itself.
  const content = pipeline(stream, new PassThrough(), () => undefined);
  try {
    await writer.write(path, content, signal);
  } finally {
    content.destroy();
  }
}

function refuseUnreadable(entry: Entry): void {
  const name = JSON.stringify(entry.fileName.slice(0, 200));
  const isOfUnix = entry.versionMadeBy >>> 8 === UNIX;
  const kind = isOfUnix ? (entry.externalFileAttributes >>> 16) & KIND_BITS : KINDS.none;
  if (!Object.values(KINDS).includes(kind)) {
    throw new PackageError(`The package has an entry ${name} that is a link or a device`);
  }
  if (entry.isEncrypted()) throw new PackageError(`The package has an entry ${name} that is encrypted`);
  if (entry.compressionMethod !== STORED && entry.compressionMethod !== DEFLATED) {
    throw new PackageError(
      `The package has an entry ${name} with the compression ${entry.compressionMethod}, which is not read`,
    );
  }
}
