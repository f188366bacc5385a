import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually } from '../../../support/eventually.ts';
import { release, remove, type Taken } from '../broker-conformance.ts';
import { BrokersSideBySide, type EngineOnBroker, type PackageOptions } from './brokers-side-by-side.ts';

let brokers: BrokersSideBySide;
let engine: EngineOnBroker;

beforeEach(async () => {
  brokers = await BrokersSideBySide.open();
  engine = await brokers.openEngine();
});
afterEach(() => brokers.close());

/** Takes packages one after the other until there are none; returns their labels. */
async function takeOneByOne(from = engine): Promise<string[]> {
  const labels: string[] = [];
  for (let taken = await from.take(1); taken.length > 0; taken = await from.take(1))
    labels.push(...brokers.labels(taken));
  return labels;
}

async function takeLabels(limit: number, from = engine): Promise<string[]> {
  return brokers.labels(await from.take(limit));
}

/** So many packages alike, labelled with a letter and a number. */
function several(label: string, count: number, options: PackageOptions): [string, PackageOptions][] {
  return Array.from({ length: count }, (_, index) => [`${label}${index + 1}`, options]);
}

describe('the turns of fairness keys', () => {
  it('come one after the other, however many packages each has waiting', async () => {
    await brokers.enqueue([
      ...several('a', 100, { fairnessKey: 'a' }),
      ...several('b', 2, { fairnessKey: 'b' }),
      ...several('c', 1, { fairnessKey: 'c' }),
    ]);
    const order = await takeOneByOne();
    expect(order.slice(0, 5)).toEqual(
      ['a1', 'b1', 'c1', 'a2', 'b2'].map((label) => expect.stringMatching(`^${label[0]}`)),
    );
    expect(order).toHaveLength(103);
  });

  it('come in the same way where many are taken at once', async () => {
    await brokers.enqueue([
      ...several('a', 100, { fairnessKey: 'a' }),
      ...several('b', 2, { fairnessKey: 'b' }),
      ...several('c', 1, { fairnessKey: 'c' }),
    ]);
    const taken = await takeLabels(10);
    expect(taken).toHaveLength(10);
    expect(taken.filter((label) => !label.startsWith('a')).toSorted()).toEqual(['b1', 'b2', 'c1']);
    expect(taken.slice(0, 3).map((label) => label[0])).toEqual(['a', 'b', 'c']);
  });

  it('are given to packages without a key as to one key', async () => {
    await brokers.enqueue([...several('none', 9, {}), ...several('a', 9, { fairnessKey: 'a' })]);
    const order = (await takeOneByOne()).map((label) => label.slice(0, -1));
    expect(order.slice(0, 4).toSorted()).toEqual(['a', 'a', 'none', 'none']);
    expect(order[0]).not.toBe(order[1]);
  });

  it('come to each key of a priority, however often a higher one comes between', async () => {
    await brokers.enqueue([
      ...several('a', 5, { fairnessKey: 'a' }),
      ...several('b', 5, { fairnessKey: 'b' }),
      ...several('c', 5, { fairnessKey: 'c' }),
    ]);
    const order: string[] = [];
    for (let round = 0; round < 3; round += 1) {
      await brokers.enqueue([['urgent', { fairnessKey: 'z', priority: 1 }]]);
      expect(await takeLabels(1)).toEqual(['urgent']);
      order.push(...(await takeLabels(1)));
    }
    expect(order.map((label) => label[0])).toEqual(['a', 'b', 'c']);
  });

  it('come only after every package of a higher priority, whosever that is', async () => {
    await brokers.enqueue([
      ['a', { fairnessKey: 'a' }],
      ...several('b', 5, { fairnessKey: 'b', priority: 2 }),
      ['c', { fairnessKey: 'c', priority: 1 }],
    ]);
    expect((await takeLabels(4)).map((label) => label[0])).toEqual(['b', 'b', 'b', 'b']);
    expect((await takeLabels(9)).map((label) => label[0])).toEqual(['b', 'c', 'a']);
  });

  it('go within a key to what was due first; what is presented again comes behind what was due before', async () => {
    for (const label of ['first', 'second']) await brokers.enqueue([[label, { fairnessKey: 'a' }]]);
    const first = await engine.take(1);
    await release(brokers.database, engine.broker, first, { delaySeconds: 0 });
    await brokers.enqueue([['third', { fairnessKey: 'a' }]]);
    expect(await takeOneByOne()).toEqual(['second', 'first', 'third']);
  });

  it('leave its place to what was taken and not begun', async () => {
    for (const label of ['first', 'second']) await brokers.enqueue([[label, { fairnessKey: 'a' }]]);
    const first = await engine.take(1);
    await release(brokers.database, engine.broker, first, { delaySeconds: 0, isUnstarted: true });
    expect(await takeOneByOne()).toEqual(['first', 'second']);
  });

  it('leave to the engine what it has when it is refused more', async () => {
    // Of four places each key has two at first, of which one stays free.
    await brokers.enqueue([
      ...several('a', 5, { fairnessKey: 'a' }),
      ...several('b', 1, { fairnessKey: 'b' }),
    ]);
    // The queue is paused at the moment at which something of it was taken.
    await brokers.database.raw(`
      CREATE FUNCTION pause() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        INSERT INTO queue.queues (name, paused_since) VALUES ('composite', now()) ON CONFLICT DO NOTHING;
        RETURN NULL;
      END $$;
      CREATE TRIGGER pause AFTER INSERT ON queue.leases FOR EACH ROW EXECUTE FUNCTION pause()`);
    const taken = await takeLabels(4);
    expect(taken).toHaveLength(3);
    const held = await brokers.database('queue.leases').pluck('task_id');
    expect(brokers.labels(held.map((id) => ({ id }))).toSorted()).toEqual(taken.toSorted());
  });
});

