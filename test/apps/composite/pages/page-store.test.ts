import { mkdtemp, rm } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { listenLocally } from '../../../../src/app-kit/sandbox/local-server.ts';
import { pageBucketOf } from '../../../../src/apps/composite/pages/page-bucket.ts';
import { PageStore } from '../../../../src/apps/composite/pages/page-store.ts';
import type { PageImage } from '../../../../src/apps/composite/rasterizers/rasterizer.ts';
import { compositeSettings } from '../../../../src/apps/composite/settings.ts';
import type { ProcessSettings } from '../../../../src/platform/settings/process-settings.ts';
import { platformSettings } from '../../../../src/platform/settings.ts';
import { ObjectStorage } from '../../../../src/platform/storage/object-storage.ts';
import {
  type SandboxObjectStorage,
  startSandboxObjectStorage,
} from '../../../../src/standalone/object-storage.ts';
import { readSettings } from '../../../support/settings.ts';

const UPLOAD_THREADS = 3;
const NEVER = new AbortController().signal;

let directory: string;
let s3: SandboxObjectStorage;
const cleanups: (() => unknown)[] = [];

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'page-store-test-'));
  s3 = await startSandboxObjectStorage({ directory, bucketNames: ['pages'] });
  Object.assign(process.env, s3.environment);
});

afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

afterAll(async () => {
  await s3.close();
  await rm(directory, { recursive: true });
});

function settingsOf(environment: Record<string, string>): ProcessSettings {
  return readSettings({
    DJANGO_SECRET_KEY: 'a secret key of the tests, and of nothing else',
    DATABASE_URL: 'postgresql://nobody@localhost/nothing',
    DLCS_S3_BUCKET_NAME: 'pages',
    DLCS_S3_UPLOAD_THREADS: String(UPLOAD_THREADS),
    ...s3.environment,
    ...environment,
  });
}

function open(compositeId?: string, environment: Record<string, string> = {}) {
  const settings = settingsOf(environment);
  const composite = settings.of(compositeSettings);
  const { s3Endpoint } = settings.of(platformSettings).aws;
  const objectStorage = new ObjectStorage(pageBucketOf(composite), s3Endpoint);
  cleanups.push(() => objectStorage.close());
  const store = new PageStore(objectStorage, composite, {
    customer: 5,
    space: 3,
    compositeId,
    memberId: 'the-member',
  });
  return { store, objectStorage };
}

function page(pageNumber: number): PageImage {
  return {
    pageNumber,
    body: Buffer.from(`page ${pageNumber}`),
    widthPixels: 1,
    heightPixels: 1,
    warnings: [],
  };
}

/** Gives pages on demand, and counts how many were taken. */
function supply(count: number) {
  const supplied = {
    taken: 0,
    isClosed: false,
    async *open() {
      try {
        for (let number = 1; number <= count; number += 1) {
          supplied.taken += 1;
          yield page(number);
        }
      } finally {
        supplied.isClosed = true;
      }
    },
  };
  return supplied;
}

function listener() {
  const seen = { stored: 0, storedWhenDrawn: -1 };
  return {
    seen,
    stored: () => {
      seen.stored += 1;
    },
    allDrawn: async () => {
      seen.storedWhenDrawn = seen.stored;
    },
  };
}

async function serve(handler: (request: IncomingMessage, response: ServerResponse) => void) {
  const server = await listenLocally(handler);
  cleanups.push(() => server.close());
  return { AWS_ENDPOINT_URL_S3: server.url };
}

describe('the place of a page', () => {
  it.each([
    [undefined, 'the-member'],
    ['', 'the-member'],
    ['///', 'the-member'],
    ['atlas', 'atlas'],
    ['b1234/images 2', 'b1234/images%202'],
    ['/atlas//1/', 'atlas/1'],
    ['../../6/3/theirs', '%252E%252E/%252E%252E/6/3/theirs'],
    ['a/./b', 'a/%252E/b'],
    ['..a/b..', '..a/b..'],
    ['Ünï', '%C3%9Cn%C3%AF'],
  ])('of the composite %j is below its customer and space', async (compositeId, folder) => {
    expect(await open(compositeId).store.urlOf(12)).toBe(
      `${s3.url}/pages/composites/5/3/${folder}/page-00012.jpg`,
    );
  });

  it('has no prefix where none is configured, and as many digits as it needs', async () => {
    const { store } = open(undefined, {
      DLCS_S3_OBJECT_KEY_PREFIX: '/',
      PDF_RASTERIZER_FORMAT: 'tiff',
    });
    expect(await store.urlOf(123_456)).toBe(`${s3.url}/pages/5/3/the-member/page-123456.tiff`);
    expect(store.mediaType).toBe('image/tiff');
  });
});

