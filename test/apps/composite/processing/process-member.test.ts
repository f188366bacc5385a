import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import sharp from 'sharp';
import { type LocalServer, listenLocally } from '../../../../src/app-kit/sandbox/local-server.ts';
import type { JsonObject } from '../../../../src/apps/composite/dlcs/dlcs-client.ts';
import { sealOrigin } from '../../../../src/apps/composite/origin/sealed-origin.ts';
import { openPageBucket } from '../../../../src/apps/composite/pages/page-bucket.ts';
import { processMemberTask } from '../../../../src/apps/composite/processing/process-member.ts';
import {
  SANDBOX_AUTHORIZATION,
  type SandboxDlcs,
  startSandboxDlcs,
} from '../../../../src/apps/composite/sandbox/dlcs/dlcs.ts';
import { processMember } from '../../../../src/apps/composite/tasks.ts';
import { takeAdvisoryLock } from '../../../../src/platform/database/advisory-lock.ts';
import { openPlatform, type Platform } from '../../../../src/platform/platform.ts';
import { PermanentTaskError, type TaskContext } from '../../../../src/queue/index.ts';
import {
  type SandboxObjectStorage,
  startSandboxObjectStorage,
} from '../../../../src/standalone/object-storage.ts';
import { type CapturedLog, captureLog } from '../../../support/captured-log.ts';
import { createTestDatabase, type TestDatabase } from '../../../support/database.ts';
import { eventually } from '../../../support/eventually.ts';
import { makePdf, writePdf } from '../../../support/pdf.ts';
import { readSettings } from '../../../support/settings.ts';
import { endlessPdf } from '../rasterizers/endless-pdf.ts';
import { writeRawPdf } from '../rasterizers/raw-pdf.ts';
import { unembeddedByNumber } from '../rasterizers/unembedded-text.ts';

const CUSTOMER = 5;

const LETTER_PAGE = { entries: '/MediaBox [0 0 612 792]' };

let directory: string;
let testDatabase: TestDatabase;
let s3: SandboxObjectStorage;
let dlcs: SandboxDlcs;
let origin: LocalServer;
let answerOrigin: (request: IncomingMessage, response: ServerResponse) => void;
let originRequests: number;
let platform: Platform;
let log: CapturedLog;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'process-member-test-'));
  testDatabase = await createTestDatabase();
  s3 = await startSandboxObjectStorage({ directory: join(directory, 's3'), bucketNames: ['pages'] });
  Object.assign(process.env, s3.environment);
  origin = await listenLocally((request, response) => {
    originRequests += 1;
    answerOrigin(request, response);
  });
});

beforeEach(async () => {
  originRequests = 0;
  dlcs = await startSandboxDlcs();
  platform = openTestPlatform();
  log = captureLog();
});

// The next DLCS starts with no batches, so what the database knows of batches goes with this one.
afterEach(async () => {
  await platform.close();
  await dlcs.close();
  await testDatabase.database('composite.collections').delete();
});

afterAll(async () => {
  await origin.close();
  await s3.close();
  await testDatabase.drop();
  await rm(directory, { recursive: true });
});

function openTestPlatform(environment: Record<string, string> = {}): Platform {
  const settings = readSettings({
    DJANGO_SECRET_KEY: 'a secret key of the tests, and of nothing else',
    DATABASE_URL: testDatabase.url,
    LOG_LEVEL: 'silent',
    SCRATCH_DIRECTORY: join(directory, 'scratch'),
    DLCS_API_ROOT: dlcs.url,
    ORIGIN_ALLOWED_NETWORKS: 'loopback',
    ORIGIN_S3_BUCKETS: 'pages',
    DLCS_BATCH_SIZE: '3',
    DLCS_TIMEOUT: '20',
    DLCS_S3_BUCKET_NAME: 'pages',
    PDF_RASTERIZER_DPI: '72',
    PDF_RASTERIZER_THREAD_COUNT: '1',
    ...s3.environment,
    ...environment,
  });
  return openPlatform(settings, { processName: 'test', maximumConnections: 4 });
}

/** Replaces the platform by one with other settings. */
async function withEnvironment(environment: Record<string, string>): Promise<void> {
  await platform.close();
  platform = openTestPlatform(environment);
}

async function serveOrigin(pageCount: number): Promise<void> {
  const pdf = await makePdf(pageCount);
  answerOrigin = (_request, response) => response.end(pdf);
}

async function submit(fields: JsonObject = {}): Promise<string> {
  const collectionId = randomUUID();
  const memberId = randomUUID();
  await testDatabase.database('composite.collections').insert({ id: collectionId, customer: CUSTOMER });
  await testDatabase.database('composite.members').insert({
    id: memberId,
    collection_id: collectionId,
    position: 0,
    composite: JSON.stringify({
      '@type': 'vocab:Composite',
      id: 'my-pdf-{:03d}',
      space: 3,
      origin: `${origin.url}/a.pdf`,
      incrementSeed: 0,
      originFormat: 'application/pdf',
      string1: 'Page {}',
      ...fields,
    }),
  });
  return memberId;
}

interface RunOptions {
  readonly signal?: AbortSignal;
  readonly platform?: Platform;
  readonly progress?: TaskContext['progress'];
}

function run(memberId: string, options: RunOptions = {}) {
  return processMemberTask(
    { memberId, authorization: SANDBOX_AUTHORIZATION },
    {
      taskId: '11111111-2222-4333-8444-555555555555',
      attempt: 1,
      signal: options.signal ?? new AbortController().signal,
      progress: options.progress ?? (() => undefined),
      logger: log.logger,
      platform: options.platform ?? platform,
    },
  );
}

