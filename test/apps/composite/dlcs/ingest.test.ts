import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { storeBatches } from '../../../../src/apps/composite/dlcs/batches.ts';
import { DlcsClient, type JsonObject } from '../../../../src/apps/composite/dlcs/dlcs-client.ts';
import { ingestBatches } from '../../../../src/apps/composite/dlcs/ingest.ts';
import {
  SANDBOX_AUTHORIZATION,
  type SandboxDlcs,
  startSandboxDlcs,
} from '../../../../src/apps/composite/sandbox/dlcs/dlcs.ts';
import { OutgoingNetwork } from '../../../../src/platform/http/outgoing/outgoing-network.ts';
import { type CapturedLog, captureLog } from '../../../support/captured-log.ts';
import { createTestDatabase, type TestDatabase } from '../../../support/database.ts';
import { eventually } from '../../../support/eventually.ts';

const CUSTOMER = 5;
const TIMEOUT_SECONDS = 20;
/** What is added to the timeout before a batch that is not found counts as absent. */
const MARGIN_SECONDS = 5;

let testDatabase: TestDatabase;
let dlcs: SandboxDlcs;
let log: CapturedLog;
let memberId: string;

beforeAll(async () => {
  testDatabase = await createTestDatabase();
});

beforeEach(async () => {
  dlcs = await startSandboxDlcs();
  log = captureLog();
  memberId = await storeMember();
});

// The next DLCS starts with no batches, so what the database knows of batches goes with this one.
afterEach(async () => {
  await dlcs.close();
  await testDatabase.database('composite.collections').delete();
});

afterAll(() => testDatabase.drop());

/** A member with two batches of one image each, none of them posted. */
async function storeMember(): Promise<string> {
  const { database } = testDatabase;
  const [collectionId, id] = [randomUUID(), randomUUID()];
  await database('composite.collections').insert({ id: collectionId, customer: CUSTOMER });
  await database('composite.members').insert({
    id,
    collection_id: collectionId,
    position: 0,
    composite: '{}',
  });
  await database.transaction((transaction) => storeBatches(transaction, id, images(id), 1));
  return id;
}

async function* images(folder: string): AsyncGenerator<JsonObject> {
  for (const name of ['a', 'b']) {
    const origin = `https://s3/pages/${folder}/${name}.jpg`;
    yield { id: name, space: 3, family: 'I', mediaType: 'image/jpeg', origin };
  }
}

/** One attempt to hand the member's batches over. */
async function attempt(options: { signal?: AbortSignal; apiRoot?: string } = {}): Promise<void> {
  const client = new DlcsClient(
    {
      apiRoot: options.apiRoot ?? dlcs.url,
      timeoutSeconds: TIMEOUT_SECONDS,
      batchSize: 1,
    },
    OutgoingNetwork.PLAIN,
  );
  try {
    await ingestBatches({
      database: testDatabase.database,
      client,
      answerTimeoutSeconds: TIMEOUT_SECONDS,
      memberId,
      customer: CUSTOMER,
      isPriority: false,
      authorization: SANDBOX_AUTHORIZATION,
      signal: options.signal ?? new AbortController().signal,
      logger: log.logger,
    });
  } finally {
    await client.close();
  }
}

/** The first batch is posted, and the DLCS does not get it; nobody knows that it does not. */
async function loseFirstBatch(): Promise<void> {
  dlcs.fail({ route: 'queue', drop: true });
  await expect(attempt()).rejects.toThrow('The DLCS did not answer');
  expect(await states()).toEqual(['posting', 'pending']);
}

/** Lets time go by, as Postgres sees it, since batches were posted. */
async function letPass(seconds: number): Promise<void> {
  await testDatabase
    .database('composite.batches')
    .whereNotNull('posted')
    .update({ posted: testDatabase.database.raw(`posted - ? * interval '1 second'`, [seconds]) });
}

async function states(): Promise<string[]> {
  const rows = await testDatabase
    .database('composite.batches')
    .where({ member_id: memberId })
    .orderBy('position');
  return rows.map(({ state }) => state);
}

