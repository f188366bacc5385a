import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Database } from '../../../src/platform/database/connection.ts';
import type { Broker, Delivery, OutgoingPackage, Release } from '../../../src/queue/brokers/broker.ts';
import type { Carrier } from '../../../src/queue/brokers/carrier.ts';
import { heldTasks } from '../../../src/queue/brokers/held-tasks.ts';
import type { EndedLease, Lease } from '../../../src/queue/leases/lease.ts';
import { LeaseRefusedError } from '../../../src/queue/leases/leasing.ts';
import type { TaskPackage } from '../../../src/queue/tasks/task-package.ts';
import { eventually } from '../../support/eventually.ts';

/** A carrier with nothing in it, and brokers on it. */
export interface CarrierUnderTest {
  readonly database: Database;
  /** What it has, of all queues. */
  readonly carried: Carrier;
  /** Another broker, as another process has one; of the queue `composite` unless told. */
  open(queueName?: string): Broker;
  /** Takes away what carries the packages, so that nobody can reach it, and gives it back. */
  stop(): Promise<void>;
  start(): Promise<void>;
  /** Closes every broker, and removes everything. */
  close(): Promise<void>;
}

/** A package as a broker is given it; brokers do not look at signatures. */
export function packageOf(task: Partial<TaskPackage> = {}, signature = 'signature'): OutgoingPackage {
  const { id = randomUUID(), ...given } = task;
  const carried = { name: 'a name', func: 'test.add', started: new Date().toISOString(), ...given };
  return { id, carried: JSON.stringify({ task: carried, signature }) };
}

/** The package's id. */
export function idOf(outgoing: OutgoingPackage): string {
  return outgoing.id;
}

/** Enters an engine that lives; answers its id. */
export async function enterEngine(database: Database): Promise<string> {
  const id = randomUUID();
  const engine = { id, queue: 'composite', host: 'here', pid: 1, state: 'working', worker_count: 1 };
  await database('queue.engines').insert(engine);
  return id;
}

/** A package that was taken, and by which engine. */
export type Taken = Delivery & Lease;

/** Takes what is there once, for an engine of its own. */
export async function takeOnce(database: Database, broker: Broker, limit: number): Promise<readonly Taken[]> {
  const engineId = await enterEngine(database);
  return (await broker.dequeue(limit, engineId)).map((delivery) => ({ ...delivery, engineId }));
}

/** Takes packages until there are so many; returns all that came. */
export async function take(
  database: Database,
  broker: Broker,
  count = 1,
  limit = count,
): Promise<readonly Taken[]> {
  const taken: Taken[] = [];
  return eventually(async () => {
    taken.push(...(await takeOnce(database, broker, limit)));
    return taken.length >= count ? taken : undefined;
  });
}

/** Removes packages that were taken; returns the leases that ended. */
export function remove(
  database: Database,
  broker: Broker,
  taken: readonly Lease[],
): Promise<readonly EndedLease[]> {
  return database.transaction((transaction) => broker.settle(taken.map(leaseOf), transaction));
}

/** Makes packages available again that were taken; returns the leases that ended. */
export function release(
  database: Database,
  broker: Broker,
  taken: readonly Lease[],
  how: Release,
): Promise<readonly EndedLease[]> {
  return database.transaction((transaction) =>
    broker.settle(
      taken.map((each) => ({ ...leaseOf(each), release: how })),
      transaction,
    ),
  );
}

function leaseOf({ id, attempt, engineId }: Lease): Lease {
  return { id, attempt, engineId };
}