/** What the next attempt at a member throws. */
async function failureOf(memberId: string): Promise<Error> {
  const thrown: unknown = await run(memberId).catch((error: unknown) => error);
  if (!(thrown instanceof Error)) throw new Error('The attempt did not fail');
  return thrown;
}

/** The DLCS takes the first batch of a member, and refuses the second. */
async function failAtSecondBatch(memberId: string): Promise<void> {
  dlcs.fail({ route: 'queue', delayMilliseconds: 1 });
  dlcs.fail({ route: 'queue', status: 400 });
  await expect(run(memberId)).rejects.toThrow('The DLCS answered 400');
}

/** Connections of workers that have, or have asked for, the lock that a composite needs. */
async function locksAsked(): Promise<number> {
  const { rows } = await testDatabase.database.raw(
    `SELECT count(*)::integer FROM pg_stat_activity
     WHERE datname = current_database() AND query LIKE '%advisory_lock%' AND pid <> pg_backend_pid()`,
  );
  return rows[0].count;
}

/** Lets so much time go by, as Postgres sees it, that the DLCS cannot still be storing what was posted. */
async function letDlcsFinish(): Promise<void> {
  const { database } = testDatabase;
  await database('composite.batches')
    .where({ state: 'posting' })
    .update({ posted: database.raw("posted - interval '30 seconds'") });
}

/** What the queue does when a worker dies within the task. */
async function loseWorker(memberId: string, nextAttemptSeconds?: number): Promise<void> {
  const progress = { done: 2, total: 9, note: null };
  const context = {
    taskId: randomUUID(),
    transaction: testDatabase.database,
    platform,
    nextAttemptSeconds,
    isCancelled: false,
    progress,
  };
  await processMember.onLost?.({ memberId }, { error: 'its worker was killed' }, context);
}

function memberOf(memberId: string) {
  return testDatabase.database('composite.members').where({ id: memberId }).first();
}

function batchesOf(memberId: string) {
  return testDatabase.database('composite.batches').where({ member_id: memberId }).orderBy('position');
}

async function keysBelow(folder: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const key of openPageBucket(platform).list(`composites/${CUSTOMER}/3/${folder}/`))
    keys.push(key);
  return keys;
}

/** The scratch folders that are left. */
function scratchFolders(): Promise<string[]> {
  return readdir(join(directory, 'scratch')).catch(() => []);
}