/** When the first batch was posted, for the last time. */
async function postedEpochSeconds(): Promise<number> {
  const { rows } = await testDatabase.database.raw(
    'SELECT extract(epoch FROM posted)::float8 AS seconds FROM composite.batches WHERE member_id = ? AND position = 0',
    [memberId],
  );
  return rows[0].seconds;
}

function takenIds(): unknown[] {
  return dlcs.takenBatches(CUSTOMER).flatMap((batch) => batch.images.map(({ id }) => id));
}

/** What the log says of each time that an attempt waits, and then asks again: how long it waits at the most. */
function waits(): number[] {
  return log
    .events()
    .filter(({ msg }) => String(msg).includes('may still be storing it'))
    .map(({ leftSeconds }) => Number(leftSeconds));
}

describe('a batch whose answer was lost', () => {
  it('is not posted again while the DLCS is still storing it', async () => {
    const { promise: stored, resolve: store } = Promise.withResolvers<void>();
    dlcs.fail({ route: 'queue', until: stored });
    const death = new AbortController();
    const first = expect(attempt({ signal: death.signal })).rejects.toThrow('the worker dies');
    await eventually(async () => (await (await fetch(`${dlcs.url}/sandbox/failures`)).text()) === '[]');
    death.abort(new Error('the worker dies'));
    await first;

    const second = attempt();
    await eventually(() => waits().length > 0);
    store();
    await second;
    expect(takenIds()).toEqual(['a', 'b']);
    expect(await states()).toEqual(['accepted', 'accepted']);
  });

  it('is posted again once the DLCS has had the time for an answer, by the clock of Postgres', async () => {
    await loseFirstBatch();
    await letPass(TIMEOUT_SECONDS + MARGIN_SECONDS - 3);
    const lostEpochSeconds = await postedEpochSeconds();
    await attempt();
    expect(waits().length).toBeGreaterThan(0);
    expect((await postedEpochSeconds()) - lostEpochSeconds).toBeGreaterThanOrEqual(
      TIMEOUT_SECONDS + MARGIN_SECONDS,
    );
    expect(takenIds()).toEqual(['a', 'b']);
  });

  it('is posted again without a wait where that time is over', async () => {
    await loseFirstBatch();
    await letPass(TIMEOUT_SECONDS + MARGIN_SECONDS);
    await attempt();
    expect(waits()).toEqual([]);
    expect(takenIds()).toEqual(['a', 'b']);
  });

  it('is waited for no longer than that where the clock of Postgres was put back', async () => {
    await loseFirstBatch();
    await letPass(-24 * 3_600);
    const stop = new AbortController();
    const waiting = expect(attempt({ signal: stop.signal })).rejects.toThrow('enough seen');
    await eventually(() => waits().length > 0);
    stop.abort(new Error('enough seen'));
    await waiting;
    expect(waits()[0]).toBeLessThanOrEqual(TIMEOUT_SECONDS + MARGIN_SECONDS);
  });

  it('is left as it is by an attempt that has to stop while it waits', async () => {
    await loseFirstBatch();
    const stop = new AbortController();
    const waiting = expect(attempt({ signal: stop.signal })).rejects.toThrow('out of time');
    await eventually(() => waits().length > 0);
    stop.abort(new Error('out of time'));
    await waiting;
    expect(await states()).toEqual(['posting', 'pending']);
    expect(takenIds()).toEqual([]);
  });
});

describe('a batch that the DLCS surely did not take', () => {
  it('can be posted at once: it was refused', async () => {
    dlcs.fail({ route: 'queue', status: 400 });
    await expect(attempt()).rejects.toThrow('The DLCS answered 400');
    expect(await states()).toEqual(['pending', 'pending']);
  });

  it('can be posted at once: nobody listened', async () => {
    const gone = await startSandboxDlcs();
    await gone.close();
    await expect(attempt({ apiRoot: gone.url })).rejects.toThrow('ECONNREFUSED');
    expect(await states()).toEqual(['pending', 'pending']);
  });
});