describe('the limit of running tasks of a fairness key', () => {
  it('holds over priorities, and leaves the rest to others', async () => {
    const limited = await brokers.openEngine(1);
    await brokers.enqueue([
      ['a1', { fairnessKey: 'a', priority: 1 }],
      ['a2', { fairnessKey: 'a' }],
      ['b', { fairnessKey: 'b' }],
    ]);
    expect((await takeLabels(2, limited)).toSorted()).toEqual(['a1', 'b']);
    expect(await takeLabels(9, limited)).toEqual([]);
  });

  it('holds for two engines that take at the same moment, and not for packages without a key', async () => {
    const pair = [await brokers.openEngine(2), await brokers.openEngine(2)];
    await brokers.enqueue([...several('a', 20, { fairnessKey: 'a' }), ...several('none', 6, {})]);
    const taken = (await Promise.all(pair.map((each) => each.take(10)))).flat();
    const rest = (await Promise.all(pair.map((each) => each.take(10)))).flat();
    const labels = brokers.labels([...taken, ...rest]);
    expect(labels.filter((label) => label.startsWith('a'))).toHaveLength(2);
    expect(labels.filter((label) => label.startsWith('none'))).toHaveLength(6);
  });

  it('lets the next one run when one has ended', async () => {
    const limited = await brokers.openEngine(1);
    await brokers.enqueue(several('a', 2, { fairnessKey: 'a' }));
    const taken = await limited.take(9);
    expect(taken).toHaveLength(1);
    await remove(brokers.database, limited.broker, taken);
    expect(await limited.take(9)).toHaveLength(1);
  });
});