describe('a member', () => {
  it('is fetched by the whole URL of a sealed origin, which no error shows', async () => {
    const asked: (string | undefined)[] = [];
    answerOrigin = (request, response) => {
      asked.push(request.url);
      response.writeHead(404).end();
    };
    const memberId = await submit();
    const { shown, sealed } = sealOrigin(
      `${origin.url}/a.pdf?signature=f00baa`,
      memberId,
      platform.secretBox,
    );
    await testDatabase.database.raw(
      "UPDATE composite.members SET composite = jsonb_set(composite, '{origin}', to_jsonb(?::text)), sealed_origin = ? WHERE id = ?",
      [shown, sealed, memberId],
    );
    await expect(run(memberId)).rejects.toThrow('answered 404');
    expect(asked).toEqual(['/a.pdf?signature=f00baa']);
    expect(JSON.stringify(await memberOf(memberId))).not.toContain('f00baa');
    const other = await submit();
    await testDatabase.database('composite.members').where({ id: other }).update({ sealed_origin: sealed });
    await expect(run(other)).rejects.toThrow('A sealed value cannot be opened');
  });

  it('hands numbers on with all of their digits', async () => {
    await serveOrigin(1);
    const posted: string[] = [];
    const plainDlcs = await listenLocally(async (request, response) => {
      posted.push(await text(request));
      response.writeHead(201).end('{"@id": "https://dlcs.example/batches/1", "size": 12345678901234567890}');
    });
    try {
      await withEnvironment({ DLCS_API_ROOT: plainDlcs.url });
      const memberId = await submit();
      await testDatabase.database.raw(
        'UPDATE composite.members SET composite = composite || ?::jsonb WHERE id = ?',
        ['{"serial": 12345678901234567890, "deep": {"n": [9007199254740993]}}', memberId],
      );
      await run(memberId);
      expect(posted.join()).toMatch(/"serial":12345678901234567890\b/);
      expect(posted.join()).toMatch(/"deep":\{"n":\[9007199254740993\]\}/);
      const { rows } = await testDatabase.database.raw(
        "SELECT response ->> 'size' AS size FROM composite.batches WHERE member_id = ?",
        [memberId],
      );
      expect(rows).toEqual([{ size: '12345678901234567890' }]);
    } finally {
      await plainDlcs.close();
    }
  });

  it('goes from its PDF to S3 and to the DLCS', async () => {
    await serveOrigin(7);
    const memberId = await submit();
    const result = await run(memberId);

    const taken = dlcs.takenBatches(CUSTOMER);
    expect(taken.map(({ images }) => images.length)).toEqual([3, 3, 1]);
    expect(taken.flatMap(({ images }) => images)).toEqual(
      [1, 2, 3, 4, 5, 6, 7].map((pageNumber) => ({
        id: `my-pdf-00${pageNumber - 1}`,
        space: 3,
        string1: `Page ${pageNumber - 1}`,
        family: 'I',
        mediaType: 'image/jpeg',
        origin: `${s3.url}/pages/composites/5/3/${memberId}/page-0000${pageNumber}.jpg`,
      })),
    );
    expect(result).toEqual(taken.map(({ uri }) => expect.objectContaining({ '@id': uri })));
    expect(await memberOf(memberId)).toMatchObject({
      status: 'COMPLETED',
      error: null,
      image_count: 7,
      pages_done: 7,
      pages_total: 7,
      task_id: '11111111-2222-4333-8444-555555555555',
    });
    expect(await batchesOf(memberId)).toMatchObject(
      taken.map(({ uri }, position) => ({ position, uri, state: 'accepted', response: { '@id': uri } })),
    );
    expect(await scratchFolders()).toEqual([]);
  });

  it('tells the queue of every page that is in S3, and is stored with what is final', async () => {
    await serveOrigin(4);
    const memberId = await submit();
    const told: Parameters<TaskContext['progress']>[] = [];
    const stored: number[] = [];
    const onQuery = ({ sql }: { sql: string }) => {
      if (/update .*members.*pages_done/i.test(sql)) stored.push(told.length);
    };
    platform.database.on('query', onQuery);
    await run(memberId, { progress: (...each) => told.push(each) });
    platform.database.off('query', onQuery);
    expect(told).toEqual([
      [0, undefined, 'fetching the PDF'],
      ...[0, 1, 2, 3, 4].map((done) => [done, 4, 'storing pages']),
      [4, 4, 'handing over to the DLCS'],
    ]);
    // At the start, and when all pages are there.
    expect(stored).toEqual([0, 6]);
  });

  it('has pages in S3 that are images of the right type', async () => {
    await withEnvironment({ PDF_RASTERIZER_FORMAT: 'png' });
    await serveOrigin(1);
    const memberId = await submit();
    await run(memberId);
    const [image] = dlcs.takenBatches(CUSTOMER).flatMap(({ images }) => images);
    expect(image).toMatchObject({ mediaType: 'image/png' });
    const response = await fetch(String(image?.['origin']));
    expect(response.headers.get('content-type')).toBe('image/png');
    const metadata = await sharp(Buffer.from(await response.arrayBuffer())).metadata();
    expect(metadata).toMatchObject({ format: 'png', width: 72, height: 72 });
  });

  it('says in each line of the log which it is, and nowhere what the caller’s credentials are', async () => {
    await serveOrigin(1);
    const memberId = await submit();
    await run(memberId);
    expect(log.events().length).toBeGreaterThan(1);
    expect(log.events()).toEqual(log.events().map(() => expect.objectContaining({ memberId })));
    expect(log.lines.join()).not.toContain(SANDBOX_AUTHORIZATION.slice('Basic '.length));
  });

  it('passes its statuses in order', async () => {
    await serveOrigin(2);
    const memberId = await submit();
    await testDatabase.database.raw(`
      CREATE TABLE seen (number bigserial, status text, last_updated timestamptz);
      CREATE FUNCTION see() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN INSERT INTO seen (status, last_updated) VALUES (NEW.status, NEW.last_updated); RETURN NEW; END $$;
      CREATE TRIGGER see AFTER UPDATE ON composite.members FOR EACH ROW
        WHEN (NEW.status <> OLD.status) EXECUTE FUNCTION see();
    `);
    try {
      await run(memberId);
      const seen = await testDatabase.database('seen').orderBy('number');
      expect(seen.map(({ status }) => status)).toEqual([
        'FETCHING_ORIGIN',
        'RASTERIZING',
        'PUSHING_TO_DLCS',
        'BUILDING_DLCS_REQUEST',
        'COMPLETED',
      ]);
      const times = seen.map(({ last_updated: lastUpdated }) => lastUpdated);
      expect(times).toEqual([...new Set(times)].sort());
    } finally {
      await testDatabase.database.raw(
        'DROP TRIGGER see ON composite.members; DROP FUNCTION see; DROP TABLE seen;',
      );
    }
  });

  it('keeps what is missing on its pages, and the log has it', async () => {
    answerOrigin = (_request, response) => response.end(unembeddedByNumber({ font: 'Phagspa', text: 'ꡀA' }));
    const memberId = await submit();
    await run(memberId);
    const warning = expect.stringMatching(/^Page 1: no font has “ꡀ” \(U\+A840\) of the font Phagspa/);
    expect(await memberOf(memberId)).toMatchObject({ status: 'COMPLETED', warnings: [warning] });
    expect(log.events()).toContainEqual(expect.objectContaining({ msg: warning, pageNumber: 1 }));
  });

  it('is completed with a blank page where one cannot be drawn and that is allowed, with a warning', async () => {
    await withEnvironment({ PDF_RASTERIZER_BROKEN_PAGES: 'blank' });
    answerOrigin = (_request, response) =>
      response.end(writeRawPdf({ pages: [LETTER_PAGE, 'null', LETTER_PAGE] }));
    const memberId = await submit();
    await run(memberId);
    const warning = expect.stringMatching(/^Page 2 cannot be rasterized: .* It is stored as a blank page\.$/);
    expect(await memberOf(memberId)).toMatchObject({
      status: 'COMPLETED',
      image_count: 3,
      warnings: [warning],
    });
    expect(log.events()).toContainEqual(
      expect.objectContaining({
        level: 'warn',
        pageNumber: 2,
        msg: warning,
      }),
    );
  });

  it('may come from S3', async () => {
    await openPageBucket(platform).put('in/my file?.pdf', await makePdf(2), 'application/pdf');
    const memberId = await submit({ origin: 's3://pages/in/my file?.pdf' });
    await run(memberId);
    expect(await memberOf(memberId)).toMatchObject({ status: 'COMPLETED', image_count: 2 });
  });

  it('that is gone is nobody’s concern', async () => {
    expect(await run(randomUUID())).toEqual([]);
    expect(log.lines.join()).toContain('does not exist any more');
  });

  it('that is deleted meanwhile is given up without an error', async () => {
    const memberId = await submit();
    const pdf = await makePdf(1);
    answerOrigin = (_request, response) => {
      testDatabase
        .database('composite.members')
        .where({ id: memberId })
        .delete()
        .then(() => response.end(pdf));
    };
    expect(await run(memberId)).toEqual([]);
    expect(dlcs.takenBatches(CUSTOMER)).toEqual([]);
    expect(await scratchFolders()).toEqual([]);
  });

  it('that is completed is not processed again', async () => {
    await serveOrigin(1);
    const memberId = await submit();
    const result = await run(memberId);
    const before = await memberOf(memberId);
    expect(await run(memberId)).toEqual(result);
    expect(await memberOf(memberId)).toEqual(before);
    expect(originRequests).toBe(1);
  });

  it('is processed by one worker at a time', async () => {
    await serveOrigin(4);
    const memberId = await submit();
    const other = openTestPlatform();
    try {
      const results = await Promise.all([run(memberId), run(memberId, { platform: other })]);
      expect(results[0]).toEqual(results[1]);
      expect(originRequests).toBe(1);
      expect(dlcs.takenBatches(CUSTOMER)).toHaveLength(2);
    } finally {
      await other.close();
    }
  });

  it('is free again once the worker that held it is gone', async () => {
    const memberId = await submit();
    await serveOrigin(1);
    await takeAdvisoryLock(testDatabase.url, `${CUSTOMER}/3/${memberId}`, new AbortController().signal);
    const running = run(memberId);
    await testDatabase.database.raw(
      `SELECT pg_terminate_backend(pid) FROM pg_locks JOIN pg_stat_activity USING (pid)
       WHERE datname = current_database() AND locktype = 'advisory' AND granted AND pid <> pg_backend_pid()`,
    );
    await running;
    expect(await memberOf(memberId)).toMatchObject({ status: 'COMPLETED' });
  });
});

