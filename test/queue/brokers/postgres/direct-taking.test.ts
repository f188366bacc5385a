import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually } from '../../../support/eventually.ts';
import { remove } from '../broker-conformance.ts';
import { BrokersSideBySide, type EngineOnBroker, type PackageOptions } from './brokers-side-by-side.ts';

let brokers: BrokersSideBySide;
let engine: EngineOnBroker;

beforeEach(async () => {
  brokers = await BrokersSideBySide.open();
  engine = await brokers.openEngine();
});
afterEach(() => brokers.close());

async function takeLabels(limit: number, from = engine): Promise<string[]> {
  return brokers.labels(await from.take(limit));
}

function limitOf(key: string, count = 1): PackageOptions {
  return { limit: { key, count } };
}

/** What the packages in the table wait for, each once. */
async function waitsFor(): Promise<string[]> {
  return brokers.database('pgboss.job').distinct().orderBy('waits_for').pluck('waits_for');
}

describe('packages with a limit, where there are no fairness keys', () => {
  it('are taken in one step: those that are left have no slots', async () => {
    await brokers.enqueue([
      ['a', limitOf('key a')],
      ['b', limitOf('key b')],
      ['c', limitOf('key c')],
    ]);
    expect(await takeLabels(2)).toHaveLength(2);
    expect(await waitsFor()).toEqual(['slot']);
    expect(await takeLabels(2)).toHaveLength(1);
  });

  it('are taken in one step by one engine after the other', async () => {
    await brokers.enqueue(['a', 'b', 'c'].map((key) => [key, limitOf(key)]));
    let taking: Promise<string[]> = Promise.resolve([]);
    await brokers.database.transaction(async (transaction) => {
      // As another engine that takes.
      await transaction.raw(`SELECT pg_advisory_xact_lock(hashtextextended('slots of composite', 0))`);
      taking = takeLabels(2);
      await eventually(isSomethingLocked);
    });
    expect(await taking).toHaveLength(2);
    expect(await waitsFor()).toEqual(['slot']);
  });

  it('go with all others by priority, and then by age', async () => {
    await brokers.enqueue([['old', limitOf('key a')]]);
    await brokers.enqueue([['middle', {}]]);
    await brokers.enqueue([['young', limitOf('key b')]]);
    await brokers.enqueue([
      ['high', { ...limitOf('key c'), priority: 2 }],
      ['higher', { priority: 3 }],
      ['low', { ...limitOf('key d'), priority: -1 }],
    ]);
    expect(await takeLabels(2)).toEqual(['higher', 'high']);
    expect(await takeLabels(9)).toEqual(['old', 'middle', 'young', 'low']);
  });

  it('give way where their limit is reached, whatever is left in front', async () => {
    await brokers.enqueue([
      ['a 1', { ...limitOf('key a'), priority: 3 }],
      ['a 2', { ...limitOf('key a'), priority: 2 }],
      ['b', { ...limitOf('key b'), priority: 1 }],
      ['free', {}],
    ]);
    expect(await takeLabels(3)).toEqual(['a 1', 'b', 'free']);
    expect(await waitsFor()).toEqual(['slot']);
  });

  it('do not keep others from being taken where many of them are at their limits', async () => {
    await brokers.enqueue([
      ...Array.from({ length: 500 }, (): [string, PackageOptions] => [
        'blocked',
        { ...limitOf('full'), priority: 1 },
      ]),
      ['open', limitOf('key of its own')],
      ['free', { priority: -1 }],
    ]);
    expect(await takeLabels(2)).toEqual(['blocked', 'open']);
    expect(await takeLabels(2)).toEqual(['free']);
  });

  it('go behind one of a higher priority in their key, also with a slot', async () => {
    await brokers.enqueue([
      ['first', { priority: 3, fairnessKey: 'somebody' }],
      ['low', limitOf('key a')],
    ]);
    expect(await takeLabels(1)).toEqual(['first']);
    expect(await waitsFor()).toEqual(['turn']);
    await brokers.enqueue([
      ['high', { ...limitOf('key a'), priority: 1 }],
      ['free', {}],
    ]);
    expect((await takeLabels(9, await brokers.openEngine())).toSorted()).toEqual(['free', 'high']);
  });

  it('get a slot and then their turn beside fairness keys', async () => {
    await brokers.enqueue([
      ['a', { fairnessKey: 'a', ...limitOf('key a') }],
      ['b', limitOf('key b')],
      ['c', { fairnessKey: 'c' }],
    ]);
    expect(await takeLabels(2)).toEqual(['a', 'c']);
    expect(await takeLabels(9)).toEqual(['b']);
  });

  it('are left where they are while the queue is paused', async () => {
    await brokers.enqueue([['a', limitOf('key a')]]);
    await brokers.database('queue.queues').insert({ name: 'composite', paused_since: new Date() });
    await expect(takeLabels(1)).rejects.toMatchObject({ name: 'LeaseRefusedError' });
    expect(await waitsFor()).toEqual(['slot']);
    await brokers.database('queue.queues').delete();
    expect(await takeLabels(1)).toEqual(['a']);
  });

  it.each([
    ['has room for one of them', 1],
    ['has no room', 0],
  ])('wake other engines where the one that knows of them %s', async (_how, limit) => {
    await brokers.enqueue([
      ['a', limitOf('key a')],
      ['b', limitOf('key b')],
    ]);
    const running = await engine.take(2);
    await brokers.enqueue([
      ['next a', limitOf('key a')],
      ['next b', limitOf('key b')],
    ]);
    const idle = await brokers.openEngine();
    const taken: string[] = [];
    const takeNow = async () => taken.push(...(await takeLabels(9, idle)));
    const stop = await idle.broker.listen(() => void takeNow());
    await remove(brokers.database, engine.broker, running);
    const first = await takeLabels(limit);
    await eventually(() => taken.length + first.length === 2);
    expect([...first, ...taken].toSorted()).toEqual(['next a', 'next b']);
    await stop();
  });

  it('are given slots by one engine while another one takes directly, and no limit is exceeded', async () => {
    const count = 3;
    const engines = await Promise.all(Array.from({ length: 3 }, () => brokers.openEngine()));
    const keys = Array.from({ length: 20 }, (_, index) => `key ${index}`);
    const packages = keys.flatMap((key) => Array<string>(6).fill(key));
    await brokers.enqueue(packages.map((key) => [key, limitOf(key, count)]));
    let ended = 0;
    let meddles = true;
    // A fairness key that comes and goes has some of them give slots, and some take directly.
    const meddle = async () => {
      while (meddles)
        await engine.broker.delete(await brokers.enqueue([['guest', { fairnessKey: 'guest' }]]));
    };
    const meddling = meddle();
    await Promise.all(
      engines.map(async (each) => {
        const stop = await each.broker.listen(() => undefined);
        await eventually(
          async () => {
            const taken = await each.take(7);
            expect(await exceededKeys()).toEqual([]);
            await remove(brokers.database, each.broker, taken);
            ended += brokers.labels(taken).filter((label) => label !== 'guest').length;
            return ended >= packages.length;
          },
          60_000,
          1,
        );
        await stop();
      }),
    );
    meddles = false;
    await meddling;
    expect(ended).toBe(packages.length);
  });

  it('are taken when a slot becomes free while it is looked for another one', async () => {
    for (const label of ['first', 'second', 'third', 'fourth'])
      await brokers.enqueue([[label, limitOf('key a', 2)]]);
    const [first, second] = await engine.take(9);
    await remove(brokers.database, engine.broker, first ? [first] : []);
    let taking: Promise<string[]> = Promise.resolve([]);
    await brokers.database.transaction(async (transaction) => {
      await transaction('queue.engines').where({ id: engine.engineId }).forUpdate();
      taking = takeLabels(9);
      // It has found the third one, and that there is no slot for the fourth.
      await eventually(isSomethingLocked);
      await remove(brokers.database, engine.broker, second ? [second] : []);
    });
    expect(await taking).toEqual(['third']);
    expect(await takeLabels(9)).toEqual(['fourth']);
  });

  it('are on the disk when they are handed out, though no engine waits for the disk with the lock of the others', async () => {
    await brokers.database.raw(`
      CREATE TABLE written (lsn pg_lsn, waits text);
      CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        INSERT INTO written VALUES (pg_current_wal_insert_lsn(), current_setting('synchronous_commit'));
        RETURN NULL;
      END $$;
      CREATE TRIGGER note AFTER INSERT ON queue.leases FOR EACH STATEMENT EXECUTE FUNCTION note()`);
    // As in production; the Postgres of the tests does not wait for the disk.
    await brokers.database.raw(
      `DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET synchronous_commit = on', current_database()); END $$`,
    );
    const waiting = await brokers.openEngine();
    await brokers.enqueue([['a', limitOf('key a')]]);
    expect(await takeLabels(9, waiting)).toEqual(['a']);
    const { rows } = await brokers.database.raw(
      'SELECT waits, pg_current_wal_flush_lsn() >= lsn AS "isOnDisk" FROM written',
    );
    expect(rows).toEqual([{ waits: 'off', isOnDisk: true }]);
  });

  async function isSomethingLocked(): Promise<boolean> {
    const { rows } = await brokers.database.raw(
      `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
    );
    return rows.length > 0;
  }

  async function exceededKeys(): Promise<string[]> {
    return brokers
      .database('queue.leases')
      .whereNotNull('limit_key')
      .groupBy('limit_key')
      .havingRaw('count(*) > min(limit_count)')
      .pluck('limit_key');
  }
});