/** What every broker promises, whatever it is carried by. */
export function describeBroker(name: string, open: () => Promise<CarrierUnderTest>): void {
  describe(`the broker on ${name}`, () => {
    let carrier: CarrierUnderTest;
    let database: Database;
    let broker: Broker;

    beforeEach(async () => {
      carrier = await open();
      database = carrier.database;
      broker = carrier.open();
    });
    afterEach(() => carrier.close());

    async function enqueue(...packages: OutgoingPackage[]): Promise<string[]> {
      await broker.enqueue(packages);
      return packages.map(idOf);
    }

    /** Everything that is handed out until a package comes that is enqueued now, which is not among it. */
    async function takeWhatIsThere(from = broker): Promise<readonly Taken[]> {
      const [marker] = await enqueue(packageOf());
      const all: Taken[] = [];
      await eventually(async () => {
        all.push(...(await takeOnce(database, from, 10)));
        return all.some(({ id }) => id === marker);
      });
      await remove(
        database,
        from,
        all.filter(({ id }) => id === marker),
      );
      return all.filter(({ id }) => id !== marker);
    }

    it('counts what waits with a fairness key, and no more of it than is asked for', async () => {
      const another = carrier.open('another');
      const ofKey = (fairnessKey: string, more: Partial<OutgoingPackage> = {}) => ({
        ...packageOf({ options: { fairnessKey } }),
        fairnessKey,
        ...more,
      });
      await enqueue(ofKey('b'), packageOf());
      await another.enqueue([ofKey('a')]);
      expect(await broker.waitingOfFairnessKey('a', 10)).toBe(0);
      const [first = '', second = '', delayed = ''] = await enqueue(
        ofKey('a'),
        ofKey('a'),
        ofKey('a', { delaySeconds: 600 }),
      );
      expect(await broker.waitingOfFairnessKey('a', 10)).toBe(3);
      expect(await broker.waitingOfFairnessKey('a', 2)).toBe(2);
      await broker.delete([delayed]);
      const taken = await take(database, broker, 4);
      expect(await broker.waitingOfFairnessKey('a', 10)).toBe(0);
      await remove(
        database,
        broker,
        taken.filter(({ id }) => id === first),
      );
      await release(
        database,
        broker,
        taken.filter(({ id }) => id === second),
        { delaySeconds: 600 },
      );
      expect(await broker.waitingOfFairnessKey('a', 10)).toBe(1);
    });

    it('hands out what was enqueued, as it was', async () => {
      const outgoing = packageOf({
        args: { name: 'Zoë', pages: [1, 2.5, null], nested: { deep: true } },
        group: 'g',
      });
      await enqueue(outgoing);
      expect(await take(database, broker)).toEqual([
        {
          id: idOf(outgoing),
          attempt: 1,
          carried: JSON.parse(outgoing.carried),
          engineId: expect.any(String),
          waitedSeconds: expect.any(Number),
        },
      ]);
    });

    it('hands out a package whose signature is none, for others to judge', async () => {
      const outgoing = packageOf({}, 'forged');
      await enqueue(outgoing);
      expect(await take(database, broker)).toMatchObject([{ carried: { signature: 'forged' } }]);
    });

    it('carries a package of a megabyte', async () => {
      const outgoing = packageOf({ args: { text: 'x'.repeat(1024 ** 2) } });
      await enqueue(outgoing);
      const [delivery] = await take(database, broker);
      expect(delivery?.carried).toEqual(JSON.parse(outgoing.carried));
    });

    it('takes a package in once, however often it is enqueued', async () => {
      const outgoing = packageOf();
      await enqueue(outgoing);
      await enqueue(outgoing);
      expect(await broker.queueSize()).toBe(1);
      await take(database, broker);
      expect(await takeWhatIsThere()).toEqual([]);
    });

    it('takes a package in if and only if the transaction commits', async () => {
      const [kept, dropped] = [packageOf(), packageOf()];
      await database.transaction(async (transaction) => {
        await broker.enqueue([kept], transaction);
        expect(await broker.queueSize()).toBe(0);
      });
      const broken = database.transaction(async (transaction) => {
        await broker.enqueue([dropped], transaction);
        throw new Error('no');
      });
      await expect(broken).rejects.toThrow('no');
      expect((await takeWhatIsThere()).map(({ id }) => id)).toEqual([idOf(kept)]);
    });

    it('takes a package in from a transaction inside another', async () => {
      const outgoing = packageOf();
      await database.transaction((outer) => outer.transaction((inner) => broker.enqueue([outgoing], inner)));
      expect(await take(database, broker)).toMatchObject([{ id: idOf(outgoing) }]);
    });

    it('stores the lease of what it hands out', async () => {
      const [id] = await enqueue(packageOf({ name: 'a name', func: 'test.add', group: 'g' }));
      const engineId = await enterEngine(database);
      await eventually(async () => (await broker.dequeue(1, engineId)).length > 0);
      expect(await database('queue.leases')).toMatchObject([
        {
          task_id: id,
          engine_id: engineId,
          attempt: 1,
          queue: 'composite',
          carried: { task: { name: 'a name', func: 'test.add', group: 'g' } },
        },
      ]);
    });

    it('leases what is no package of ours', async () => {
      const forged = packageOf({ name: 'x'.repeat(100_000), group: 'x'.repeat(100_000) });
      await enqueue(forged);
      expect(await take(database, broker)).toMatchObject([{ id: idOf(forged) }]);
    });

    it('hands out a package only once another lease of its task has ended', async () => {
      const [id] = await enqueue(packageOf());
      const other = { task_id: id, engine_id: await enterEngine(database), attempt: 1 };
      await database('queue.leases').insert(other);
      expect(await takeWhatIsThere()).toEqual([]);
      expect(await database('queue.leases')).toMatchObject([other]);
      const stop = await broker.listen(() => undefined);
      await database('queue.leases').delete();
      expect(await take(database, broker)).toMatchObject([{ id, attempt: 1 }]);
      await stop();
    });

    it.each([
      [
        'an engine that others took for dead',
        async (engineId: string) => {
          await database('queue.engines').where({ id: engineId }).update({ state: 'lost' });
        },
      ],
      [
        'anybody while the queue is paused',
        async () => {
          await database('queue.queues').insert({ name: 'composite', paused_since: database.fn.now() });
        },
      ],
    ])('hands out nothing to %s, and counts that as no presentation', async (_whom, bar) => {
      const [id] = await enqueue(packageOf());
      const engineId = await enterEngine(database);
      await bar(engineId);
      await eventually(async () => {
        const end = await broker.dequeue(1, engineId).catch((error: unknown) => error);
        return end instanceof LeaseRefusedError;
      });
      await database('queue.queues').delete();
      expect(await take(database, carrier.open())).toMatchObject([{ id, attempt: 1 }]);
    });

    it('hides a package while it is held', async () => {
      await enqueue(packageOf());
      await take(database, broker);
      expect(await takeWhatIsThere(carrier.open())).toEqual([]);
      expect([await broker.queueSize(), await broker.lockSize()]).toEqual([0, 1]);
    });

    it('removes a package that is settled, if and only if the transaction commits', async () => {
      const [id] = await enqueue(packageOf());
      const taken = await take(database, broker);
      const broken = database.transaction(async (transaction) => {
        await broker.settle(taken, transaction);
        throw new Error('no');
      });
      await expect(broken).rejects.toThrow('no');
      expect(await broker.list({ limit: 9, offset: 0 })).toMatchObject([{ id, state: 'running' }]);
      expect(await remove(database, broker, taken)).toMatchObject([{ id, attempt: 1, cancelledBy: null }]);
      expect(await broker.list({ limit: 9, offset: 0 })).toEqual([]);
      expect(await takeWhatIsThere()).toEqual([]);
    });

    it('presents a package again that was released', async () => {
      const [id] = await enqueue(packageOf());
      await release(database, broker, await take(database, broker), { delaySeconds: 0 });
      expect(await database('queue.leases')).toEqual([]);
      expect(await take(database, broker)).toMatchObject([{ id, attempt: 2 }]);
    });

    it('presents a package again that another process released, as the engine that held it is gone', async () => {
      const [id] = await enqueue(packageOf());
      const other = carrier.open();
      await release(database, other, await take(database, broker), { delaySeconds: 0 });
      expect(await take(database, other)).toMatchObject([{ id, attempt: 2 }]);
    });

    it('counts no presentation in which nothing was done', async () => {
      const [id] = await enqueue(packageOf());
      await release(database, broker, await take(database, broker), { delaySeconds: 0, isUnstarted: true });
      expect(await take(database, broker)).toMatchObject([{ id, attempt: 1 }]);
    });

    it('leaves a presentation that is not the current one', async () => {
      const [id = ''] = await enqueue(packageOf());
      const first = await take(database, broker);
      await release(database, broker, first, { delaySeconds: 0 });
      const [second] = await take(database, broker);
      expect(await remove(database, broker, first)).toEqual([]);
      expect(await release(database, broker, first, { delaySeconds: 0 })).toEqual([]);
      const ofAnotherEngine = { id, attempt: 2, engineId: randomUUID() };
      expect(await remove(database, broker, [ofAnotherEngine])).toEqual([]);
      expect(await broker.list({ limit: 9, offset: 0 })).toMatchObject([
        { id: second?.id, state: 'running', attempts: 2 },
      ]);
    });

    it('releases no package of a task that was cancelled, unless it is released in any case', async () => {
      const [first, second] = await enqueue(packageOf(), packageOf());
      const taken = await take(database, broker, 2);
      await database('queue.leases').update({ cancelled_by: 'an operator' });
      const of = (wanted?: string) => taken.filter(({ id }) => id === wanted);
      expect(await release(database, broker, of(first), { delaySeconds: 0 })).toMatchObject([
        { id: first, cancelledBy: 'an operator' },
      ]);
      await release(database, broker, of(second), { delaySeconds: 0, evenIfCancelled: true });
      expect(await takeWhatIsThere()).toMatchObject([{ id: second, attempt: 2 }]);
    });

    it('hides a package for a delay, at first and between presentations', async () => {
      const [id] = await enqueue({ ...packageOf(), delaySeconds: 1 });
      expect(await broker.list({ limit: 9, offset: 0 })).toMatchObject([
        { id, state: 'delayed', attempts: 0 },
      ]);
      const taken = await take(database, broker);
      expect(taken).toMatchObject([{ id, attempt: 1 }]);
      await release(database, broker, taken, { delaySeconds: 1 });
      expect(await broker.list({ limit: 9, offset: 0 })).toMatchObject([
        { id, state: 'delayed', attempts: 1 },
      ]);
      expect(await take(database, broker)).toMatchObject([{ id, attempt: 2 }]);
    });

    it('hides a package for days', async () => {
      const [id] = await enqueue({ ...packageOf(), delaySeconds: 3 * 86_400 });
      expect(await takeWhatIsThere()).toEqual([]);
      expect(await broker.list({ limit: 9, offset: 0 })).toMatchObject([{ id, state: 'delayed' }]);
    });

    it('deletes what waits, and leaves what is held', async () => {
      const [held = ''] = await enqueue(packageOf());
      await take(database, broker);
      const [waiting = '', other] = await enqueue(packageOf(), packageOf());
      const broken = database.transaction(async (transaction) => {
        await broker.delete([waiting], transaction);
        throw new Error('no');
      });
      await expect(broken).rejects.toThrow('no');
      expect(await broker.delete([held, waiting, randomUUID()])).toEqual([waiting]);
      expect((await takeWhatIsThere()).map(({ id }) => id)).toEqual([other]);
    });

    it('passes what cannot be verified and is put off, which counts as no presentation and can be purged', async () => {
      const [forged] = await enqueue(
        packageOf({ options: { iteration: { id: 'rubbish', index: 0 } } }, 'forged'),
      );
      await release(database, broker, await take(database, broker), { delaySeconds: 60, isUnstarted: true });
      const [id] = await enqueue(packageOf());
      expect(await take(database, broker)).toMatchObject([{ id }]);
      expect(await broker.list({ limit: 1, offset: 0 })).toMatchObject([
        { id: forged, state: 'delayed', attempts: 0 },
      ]);
      expect(await broker.purgeQueue()).toEqual({ count: 1, iterationIds: [] });
    });

    it('purges what waits, and leaves what is held', async () => {
      const [held] = await enqueue(packageOf());
      await take(database, broker);
      await enqueue(packageOf(), { ...packageOf(), delaySeconds: 60 });
      expect(await broker.purgeQueue()).toEqual({ count: 2, iterationIds: [] });
      expect(await takeWhatIsThere()).toEqual([]);
      expect(await broker.list({ limit: 9, offset: 0 })).toMatchObject([{ id: held }]);
    });

    it('passes over a package whose id waits or is held, so that no task runs twice', async () => {
      const outgoing = packageOf();
      await enqueue(outgoing, outgoing);
      await enqueue(outgoing);
      expect(await broker.queueSize()).toBe(1);
      const [taken] = await take(database, broker);
      await enqueue(outgoing);
      expect([await broker.queueSize(), await broker.lockSize()]).toEqual([0, 1]);
      expect(taken).toMatchObject({ id: outgoing.id });
    });

    it('deletes its queue, which can be used again', async () => {
      await enqueue(packageOf(), packageOf());
      await take(database, broker);
      await broker.deleteQueue();
      expect([await broker.queueSize(), await broker.lockSize()]).toEqual([0, 0]);
      const [id] = await enqueue(packageOf());
      expect(await take(database, broker)).toMatchObject([{ id }]);
    });

    it('keeps queues apart', async () => {
      const long = carrier.open('long');
      const [outgoing] = [packageOf()];
      await long.enqueue([outgoing]);
      expect(await takeWhatIsThere()).toEqual([]);
      expect(await long.delete([])).toEqual([]);
      expect([await broker.queueSize(), await long.queueSize()]).toEqual([0, 1]);
      expect(await take(database, long)).toMatchObject([{ id: idOf(outgoing) }]);
    });

    it('lists what waits and runs, oldest first, in pages and by id', async () => {
      const [running] = await enqueue(packageOf({ name: 'first', args: { left: 1 }, group: 'g' }));
      await take(database, broker);
      const [queued = ''] = await enqueue(packageOf({ name: 'second', options: { save: false } }));
      const [delayed] = await enqueue({ ...packageOf({ name: 'third' }), delaySeconds: 60 });
      expect(await broker.list({ limit: 9, offset: 0 })).toMatchObject([
        {
          id: running,
          name: 'first',
          func: 'test.add',
          args: { left: 1 },
          group: 'g',
          options: {},
          state: 'running',
          attempts: 1,
        },
        { id: queued, name: 'second', group: null, options: { save: false }, state: 'queued', attempts: 0 },
        { id: delayed, name: 'third', state: 'delayed', attempts: 0 },
      ]);
      expect(await broker.list({ limit: 1, offset: 1 })).toMatchObject([{ id: queued }]);
      expect(await broker.list({ limit: 9, offset: 0, ids: [queued] })).toMatchObject([{ id: queued }]);
      const broken = database.transaction(async (transaction) => {
        await broker.delete([queued], transaction);
        const page = { limit: 9, offset: 0, ids: [queued] };
        expect(await broker.list(page, transaction)).toEqual([]);
        expect(await broker.list(page)).toHaveLength(1);
        throw new Error('no');
      });
      await expect(broken).rejects.toThrow('no');
      expect([await broker.queueSize(), await broker.lockSize()]).toEqual([2, 1]);
    });

    it('says of every queue how much waits, is delayed, and for how long', async () => {
      const { carried } = carrier;
      await carrier.open('long').enqueue([packageOf(), packageOf()]);
      await enqueue(packageOf());
      await take(database, broker);
      await enqueue(packageOf(), { ...packageOf(), delaySeconds: 60 });
      const queues = await carried.queues();
      expect(queues.toSorted((one, other) => (one.name < other.name ? -1 : 1))).toEqual([
        {
          name: 'composite',
          waiting: 2,
          isWaitingEstimated: false,
          delayed: 1,
          oldestSeconds: expect.any(Number),
        },
        {
          name: 'long',
          waiting: 2,
          isWaitingEstimated: false,
          delayed: 0,
          oldestSeconds: expect.any(Number),
        },
      ]);
    });

    it('says of no queue that something waits where nothing does', async () => {
      await enqueue(packageOf());
      await take(database, broker);
      const [queue] = await carrier.carried.queues();
      expect(queue).toMatchObject({ waiting: 0, delayed: 0, oldestSeconds: null });
    });

    it('lists what waits in a queue in pages, oldest first', async () => {
      const { carried } = carrier;
      await enqueue(packageOf());
      await take(database, broker);
      const [first] = await enqueue(packageOf({ name: 'first', options: { save: false } }));
      const [second] = await enqueue(packageOf());
      const [third] = await enqueue({ ...packageOf(), delaySeconds: 60 });
      await carrier.open('long').enqueue([packageOf()]);
      const page = await carried.waitingTasks({ queue: 'composite', limit: 2 });
      expect(page).toMatchObject([
        {
          id: first,
          queue: 'composite',
          name: 'first',
          func: 'test.add',
          options: { save: false },
          state: 'queued',
          attempts: 0,
        },
        { id: second, options: {} },
      ]);
      const rest = await carried.waitingTasks({ queue: 'composite', limit: 2, after: page.at(-1) });
      expect(rest).toMatchObject([{ id: third, state: 'delayed' }]);
    });

    it('finds tasks that wait by their ids, in whichever queue', async () => {
      const { carried } = carrier;
      const [running = ''] = await enqueue(packageOf());
      await take(database, broker);
      const waiting = packageOf({ args: { left: 1 } });
      await carrier.open('long').enqueue([waiting]);
      expect(await carried.findTasks([running, idOf(waiting), randomUUID()])).toMatchObject([
        { id: idOf(waiting), queue: 'long', state: 'queued', args: { left: 1 } },
      ]);
      expect(await heldTasks(database, [running, idOf(waiting)])).toMatchObject([
        { id: running, queue: 'composite', state: 'running', attempts: 1 },
      ]);
    });

    it('wakes who listens and found nothing', async () => {
      let calls = 0;
      const stop = await broker.listen(() => {
        calls += 1;
      });
      // Listening may begin with a call.
      expect(await takeOnce(database, broker, 1)).toEqual([]);
      await eventually(() => calls > 0 || name !== 'Postgres');
      const before = calls;
      const other = carrier.open();
      await other.enqueue([packageOf()]);
      await eventually(() => calls > before);
      expect(await take(database, broker)).toHaveLength(1);
      await stop();
    });

    it('hands out no more packages with a key than its limit, to all engines together', async () => {
      const limited = () => ({ ...packageOf(), limit: { key: 'a customer', count: 2 } });
      await enqueue(limited(), limited(), limited(), limited());
      const other = carrier.open();
      const [first, second] = [...(await take(database, broker, 1)), ...(await take(database, other, 1))];
      expect(await takeWhatIsThere()).toEqual([]);
      if (!first || !second) throw new Error('the limit was not used');
      await remove(database, broker, [first]);
      const [third] = await take(database, broker);
      expect(third).toMatchObject({ attempt: 1 });
      expect(await takeWhatIsThere()).toEqual([]);
      await release(database, other, [second], { delaySeconds: 60 });
      const [fourth] = await take(database, broker);
      expect(new Set([first, second, third, fourth].map((each) => each?.id)).size).toBe(4);
    });

    it('hands out each of many packages once, to engines side by side', async () => {
      const ids = await enqueue(...Array.from({ length: 250 }, () => packageOf()));
      const engines = [broker, carrier.open(), carrier.open()];
      const taken: Taken[] = [];
      await Promise.all(
        engines.map((engine) =>
          eventually(async () => {
            const some = await takeOnce(database, engine, 20);
            await remove(database, engine, some);
            taken.push(...some);
            return taken.length >= ids.length;
          }),
        ),
      );
      expect(taken.map(({ id }) => id).toSorted()).toEqual(ids.toSorted());
      expect([await broker.queueSize(), await broker.lockSize()]).toEqual([0, 0]);
    });

    it('hands out all packages, whatever their priorities and fairness keys', async () => {
      const ids = await enqueue(
        ...Array.from({ length: 30 }, (_, index) => ({
          ...packageOf(),
          priority: (index % 3) - 1,
          fairnessKey: `customer ${index % 5}`,
        })),
      );
      const taken = await take(database, broker, ids.length, 10);
      expect(taken.map(({ id }) => id).toSorted()).toEqual(ids.toSorted());
    });

    it('says clearly that its carrier is gone, and goes on when that is back', async () => {
      const [waiting] = await enqueue(packageOf());
      await take(database, broker);
      const [another] = await enqueue(packageOf());
      await broker.ping();
      await carrier.stop();
      await expect(broker.ping()).rejects.toThrow(/ECONNREFUSED|ECONNRESET|terminated/);
      await carrier.start();
      await eventually(() => broker.ping().then(() => true));
      expect(await take(database, broker)).toMatchObject([{ id: another }]);
      const [later] = await enqueue(packageOf());
      expect(await take(database, broker)).toMatchObject([{ id: later }]);
      expect(await broker.list({ limit: 1, offset: 0 })).toMatchObject([{ id: waiting, state: 'running' }]);
    });

    it('says what it is carried by', async () => {
      expect(await broker.info()).toEqual({ description: expect.stringContaining(name) });
    });
  });
}