describe('a composite that is submitted again', () => {
  it('overwrites its pages, and leaves none of a longer version behind', async () => {
    const compositeId = 'atlas/1';
    await serveOrigin(5);
    await run(await submit({ compositeId }));
    await openPageBucket(platform).put('composites/5/3/atlas/1/cover.txt', Buffer.from('x'), 'text/plain');
    await openPageBucket(platform).put(
      'composites/5/3/atlas/1/2/page-00009.jpg',
      Buffer.from('x'),
      'image/jpeg',
    );
    await serveOrigin(2);
    await run(await submit({ compositeId }));
    expect(await keysBelow('atlas/1')).toEqual([
      'composites/5/3/atlas/1/cover.txt',
      'composites/5/3/atlas/1/page-00001.jpg',
      'composites/5/3/atlas/1/page-00002.jpg',
    ]);
    expect(await keysBelow('atlas/1/2')).toHaveLength(1);
  });

  it('keeps the pages of a version that was submitted later, when an earlier one is done at last', async () => {
    const compositeId = 'overtaken';
    await serveOrigin(5);
    const earlier = await submit({ compositeId });
    await failAtSecondBatch(earlier);
    await serveOrigin(7);
    await run(await submit({ compositeId }));
    await run(earlier);
    expect(await memberOf(earlier)).toMatchObject({ status: 'COMPLETED' });
    expect(await keysBelow(compositeId)).toHaveLength(7);
  });

  it('keeps the pages of a version of which the DLCS has a part', async () => {
    const compositeId = 'half handed over';
    await serveOrigin(5);
    const longer = await submit({ compositeId });
    await failAtSecondBatch(longer);
    await serveOrigin(1);
    await run(await submit({ compositeId }));
    expect(await keysBelow(compositeId)).toHaveLength(5);
    await run(longer);
    const images = dlcs.takenBatches(CUSTOMER).flatMap((batch) => batch.images);
    const responses = await Promise.all(images.map(({ origin: url }) => fetch(String(url))));
    expect(responses.map(({ status }) => status)).toEqual(images.map(() => 200));
  });

  it('keeps its pages where the format was changed between two attempts', async () => {
    await serveOrigin(5);
    const memberId = await submit();
    await failAtSecondBatch(memberId);
    await withEnvironment({ PDF_RASTERIZER_FORMAT: 'png' });
    await run(memberId);
    expect(await memberOf(memberId)).toMatchObject({ status: 'COMPLETED' });
    expect(await keysBelow(memberId)).toHaveLength(5);
  });

  it('waits until another version of it is done', async () => {
    const compositeId = 'at the same time';
    const [long, short] = [await makePdf(4), await makePdf(1)];
    const longId = await submit({ compositeId, origin: `${origin.url}/long.pdf`, string1: 'long' });
    const shortId = await submit({ compositeId, origin: `${origin.url}/short.pdf`, string1: 'short' });
    const other = openTestPlatform();
    try {
      let waiting: Promise<unknown> = Promise.resolve();
      let longStatus: unknown;
      answerOrigin = async (request, response) => {
        if (request.url === '/long.pdf') {
          waiting = run(shortId, { platform: other });
          await eventually(async () => (await locksAsked()) === 2);
        } else {
          longStatus = (await memberOf(longId)).status;
        }
        response.end(request.url === '/long.pdf' ? long : short);
      };
      await run(longId);
      await waiting;
      expect(longStatus).toBe('COMPLETED');
      const taken = dlcs.takenBatches(CUSTOMER).flatMap(({ images }) => images);
      expect(taken.map(({ string1 }) => string1)).toEqual(['long', 'long', 'long', 'long', 'short']);
      expect(await keysBelow(compositeId)).toHaveLength(1);
    } finally {
      await other.close();
    }
  });

  it('keeps its old pages where the DLCS does not take the new ones', async () => {
    const compositeId = 'kept';
    await serveOrigin(3);
    await run(await submit({ compositeId }));
    await serveOrigin(1);
    dlcs.fail({ route: 'queue', status: 400 });
    await expect(run(await submit({ compositeId }))).rejects.toThrow('The DLCS answered 400');
    expect(await keysBelow('kept')).toHaveLength(3);
  });
});

