import { mkdir, mkdtemp, readdir, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer, text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { BucketStore } from '../../../../src/apps/view-server/files/bucket-store.ts';
import type { FileStore } from '../../../../src/apps/view-server/files/file-store.ts';
import { FileStoreError } from '../../../../src/apps/view-server/files/file-store-error.ts';
import { FolderStore } from '../../../../src/apps/view-server/files/folder-store.ts';
import { ObjectStorage } from '../../../../src/platform/storage/object-storage.ts';
import {
  type SandboxObjectStorage,
  startSandboxObjectStorage,
} from '../../../../src/standalone/object-storage.ts';

const TYPE = 'application/octet-stream';

let directory: string;
let s3: SandboxObjectStorage;
let buckets: ObjectStorage[];

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'file-stores-test-'));
  s3 = await startSandboxObjectStorage({ directory: join(directory, 's3'), bucketNames: ['packages'] });
  Object.assign(process.env, s3.environment);
  buckets = [];
});

afterAll(async () => {
  for (const bucket of buckets) bucket.close();
  await s3.close();
  await rm(directory, { recursive: true });
});

function openBucket(name: string): ObjectStorage {
  const variables = { name: 'VIEW_SERVER_COLLECTIONS', requestsAtOnce: 'VIEW_SERVER_S3_REQUESTS' };
  const bucket = new ObjectStorage({ name, requestsAtOnce: 2, variables }, s3.url, {
    patience: { maximumAttempts: 1, idleTimeoutMilliseconds: 10_000 },
  });
  buckets.push(bucket);
  return bucket;
}

let count = 0;

const KINDS: readonly [string, () => Promise<FileStore>][] = [
  [
    'a bucket',
    async () => {
      count += 1;
      return new BucketStore('packages', openBucket('packages'), `below-${count}/`);
    },
  ],
  [
    'a folder',
    async () => {
      count += 1;
      const folder = join(directory, `folder-${count}`);
      await mkdir(folder);
      return new FolderStore(folder);
    },
  ],
];

async function pathsOf(store: FileStore, prefix: string): Promise<string[]> {
  const paths: string[] = [];
  for await (const { path } of store.list(prefix)) paths.push(path);
  return paths;
}

async function failureOf(attempt: Promise<unknown>): Promise<FileStoreError> {
  const error: unknown = await attempt.catch((thrown: unknown) => thrown);
  if (!(error instanceof FileStoreError)) throw new Error(`Not a FileStoreError: ${error}`);
  return error;
}

