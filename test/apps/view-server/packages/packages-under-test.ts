import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createGzip, deflateRawSync } from 'node:zlib';
import { pack } from 'tar-stream';

/** An entry of an archive that a test makes. */
export interface TestEntry {
  readonly name: string;
  readonly content?: Buffer | string;
  readonly type?: 'file' | 'directory' | 'symlink' | 'link' | 'character-device' | 'fifo';
  readonly linkname?: string;
}

/** Writes a tar. */
export async function writeTar(
  file: string,
  entries: Iterable<TestEntry> | AsyncIterable<TestEntry>,
  { isCompressed = false } = {},
): Promise<void> {
  const tar = pack();
  const written = isCompressed
    ? pipeline(tar, createGzip({ level: 1 }), createWriteStream(file))
    : pipeline(tar, createWriteStream(file));
  for await (const { name, content = '', type = 'file', linkname } of entries) {
    const isLink = linkname !== undefined;
    const body = type === 'file' ? Buffer.from(content) : Buffer.alloc(0);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    tar.entry({ name, type, ...(isLink ? { linkname } : {}), size: body.length }, body, (error) =>
      error ? reject(error) : resolve(),
    );
    await promise;
  }
  tar.finalize();
  await written;
}

/** An entry of a zip, whose header may lie. */
export interface TestZipEntry {
  readonly name: string;
  readonly content?: Buffer | string;
  readonly isStored?: boolean;
  /** The upper half of the attributes, as Unix has them. */
  readonly unixMode?: number;
  readonly declaredBytes?: number;
  readonly flags?: number;
  readonly method?: number;
}

/** Makes the bytes of a zip. */
export function zipOf(entries: readonly TestZipEntry[], { declaredCount = entries.length } = {}): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const entry of entries) {
    const content = Buffer.from(entry.content ?? '');
    const data = entry.isStored ? content : deflateRawSync(content);
    const name = Buffer.from(entry.name);
    const shared = Buffer.alloc(26);
    shared.writeUInt16LE(20, 0);
    shared.writeUInt16LE(entry.flags ?? 0, 2);
    shared.writeUInt16LE(entry.method ?? (entry.isStored ? 0 : 8), 4);
    shared.writeUInt32LE(data.length, 14);
    shared.writeUInt32LE(entry.declaredBytes ?? content.length, 18);
    shared.writeUInt16LE(name.length, 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), shared, name, data]);
    const central = Buffer.alloc(46);
    central.write('PK\x01\x02', 0, 'latin1');
    central.writeUInt16LE((3 << 8) | 20, 4);
    shared.copy(central, 6);
    central.writeUInt32LE((((entry.unixMode ?? 0o100644) << 16) >>> 0) >>> 0, 38);
    central.writeUInt32LE(offset, 42);
    directory.push(Buffer.concat([central, name]));
    parts.push(local);
    offset += local.length;
  }
  const listed = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 0, 'latin1');
  end.writeUInt16LE(declaredCount, 8);
  end.writeUInt16LE(declaredCount, 10);
  end.writeUInt32LE(listed.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, listed, end]);
}