describe('a member that goes first', () => {
  it('is handed to the priority queue of the DLCS', async () => {
    await serveOrigin(4);
    const memberId = await submit();
    await testDatabase.database('composite.collections').update({ priority: true });
    dlcs.fail({ route: 'queue', status: 400 });
    await expect(run(memberId)).rejects.toThrow(`/customers/${CUSTOMER}/queue/priority`);
    await run(memberId);
    expect(dlcs.takenBatches(CUSTOMER)).toHaveLength(2);
  });
});

describe('a failure', () => {
  it('is stored with the member, and cleared by the next attempt', async () => {
    const memberId = await submit();
    answerOrigin = (_request, response) => response.writeHead(404).end();
    await expect(run(memberId)).rejects.toThrow('The origin answered 404 Not Found');
    expect(await memberOf(memberId)).toMatchObject({
      status: 'ERROR',
      error: `The origin answered 404 Not Found for ${origin.url}/a.pdf`,
    });
    expect(await scratchFolders()).toEqual([]);

    await serveOrigin(1);
    await run(memberId);
    expect(await memberOf(memberId)).toMatchObject({ status: 'COMPLETED', error: null });
  });

  it('of a PDF that is none says so', async () => {
    const memberId = await submit();
    answerOrigin = (_request, response) => response.end(`%PDF-1.7\n${'x'.repeat(10_000)}`);
    await expect(run(memberId)).rejects.toThrow();
    const { status, error } = await memberOf(memberId);
    expect({ status, error }).toEqual({ status: 'ERROR', error: expect.stringMatching(/PDF/) });
    expect(await scratchFolders()).toEqual([]);
  });

  it('of the bucket names the bucket, and what to do', async () => {
    await withEnvironment({ AWS_ENDPOINT_URL_S3: s3.url, DLCS_S3_BUCKET_NAME: 'no-such-bucket' });
    await serveOrigin(3);
    const memberId = await submit();
    await expect(run(memberId)).rejects.toThrow(/no-such-bucket could not store .*NoSuchBucket/);
    expect(await memberOf(memberId)).toMatchObject({
      status: 'ERROR',
      error: expect.stringContaining('DLCS_S3_BUCKET_NAME'),
    });
    expect(await scratchFolders()).toEqual([]);
  });

  it('of the scratch directory says what to do', async () => {
    await withEnvironment({ SCRATCH_DIRECTORY: '/dev/null/scratch' });
    const memberId = await submit();
    await expect(run(memberId)).rejects.toThrow(
      'The scratch directory /dev/null/scratch is not a directory: change SCRATCH_DIRECTORY (ENOTDIR)',
    );
    expect(await memberOf(memberId)).toMatchObject({ status: 'ERROR' });
  });

  it('of a page leaves no pages in S3 that nobody asks for', async () => {
    const goodPages = Array.from({ length: 29 }, () => ({}));
    const pdf = writeRawPdf({ inherited: '/MediaBox [0 0 72 72]', pages: [...goodPages, 'null'] });
    answerOrigin = (_request, response) => response.end(pdf);
    const memberId = await submit();
    await expect(run(memberId)).rejects.toThrow(/^Page 30 /);
    expect(await keysBelow(memberId)).toEqual([]);
    const { pages_done: pagesDone } = await memberOf(memberId);
    expect(pagesDone).toBeGreaterThan(0);
  });

  it('of a format that a later number does not fit comes before the pages are drawn', async () => {
    await serveOrigin(3);
    const memberId = await submit({ id: '{:c}', incrementSeed: 0xd7fe });
    await expect(run(memberId)).rejects.toThrow('the type "c" has no character for 55296');
    expect(await memberOf(memberId)).toMatchObject({ status: 'ERROR', pages_done: 0, image_count: 3 });
  });

  it('at the DLCS shows what the DLCS said, and the batch may be posted again', async () => {
    await serveOrigin(4);
    const memberId = await submit();
    dlcs.fail({ route: 'queue', status: 400, body: { description: 'the space 3 does not exist' } });
    await expect(run(memberId)).rejects.toThrow('the space 3 does not exist');
    expect(await memberOf(memberId)).toMatchObject({ status: 'ERROR', pages_done: 4 });
    expect(await batchesOf(memberId)).toMatchObject([{ state: 'pending' }, { state: 'pending' }]);
  });

  it.each<[string, (response: ServerResponse) => unknown]>([
    ['that nothing is there', (response) => response.writeHead(404).end()],
    ['that it is gone', (response) => response.writeHead(410).end()],
    ['that it may not be shown', (response) => response.writeHead(451).end()],
    ['a login page', (response) => response.end('<!doctype html><h1>Sign in</h1>')],
    ['nothing', (response) => response.end()],
    ['a damaged PDF', (response) => response.end(`%PDF-1.7\n${'x'.repeat(10_000)}`)],
    ['another protocol', (response) => response.writeHead(302, { location: 'file:///etc/passwd' }).end()],
    ['too much', (response) => response.writeHead(200, { 'content-length': 1e12 }).write('%PDF-1.7\n')],
  ])('of an origin that answers %s is permanent', async (_, answer) => {
    await withEnvironment({ ORIGIN_MAX_SIZE: '50000' });
    answerOrigin = (_request, response) => answer(response);
    expect(await failureOf(await submit())).toBeInstanceOf(PermanentTaskError);
  });

  it('of a file that no one can open is permanent', async () => {
    const secret = await writePdf({ userPassword: 'secret', ownerPassword: 'other' });
    const broken = writeRawPdf({ inherited: '/MediaBox [0 0 72 72]', pages: [{}, 'null'] });
    for (const pdf of [secret, broken]) {
      answerOrigin = (_request, response) => response.end(pdf);
      expect(await failureOf(await submit())).toBeInstanceOf(PermanentTaskError);
    }
  });

  it.each([
    ['PDF_RASTERIZER_MAX_PAGES', '2', () => makePdf(3)],
    ['PDF_RASTERIZER_PAGE_TIMEOUT', '1', async () => endlessPdf(LETTER_PAGE)],
  ])('of a PDF that takes more than %s allows is permanent, and names it', async (name, value, makeIt) => {
    await withEnvironment({ [name]: value });
    const pdf = await makeIt();
    answerOrigin = (_request, response) => response.end(pdf);
    const failure = await failureOf(await submit());
    expect(failure).toBeInstanceOf(PermanentTaskError);
    expect(failure.message).toContain(name);
  });

  it('of a download that takes more than ORIGIN_DOWNLOAD_TIMEOUT allows may be temporary', async () => {
    await withEnvironment({ ORIGIN_DOWNLOAD_TIMEOUT: '1' });
    answerOrigin = (_request, response) => response.write('%PDF-1.7');
    const failure = await failureOf(await submit());
    expect(failure).not.toBeInstanceOf(PermanentTaskError);
    expect(failure.message).toContain('ORIGIN_DOWNLOAD_TIMEOUT');
  });

  it('of what was submitted is permanent', async () => {
    await serveOrigin(3);
    const faults = [
      { origin: 'file:///etc/passwd' },
      { origin: 's3://pages/no-such.pdf' },
      { id: '{:c}', incrementSeed: 0xd7fe },
    ];
    for (const fault of faults) {
      const failure = await failureOf(await submit(fault));
      expect(failure).toBeInstanceOf(PermanentTaskError);
      expect(failure.cause).toMatchObject({ message: failure.message });
    }
  });

  it.each([400, 401, 403, 413, 422])('of a DLCS that answers %i to a batch is permanent', async (status) => {
    await serveOrigin(1);
    dlcs.fail({ route: 'queue', status });
    expect(await failureOf(await submit())).toBeInstanceOf(PermanentTaskError);
  });

  it.each([404, 408, 409, 429, 500, 503])('of a DLCS that answers %i may be temporary', async (status) => {
    await serveOrigin(1);
    dlcs.fail({ route: 'queue', status });
    expect(await failureOf(await submit())).not.toBeInstanceOf(PermanentTaskError);
  });

  it.each<[string, (response: ServerResponse) => unknown]>([
    ['401', (response) => response.writeHead(401).end()],
    ['403', (response) => response.writeHead(403).end()],
    ['408', (response) => response.writeHead(408).end()],
    ['429', (response) => response.writeHead(429).end()],
    ['500', (response) => response.writeHead(500).end()],
    ['503', (response) => response.writeHead(503).end()],
    ['no more', (response) => response.destroy()],
    [
      'half of it',
      (response) =>
        response.writeHead(200, { 'content-length': 9_999 }).write('%PDF', () => response.destroy()),
    ],
    ['nothing for too long', () => undefined],
  ])('of an origin that answers %s may be temporary', async (_, answer) => {
    await withEnvironment({ ORIGIN_TIMEOUT: '1' });
    answerOrigin = (_request, response) => answer(response);
    expect(await failureOf(await submit())).not.toBeInstanceOf(PermanentTaskError);
  });

  it('of a host that refuses connections, a bucket or a disk may be temporary', async () => {
    const refused = await listenLocally(() => undefined);
    await refused.close();
    expect(await failureOf(await submit({ origin: `${refused.url}/a.pdf` }))).not.toBeInstanceOf(
      PermanentTaskError,
    );
    await serveOrigin(1);
    for (const environment of [
      { AWS_ENDPOINT_URL_S3: s3.url, DLCS_S3_BUCKET_NAME: 'no-such-bucket' },
      { SCRATCH_DIRECTORY: '/dev/null/scratch' },
    ]) {
      await withEnvironment(environment);
      expect(await failureOf(await submit())).not.toBeInstanceOf(PermanentTaskError);
    }
  });

  it('that cannot be stored at once is stored as soon as it can be', async () => {
    const memberId = await submit();
    answerOrigin = async (_request, response) => {
      await testDatabase.database.raw('ALTER TABLE composite.members RENAME TO members_away');
      response.writeHead(404).end();
    };
    const failed = expect(run(memberId)).rejects.toThrow('The origin answered 404');
    await eventually(() => log.lines.some((line) => line.includes('could not be stored')));
    await testDatabase.database.raw('ALTER TABLE composite.members_away RENAME TO members');
    await failed;
    expect(await memberOf(memberId)).toMatchObject({ status: 'ERROR' });
  });

  it('of a worker that was killed is stored by the queue', async () => {
    const memberId = await submit();
    await loseWorker(memberId);
    expect(await memberOf(memberId)).toMatchObject({
      status: 'ERROR',
      error: 'its worker was killed',
      pages_done: 2,
    });
  });

  it('is not shown where the next attempt follows at once', async () => {
    const memberId = await submit();
    await loseWorker(memberId, 0);
    expect(await memberOf(memberId)).toMatchObject({ status: 'PENDING', error: null });
    await loseWorker(memberId, 4_500);
    expect(await memberOf(memberId)).toMatchObject({ status: 'ERROR' });
  });

  it('that comes late does not undo a completed member', async () => {
    await serveOrigin(1);
    const memberId = await submit();
    await run(memberId);
    await loseWorker(memberId);
    expect(await memberOf(memberId)).toMatchObject({ status: 'COMPLETED', error: null });
  });
});

