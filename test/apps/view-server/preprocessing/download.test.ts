import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { types } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { listenLocally } from '../../../../src/app-kit/sandbox/local-server.ts';
import { BucketStore } from '../../../../src/apps/view-server/files/bucket-store.ts';
import { FileStoreError } from '../../../../src/apps/view-server/files/file-store-error.ts';
import { PackageError } from '../../../../src/apps/view-server/packages/package-error.ts';
import { download } from '../../../../src/apps/view-server/preprocessing/download.ts';
import {
  describeFailure,
  ScratchDirectoryError,
} from '../../../../src/apps/view-server/preprocessing/failures.ts';
import { ObjectStorage } from '../../../../src/platform/storage/object-storage.ts';
import { PermanentTaskError } from '../../../../src/queue/index.ts';
import { eventually } from '../../../support/eventually.ts';

const BYTES = 1_000_000;

let directory: string;
const cleanups: (() => unknown)[] = [];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'download-test-'));
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'x', AWS_SECRET_ACCESS_KEY: 'x', AWS_REGION: 'us-east-1' });
});

afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
  await rm(directory, { recursive: true });
});

/** A bucket whose objects have a size, and whose bytes a test sends. */
async function openStore(
  send: (response: ServerResponse) => void,
  declaredBytes = BYTES,
): Promise<BucketStore> {
  const server = await listenLocally((request, response) => {
    response.writeHead(200, { 'content-length': declaredBytes });
    if (request.method === 'HEAD') response.end();
    else send(response);
  });
  const variables = { name: 'none', requestsAtOnce: 'none' };
  const bucket = new ObjectStorage({ name: 'packages', requestsAtOnce: 1, variables }, server.url, {
    patience: { maximumAttempts: 1, idleTimeoutMilliseconds: 1_000 },
  });
  cleanups.push(
    () => bucket.close(),
    () => server.close(),
  );
  return new BucketStore('packages', bucket, '');
}

function run(store: BucketStore, options: { signal?: AbortSignal; maximumBytes?: number } = {}) {
  const { signal = new AbortController().signal, maximumBytes = BYTES } = options;
  return download(store, 'a.tar', join(directory, 'package'), {
    signal,
    maximumBytes,
    reportProgress: () => undefined,
  });
}

async function failureOf(attempt: Promise<unknown>): Promise<Error> {
  const error: unknown = await attempt.catch((thrown: unknown) => thrown);
  if (types.isNativeError(error)) return error;
  throw new Error('It has not failed');
}

describe('a download', () => {
  it('stores the package', async () => {
    const store = await openStore((response) => response.end(Buffer.alloc(BYTES, 'x')));
    expect(await run(store)).toEqual({ path: 'a.tar', sizeBytes: BYTES });
    expect((await readFile(join(directory, 'package'))).equals(Buffer.alloc(BYTES, 'x'))).toBe(true);
  });

  it('whose connection breaks is worth another attempt, and says what was read', async () => {
    const store = await openStore((response) => {
      response.write(Buffer.alloc(BYTES / 2), () => response.destroy());
    });
    const failure = await failureOf(run(store));
    expect(failure).toBeInstanceOf(FileStoreError);
    expect(failure.message).toMatch(/s3:\/\/packages could not read a\.tar/);
    expect(describeFailure(failure, directory)).not.toBeInstanceOf(PermanentTaskError);
  });

  it('that gets no more bytes ends after a time', async () => {
    const store = await openStore((response) => response.write(Buffer.alloc(BYTES / 2)));
    expect(await failureOf(run(store))).toBeInstanceOf(FileStoreError);
  });

  it('that is cancelled ends at once, although the storage is silent', async () => {
    const controller = new AbortController();
    const store = await openStore((response) => response.write(Buffer.alloc(BYTES / 2)));
    const attempt = failureOf(run(store, { signal: controller.signal }));
    await eventually(async () => (await stat(join(directory, 'package'))).size > 0);
    controller.abort(new Error('cancelled'));
    expect((await attempt).message).toBe('cancelled');
  });

  it('of too many bytes is refused before one is read', async () => {
    const store = await openStore(() => {
      throw new Error('Nothing has to be read');
    });
    const failure = await failureOf(run(store, { maximumBytes: BYTES - 1 }));
    expect(failure).toBeInstanceOf(PackageError);
    expect(describeFailure(failure, directory)).toBeInstanceOf(PermanentTaskError);
  });

  it('that the disk has no room for says so', async () => {
    const store = await openStore((response) => response.end(), Number.MAX_SAFE_INTEGER);
    const failure = await failureOf(run(store, { maximumBytes: Number.MAX_SAFE_INTEGER }));
    expect(failure).toBeInstanceOf(ScratchDirectoryError);
    expect(failure.message).toContain('free some space');
  });
});

describe('a full disk', () => {
  it('is worth another attempt, and named with what to do', async () => {
    const failure = describeFailure(await failureOf(writeFile('/dev/full', 'x')), '/scratch');
    expect(failure).toBeInstanceOf(ScratchDirectoryError);
    expect(failure).toMatchObject({ message: expect.stringContaining('/scratch is full: free some space') });
  });
});
