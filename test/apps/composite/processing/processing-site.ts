import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from '@jest/globals';
import { type LocalServer, listenLocally } from '../../../../src/app-kit/sandbox/local-server.ts';
import type { JsonObject } from '../../../../src/apps/composite/dlcs/dlcs-client.ts';
import { openPageBucket } from '../../../../src/apps/composite/pages/page-bucket.ts';
import { processMemberTask } from '../../../../src/apps/composite/processing/process-member.ts';
import {
  SANDBOX_AUTHORIZATION,
  type SandboxDlcs,
  startSandboxDlcs,
} from '../../../../src/apps/composite/sandbox/dlcs/dlcs.ts';
import { processMember } from '../../../../src/apps/composite/tasks.ts';
import { openPlatform, type Platform } from '../../../../src/platform/platform.ts';
import type { TaskContext } from '../../../../src/queue/index.ts';
import {
  type SandboxObjectStorage,
  startSandboxObjectStorage,
} from '../../../../src/standalone/object-storage.ts';
import { type CapturedLog, captureLog } from '../../../support/captured-log.ts';
import { createTestDatabase, type TestDatabase } from '../../../support/database.ts';
import { makePdf } from '../../../support/pdf.ts';
import { readSettings } from '../../../support/settings.ts';

/** The customer of all members. */
export const CUSTOMER = 5;

interface RunOptions {
  readonly signal?: AbortSignal;
  readonly platform?: Platform;
  readonly progress?: TaskContext['progress'];
}

/**
 * Brings up what members are processed with, for the tests of a file: a database, a bucket and an origin; and for each test a DLCS, a
 * platform and a log of its own.
 */
export function shareProcessingSite() {
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
    platform = openPlatformOf();
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

  function openPlatformOf(environment: Record<string, string> = {}): Platform {
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
    platform = openPlatformOf(environment);
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

  return {
    get testDatabase() {
      return testDatabase;
    },
    get s3() {
      return s3;
    },
    get origin() {
      return origin;
    },
    get dlcs() {
      return dlcs;
    },
    set dlcs(started) {
      dlcs = started;
    },
    get platform() {
      return platform;
    },
    get log() {
      return log;
    },
    /** How the origin responds. */
    set answerOrigin(handler: (request: IncomingMessage, response: ServerResponse) => void) {
      answerOrigin = handler;
    },
    /** Requests that the origin has had in this test. */
    get originRequests() {
      return originRequests;
    },
    openPlatform: openPlatformOf,
    withEnvironment,
    serveOrigin,
    submit,
    run,
    failureOf,
    failAtSecondBatch,
    locksAsked,
    letDlcsFinish,
    loseWorker,
    memberOf,
    batchesOf,
    keysBelow,
    scratchFolders,
  };
}