describe('a task that has to stop', () => {
  const cancelled = new Error('Cancelled by Ada');

  async function expectCancelled(memberId: string): Promise<void> {
    expect(await memberOf(memberId)).toMatchObject({
      status: 'ERROR',
      error: 'The processing was stopped: Cancelled by Ada',
    });
    expect(await scratchFolders()).toEqual([]);
  }

  it('stops while it waits for another version of its composite, and says why', async () => {
    const memberId = await submit({ compositeId: 'held' });
    const lock = await takeAdvisoryLock(testDatabase.url, `${CUSTOMER}/3/held`, new AbortController().signal);
    try {
      const stop = new AbortController();
      const running = run(memberId, { signal: stop.signal });
      const failed = expect(running).rejects.toThrow(cancelled);
      await eventually(async () => (await locksAsked()) === 2);
      stop.abort(cancelled);
      await failed;
    } finally {
      await lock.release();
    }
    await expectCancelled(memberId);
    expect(originRequests).toBe(0);
  });

  it('stops while it stores pages: no more of them are stored, and it is known how many were', async () => {
    await serveOrigin(40);
    const memberId = await submit();
    const stop = new AbortController();
    let done = 0;
    const progress = (now: number) => {
      done = now;
      if (now === 3) stop.abort(cancelled);
    };
    await expect(run(memberId, { signal: stop.signal, progress })).rejects.toThrow(cancelled);
    await expectCancelled(memberId);
    const { pages_done: pagesDone, pages_total: pagesTotal } = await memberOf(memberId);
    expect({ pagesDone, pagesTotal }).toEqual({ pagesDone: done, pagesTotal: 40 });
    expect(done).toBeLessThan(20);
    expect(dlcs.takenBatches(CUSTOMER)).toEqual([]);
    await run(memberId);
    expect(await memberOf(memberId)).toMatchObject({ status: 'COMPLETED', error: null, pages_done: 40 });
    expect(dlcs.takenBatches(CUSTOMER).flatMap(({ images }) => images)).toHaveLength(40);
  });

  it('stops between two batches: the DLCS gets no more, and what it did not get is not in doubt', async () => {
    await serveOrigin(7);
    const memberId = await submit();
    const stop = new AbortController();
    const { database } = platform;
    const onQuery = ({ sql }: { sql: string }) => {
      if (/^update "composite"\."batches".*"posted"/.test(sql) && dlcs.takenBatches(CUSTOMER).length === 1)
        stop.abort(cancelled);
    };
    database.on('query', onQuery);
    await expect(run(memberId, { signal: stop.signal })).rejects.toThrow(cancelled);
    database.off('query', onQuery);
    await expectCancelled(memberId);
    expect(dlcs.takenBatches(CUSTOMER)).toHaveLength(1);
    expect(await batchesOf(memberId)).toMatchObject([
      { state: 'accepted' },
      { state: 'pending' },
      { state: 'pending' },
    ]);
    await run(memberId);
    expect(dlcs.takenBatches(CUSTOMER).map(({ images }) => images.length)).toEqual([3, 3, 1]);
  });

  it('stops while it fetches', async () => {
    const stop = new AbortController();
    const memberId = await submit();
    answerOrigin = () => stop.abort(new Error('out of time'));
    await expect(run(memberId, { signal: stop.signal })).rejects.toThrow('out of time');
    expect(await memberOf(memberId)).toMatchObject({
      status: 'ERROR',
      error: 'The processing was stopped: out of time',
    });
    expect(await scratchFolders()).toEqual([]);
  });

  it('stops while it waits for the DLCS', async () => {
    await serveOrigin(1);
    const stop = new AbortController();
    const memberId = await submit();
    dlcs.fail({ route: 'queue', hang: true });
    const running = run(memberId, { signal: stop.signal });
    const failed = expect(running).rejects.toThrow('out of time');
    await eventually(async () => (await batchesOf(memberId)).some(({ state }) => state === 'posting'));
    stop.abort(new Error('out of time'));
    await failed;
    expect(await memberOf(memberId)).toMatchObject({ status: 'ERROR' });
  });
});