describe('the slots of a limit key', () => {
  const limit = { key: 'shelf', count: 1 };
  /** Beside a fairness key, packages wait for their slots first, and then for their turns. */
  const TURN = { fairnessKey: 'a' };

  /** Has a package wait in each of so many keys, whose slots are all used. */
  async function keepKeysFull(count: number): Promise<void> {
    await engine.take(1);
    await brokers.database.raw(
      `INSERT INTO queue.leases (task_id, engine_id, attempt, queue, limit_key, limit_count)
         SELECT gen_random_uuid(), ?::uuid, 1, 'composite', 'key ' || number, 1 FROM generate_series(1, ?) AS number`,
      [engine.engineId, count],
    );
    await brokers.database.raw(
      `INSERT INTO pgboss.job (id, name, data, keep_until, limit_key, limit_count, waits_for)
         SELECT gen_random_uuid(), queue, '{}', 'infinity', limit_key, limit_count, 'slot' FROM queue.leases`,
    );
  }

  /** Counts how often the engine hears of packages, once its connection for that is made. */
  async function listen(): Promise<{ listener: { calls: number }; stop: () => Promise<void> }> {
    const listener = { calls: 0 };
    const stop = await engine.broker.listen(() => {
      listener.calls += 1;
    });
    await eventually(() => listener.calls > 0);
    return { listener, stop };
  }

  it('go to a higher priority that comes before a lower one had its turn', async () => {
    await brokers.enqueue([['urgent', { priority: 9, ...TURN }]]);
    await brokers.enqueue([['low', { limit }]]);
    // The first look gives the slot to the lower one, and there is room for one package.
    expect(await takeLabels(1)).toEqual(['urgent']);
    expect(await waitsFor()).toEqual(['turn']);
    await brokers.enqueue([['high', { limit, priority: 1 }]]);
    // One that has just started looks for slots, as any other does when it hears of packages.
    expect(await takeLabels(9, await brokers.openEngine())).toEqual(['high']);
  });

  it('go to others when the package that has one is deleted', async () => {
    await brokers.enqueue([['urgent', { priority: 9, ...TURN }]]);
    const [holder = ''] = await brokers.enqueue([['holder', { limit }]]);
    await engine.take(1);
    expect(await waitsFor()).toEqual(['turn']);
    await brokers.enqueue([['next', { limit }]]);
    const stop = await engine.broker.listen(() => undefined);
    expect(await engine.broker.delete([holder])).toEqual([holder]);
    expect(await eventually(() => takeFirst())).toEqual(['next']);
    await stop();
  });

  it('go to others when an engine dies between the end of a task and that of its slot', async () => {
    await brokers.enqueue(several('a', 2, { limit }));
    const dying = await brokers.openEngine();
    const taken = await dying.take(2);
    expect(taken).toHaveLength(1);
    await remove(brokers.database, dying.broker, taken);
    await dying.die();
    const heir = await brokers.openEngine();
    expect(await heir.take(2)).toHaveLength(1);
  });

  it('go at once to a package of a new key, however many other keys wait', async () => {
    await keepKeysFull(5_000);
    const { listener, stop } = await listen();
    expect(await engine.take(9)).toEqual([]);
    const before = listener.calls;
    await brokers.enqueue([['new', { limit: { key: 'key of its own', count: 1 } }]]);
    await eventually(() => listener.calls > before);
    expect(await takeLabels(9)).toEqual(['new']);
    await stop();
  });

  it('go to packages of many new keys that come while it looks through others', async () => {
    await keepKeysFull(2_500);
    const { listener, stop } = await listen();
    // Looks at the first of the keys.
    expect(await engine.take(99)).toEqual([]);
    const before = listener.calls;
    await brokers.enqueue(
      Array.from({ length: 20 }, (_, index) => ['new', { limit: { key: `a ${index}`, count: 1 } }]),
    );
    await eventually(() => listener.calls > before);
    const taken: string[] = [];
    const areAllTaken = async () => taken.push(...(await takeLabels(99))) === 20;
    // Sooner than it would look through all keys by itself.
    await eventually(areAllTaken, 8_000);
    await stop();
  });

  it('do not wait for a caller who is about to delete a package, nor does that caller for them', async () => {
    const [first = '', second = ''] = await brokers.enqueue(several('a', 2, { limit }));
    await brokers.database.transaction(async (transaction) => {
      await engine.broker.delete([first], transaction);
      expect(await engine.take(2)).toMatchObject([{ id: second }]);
      expect(await engine.broker.delete([second], transaction)).toEqual([]);
    });
  });

  it('go to a package with a greater limit past one whose own limit is reached', async () => {
    await brokers.enqueue([
      ['a', { limit, priority: 2 }],
      ['b', { limit, priority: 1 }],
      ['c', { limit: { ...limit, count: 3 } }],
    ]);
    expect((await takeLabels(9)).toSorted()).toEqual(['a', 'c']);
  });

  it('of many keys are given at once, and taken back only where a higher priority waits', async () => {
    const of = (key: string) => ({ limit: { key, count: 1 } });
    const low = await brokers.openEngine();
    await brokers.enqueue([
      ['first', { priority: 2, ...TURN }],
      ['low 1', of('key 1')],
      ['low 2', of('key 2')],
    ]);
    // The slots of both keys are given with the first look, and one package is taken.
    expect(await takeLabels(1, low)).toEqual(['first']);
    await brokers.enqueue([
      ['high 1', { ...of('key 1'), priority: 1 }],
      ['next 2', of('key 2')],
    ]);
    expect((await takeLabels(9)).toSorted()).toEqual(['high 1', 'low 2']);
  });

  it('are never more than the limit, whoever takes and gives back at the same moment', async () => {
    const engines = await Promise.all(Array.from({ length: 4 }, () => brokers.openEngine()));
    await brokers.enqueue(several('a', 40, { limit: { key: 'shelf', count: 3 } }));
    let most = 0;
    let ended = 0;
    await Promise.all(
      engines.map(async (each) => {
        while (ended < 40) {
          const taken = await each.take(5);
          most = Math.max(most, await each.broker.lockSize());
          await remove(brokers.database, each.broker, taken);
          ended += taken.length;
          if (taken.length === 0) await eventually(async () => ended >= 40 || (await isSomethingReady()));
        }
      }),
    );
    expect(most).toBeLessThanOrEqual(3);
    expect(ended).toBe(40);
  });

  async function isSomethingReady(): Promise<boolean> {
    const { rows } = await brokers.database.raw('SELECT FROM pgboss.job LIMIT 1');
    return rows.length > 0;
  }

  async function waitsFor(): Promise<string[]> {
    return brokers.database('pgboss.job').pluck('waits_for');
  }

  async function takeFirst(): Promise<string[] | undefined> {
    const labels = await takeLabels(1);
    return labels.length > 0 ? labels : undefined;
  }
});