describe.each(KINDS)('%s', (_kind, open) => {
  it('stores, overwrites, reads and removes files', async () => {
    const store = await open();
    await store.put('a/b.txt', Buffer.from('old'), TYPE);
    await store.put('a/b.txt', Buffer.from('new text'), TYPE);
    expect(await text(await store.open('a/b.txt'))).toBe('new text');
    expect(await store.find('a/b.txt')).toEqual({ path: 'a/b.txt', sizeBytes: 8 });
    await store.remove(['a/b.txt', 'a/none.txt']);
    expect(await store.find('a/b.txt')).toBeUndefined();
  });

  it('reads ranges, and fewer bytes at the end', async () => {
    const store = await open();
    await store.put('digits', Buffer.from('0123456789'), TYPE);
    expect((await store.readRange('digits', 0, 3)).toString()).toBe('012');
    expect((await store.readRange('digits', 4, 2)).toString()).toBe('45');
    expect((await store.readRange('digits', 8, 100)).toString()).toBe('89');
    expect((await store.readRange('digits', 20, 5)).toString()).toBe('');
    expect((await store.readRange('digits', 3, 0)).toString()).toBe('');
  });

  it('lists all that starts with a prefix, in order', async () => {
    const store = await open();
    for (const path of ['a/c/d', 'a/b', 'ab/x', 'b', 'a/cd.txt'])
      await store.put(path, Buffer.from('x'), TYPE);
    expect(await pathsOf(store, '')).toEqual(['a/b', 'a/c/d', 'a/cd.txt', 'ab/x', 'b']);
    expect(await pathsOf(store, 'a/')).toEqual(['a/b', 'a/c/d', 'a/cd.txt']);
    expect(await pathsOf(store, 'a/c')).toEqual(['a/c/d', 'a/cd.txt']);
    expect(await pathsOf(store, 'a/c/')).toEqual(['a/c/d']);
    expect(await pathsOf(store, 'none/')).toEqual([]);
  });

  it('stores large files of this machine, byte for byte', async () => {
    const store = await open();
    const large = Buffer.alloc(20 * 1024 ** 2, 'view server ');
    const file = join(directory, 'large');
    await writeFile(file, large);
    await store.upload('deep/below/large.tif', file, 'image/tiff');
    expect((await buffer(await store.open('deep/below/large.tif'))).equals(large)).toBe(true);
    expect(await pathsOf(store, '')).toEqual(['deep/below/large.tif']);
  });

  it.each(['../outside', 'a/../b', '/etc/passwd', 'a//b', './a', '', 'a/\0b', 'x'.repeat(1_025)])(
    'refuses the path %j',
    async (path) => {
      const store = await open();
      for (const call of [
        () => store.find(path),
        () => store.open(path),
        () => store.readRange(path, 0, 1),
        () => store.put(path, Buffer.from('x'), TYPE),
        () => store.upload(path, '/etc/hostname', TYPE),
        () => store.remove([path]),
      ]) {
        expect((await failureOf(call())).failure).toBe('path');
      }
    },
  );

  it('names the file that is missing, and the store', async () => {
    const store = await open();
    const failure = await failureOf(store.open('none.tar'));
    expect(failure).toMatchObject({ failure: 'missing', isPermanent: true });
    expect(failure.message).toMatch(/none\.tar/);
    expect((await failureOf(store.readRange('none.tar', 0, 1))).failure).toBe('missing');
  });

  it('does nothing more after it was cancelled', async () => {
    const store = await open();
    const signal = AbortSignal.abort(new Error('cancelled'));
    await expect(store.put('a', Buffer.from('x'), TYPE, signal)).rejects.toThrow('cancelled');
    await expect(store.upload('a', '/etc/hostname', TYPE, signal)).rejects.toThrow('cancelled');
    expect(await store.find('a')).toBeUndefined();
  });
});

describe('a bucket that is not there', () => {
  it('is named, and may come', async () => {
    const store = new BucketStore('none', openBucket('none'), '');
    const failure = await failureOf(store.open('a.tar'));
    expect(failure).toMatchObject({ failure: 'other', isPermanent: false });
    expect(failure.message).toContain('none');
  });
});

describe('a folder', () => {
  it('follows no link that leads out of it', async () => {
    const folder = join(directory, 'with-links');
    await mkdir(folder);
    await symlink('/etc', join(folder, 'etc'));
    await symlink('/etc/hostname', join(folder, 'hostname'));
    await writeFile(join(folder, 'own'), 'own');
    await symlink('own', join(folder, 'link'));
    const store = new FolderStore(folder);
    expect(await pathsOf(store, '')).toEqual(['link', 'own']);
    for (const path of ['hostname', 'etc/hostname']) {
      expect((await failureOf(store.open(path))).failure).toBe('path');
    }
    expect((await failureOf(store.put('etc/x', Buffer.from('x'), TYPE))).failure).toBe('path');
    expect(await text(await store.open('link'))).toBe('own');
  });

  it('is listed in the order of bytes, as S3 lists', async () => {
    const folder = join(directory, 'order');
    await mkdir(folder);
    const store = new FolderStore(folder);
    for (const path of ['a/c/d', 'a-b', 'a.b', 'a0']) await store.put(path, Buffer.from('x'), TYPE);
    expect(await pathsOf(store, '')).toEqual(['a-b', 'a.b', 'a/c/d', 'a0']);
  });

  it('is not taken for empty where it is not there', async () => {
    const store = new FolderStore(join(directory, 'not-mounted'));
    expect(await failureOf(store.find('a.tar'))).toMatchObject({ failure: 'other', isPermanent: false });
  });

  it('removes what an earlier process has left unfinished', async () => {
    const folder = join(directory, 'unfinished');
    await mkdir(folder);
    const left = join(folder, '.unfinished-of-earlier');
    await writeFile(left, 'half');
    await utimes(left, 0, 0);
    await new FolderStore(folder).put('whole', Buffer.from('x'), TYPE);
    expect(await readdir(folder)).toEqual(['whole']);
  });
});