describe('the next attempt', () => {
  it('posts only what the DLCS does not have, and fetches nothing again', async () => {
    await serveOrigin(7);
    const memberId = await submit();
    // The second of three batches is refused.
    dlcs.fail({ route: 'queue', delayMilliseconds: 1 });
    dlcs.fail({ route: 'queue', status: 400 });
    await expect(run(memberId)).rejects.toThrow('The DLCS answered 400');
    expect(await batchesOf(memberId)).toMatchObject([
      { state: 'accepted' },
      { state: 'pending' },
      { state: 'pending' },
    ]);

    const result = await run(memberId);
    const taken = dlcs.takenBatches(CUSTOMER);
    expect(taken.map(({ images }) => images.length)).toEqual([3, 3, 1]);
    expect(new Set(taken.flatMap(({ images }) => images.map(({ id }) => id))).size).toBe(7);
    expect(result).toEqual(taken.map(({ uri }) => expect.objectContaining({ '@id': uri })));
    expect(originRequests).toBe(1);
    expect(await memberOf(memberId)).toMatchObject({ status: 'COMPLETED', error: null, pages_done: 7 });
  });

  it.each([
    ['the connection is lost', { drop: true }],
    ['the DLCS answers 500', { status: 500 }],
    ['the answer is no JSON', { status: 201, body: 'created' }],
  ])('finds the batch that the DLCS took before %s', async (_case, failure) => {
    await serveOrigin(4);
    const memberId = await submit();
    dlcs.fail({ route: 'queue', when: 'afterStoring', ...failure });
    await expect(run(memberId)).rejects.toThrow('The DLCS');
    expect(await batchesOf(memberId)).toMatchObject([{ state: 'posting' }, { state: 'pending' }]);

    await run(memberId);
    const taken = dlcs.takenBatches(CUSTOMER);
    expect(taken.map(({ images }) => images.length)).toEqual([3, 1]);
    expect((await batchesOf(memberId)).map(({ uri }) => uri)).toEqual(taken.map(({ uri }) => uri));
    expect(await memberOf(memberId)).toMatchObject({ status: 'COMPLETED' });
  });

  it('finds it also where the DLCS lost all it had, and numbers its batches from the start again', async () => {
    await serveOrigin(4);
    const memberId = await submit({ compositeId: 'forgotten' });
    await run(await submit({ compositeId: 'forgotten' }));
    await testDatabase.database.raw(
      `UPDATE composite.batches SET response = jsonb_set(response, '{submitted}', '"2026-01-01T00:00:00Z"')`,
    );
    await dlcs.close();
    dlcs = await startSandboxDlcs({ port: dlcs.port });
    dlcs.fail({ route: 'queue', when: 'afterStoring', status: 500 });
    await expect(run(memberId)).rejects.toThrow('The DLCS answered 500');

    await run(memberId);
    expect(dlcs.takenBatches(CUSTOMER).map(({ images }) => images.length)).toEqual([3, 1]);
    expect(await memberOf(memberId)).toMatchObject({ status: 'COMPLETED' });
  });

  it('posts the batch that the DLCS did not take', async () => {
    await serveOrigin(2);
    const memberId = await submit();
    dlcs.fail({ route: 'queue', drop: true });
    await expect(run(memberId)).rejects.toThrow('The DLCS did not answer');
    await letDlcsFinish();
    await run(memberId);
    expect(dlcs.takenBatches(CUSTOMER)).toHaveLength(1);
  });

  it('asks later where the DLCS cannot say now what it has', async () => {
    await serveOrigin(2);
    const memberId = await submit();
    dlcs.fail({ route: 'queue', when: 'afterStoring', drop: true });
    dlcs.fail({ route: 'batches', status: 503 });
    await expect(run(memberId)).rejects.toThrow('The DLCS did not answer');
    await expect(run(memberId)).rejects.toThrow('The DLCS answered 503');
    expect(await memberOf(memberId)).toMatchObject({ status: 'ERROR' });
    await run(memberId);
    expect(dlcs.takenBatches(CUSTOMER)).toHaveLength(1);
  });

  it('posts again, and warns, where the DLCS does not tell what it has', async () => {
    await serveOrigin(2);
    const memberId = await submit();
    dlcs.fail({ route: 'queue', drop: true });
    dlcs.fail({ route: 'batches', status: 404 });
    await expect(run(memberId)).rejects.toThrow('The DLCS did not answer');
    await run(memberId);
    expect(log.events()).toContainEqual(
      expect.objectContaining({ level: 'warn', msg: expect.stringContaining('may be doubled') }),
    );
    expect(dlcs.takenBatches(CUSTOMER)).toHaveLength(1);
  });

  it('does not take the same pages of another member for its own', async () => {
    await serveOrigin(2);
    await run(await submit({ compositeId: 'twice' }));
    const memberId = await submit({ compositeId: 'twice' });
    dlcs.fail({ route: 'queue', drop: true });
    await expect(run(memberId)).rejects.toThrow('The DLCS did not answer');
    await letDlcsFinish();
    await run(memberId);
    expect(dlcs.takenBatches(CUSTOMER)).toHaveLength(2);
  });

  it('starts afresh where the DLCS has nothing yet', async () => {
    await serveOrigin(4);
    const memberId = await submit();
    dlcs.fail({ route: 'queue', status: 401 });
    await expect(run(memberId)).rejects.toThrow('The DLCS answered 401');
    await serveOrigin(1);
    await run(memberId);
    expect(dlcs.takenBatches(CUSTOMER).map(({ images }) => images.length)).toEqual([1]);
    expect(await memberOf(memberId)).toMatchObject({ status: 'COMPLETED', image_count: 1 });
    expect(await keysBelow(memberId)).toHaveLength(1);
  });
});