describe('the delay of a package', () => {
  it('ends on time, and wakes the engine that waits', async () => {
    let moment = 0;
    const taken: Taken[] = [];
    const takeNow = async () => {
      taken.push(...(await engine.take(9)));
      if (taken.length > 0) moment ||= Date.now();
    };
    const stop = await engine.broker.listen(() => void takeNow());
    await brokers.enqueue([
      ['soon', { delaySeconds: 0.3 }],
      ['later', { delaySeconds: 3_600 }],
    ]);
    await eventually(() => taken.length > 0);
    await stop();
    const due: string[] = await brokers.database('queue.leases').pluck('due');
    expect(brokers.labels(taken)).toEqual(['soon']);
    expect(moment).toBeGreaterThanOrEqual(Math.floor(Date.parse(due[0] ?? '')));
  });

  it.each([
    ['has room for one of them', 1],
    ['has no room', 0],
  ])('wakes the other engines where the one that finds packages due %s', async (_how, limit) => {
    const another = await brokers.openEngine();
    let wakeUps = 0;
    const stop = await another.broker.listen(() => {
      wakeUps += 1;
    });
    await eventually(() => wakeUps > 0);
    const listening = wakeUps;
    await brokers.enqueue(several('soon', 2, { delaySeconds: 0.3 }));
    await eventually(() => wakeUps > listening);
    const before = wakeUps;
    const due = brokers.database('pgboss.job').whereRaw('start_after <= now()');
    await eventually(async () => (await due.clone()).length === 2);
    await engine.take(limit);
    await eventually(() => wakeUps > before);
    await stop();
    expect(await takeLabels(2, another)).toHaveLength(2 - limit);
  });

  it('costs no row of what is not due, when something else is taken', async () => {
    await brokers.enqueue(several('later', 5_000, { delaySeconds: 3_600 }));
    const taker = await brokers.openEngine();
    await brokers.enqueue([['now', {}]]);
    await brokers.database.raw('SELECT pg_stat_force_next_flush()');
    const before = await rowsRead();
    expect(await takeLabels(9, taker)).toEqual(['now']);
    // What a session has read is counted when it ends, at the latest.
    await taker.die();
    await eventually(async () => (await rowsRead()).deleted > before.deleted);
    expect((await rowsRead()).read - before.read).toBeLessThan(100);
  });

  async function rowsRead(): Promise<{ read: number; deleted: number }> {
    const { rows } = await brokers.database.raw<{ rows: { read: number; deleted: number }[] }>(
      `SELECT sum(seq_tup_read + idx_tup_fetch)::integer AS read, sum(n_tup_del)::integer AS deleted
       FROM pg_stat_user_tables WHERE schemaname = 'pgboss' AND relname LIKE 'job%'`,
    );
    return rows[0] ?? { read: 0, deleted: 0 };
  }
});