describe('storing pages', () => {
  it('puts each page in its place', async () => {
    const { store } = open('stored');
    const watcher = listener();
    await store.storeAll(() => supply(10).open(), watcher, NEVER);
    expect(watcher.seen.stored).toBe(10);
    for (const number of [1, 10]) {
      const response = await fetch(await store.urlOf(number));
      expect(await response.text()).toBe(`page ${number}`);
    }
  });

  it('uploads as many at a time as configured, and takes no page before it can', async () => {
    const waiting: (() => void)[] = [];
    const { promise: isFull, resolve } = Promise.withResolvers<void>();
    let mostWaiting = 0;
    const environment = await serve((request, response) => {
      request.resume().on('end', () => {
        waiting.push(() => response.end());
        mostWaiting = Math.max(mostWaiting, waiting.length);
        if (waiting.length === UPLOAD_THREADS) resolve();
      });
    });
    const pages = supply(20);
    const { store } = open('bounded', environment);
    const storing = store.storeAll(() => pages.open(), listener(), NEVER);
    await isFull;
    expect(pages.taken).toBe(UPLOAD_THREADS);
    let isDone = false;
    const ended = storing.finally(() => {
      isDone = true;
    });
    while (!isDone) {
      waiting.shift()?.();
      await new Promise(setImmediate);
    }
    expect(await ended).toBe(20);
    expect(mostWaiting).toBe(UPLOAD_THREADS);
  });

  it('stops drawing at the first upload that fails, and says which', async () => {
    const environment = await serve((request, response) => {
      request.resume();
      response
        .writeHead(request.url?.includes('page-00002') ? 403 : 200)
        .end('<Error><Code>AccessDenied</Code></Error>');
    });
    const pages = supply(1_000_000);
    const { store } = open('denied', environment);
    await expect(store.storeAll(() => pages.open(), listener(), NEVER)).rejects.toThrow(
      /could not store composites\/5\/3\/denied\/page-00002\.jpg: AccessDenied/,
    );
    expect(pages.isClosed).toBe(true);
  });

  it('stops where a page cannot be drawn, and says why', async () => {
    async function* broken() {
      yield page(1);
      throw new Error('page 2 is broken');
    }
    await expect(open('broken').store.storeAll(broken, listener(), NEVER)).rejects.toThrow(
      'page 2 is broken',
    );
  });

  it('stops at its signal, even while uploads hang', async () => {
    const stop = new AbortController();
    let requests = 0;
    const environment = await serve(() => {
      requests += 1;
      if (requests === UPLOAD_THREADS) stop.abort(new Error('out of time'));
    });
    const pages = supply(10);
    const { store } = open('stopped', environment);
    await expect(store.storeAll(() => pages.open(), listener(), stop.signal)).rejects.toThrow('out of time');
    expect(pages.isClosed).toBe(true);
  });
});

describe('orphans', () => {
  it('are pages behind the last one, and pages of another format', async () => {
    const { store, objectStorage } = open('orphans');
    const names = ['page-00001.jpg', 'page-00002.jpg', 'page-00003.jpg', 'page-00001.png', 'page-notes.txt'];
    await Promise.all(
      names.map((name) =>
        objectStorage.put(`composites/5/3/orphans/${name}`, Buffer.from('x'), 'text/plain'),
      ),
    );
    expect(await store.removeOrphans(2, NEVER)).toBe(2);
    const left: string[] = [];
    for await (const key of objectStorage.list('composites/5/3/orphans/')) left.push(key);
    expect(left).toEqual(
      ['page-00001.jpg', 'page-00002.jpg', 'page-notes.txt'].map((name) => `composites/5/3/orphans/${name}`),
    );
  });
});
