import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { type EmbeddedPostgres, startPostgres } from '../../src/standalone/postgres.ts';
import { stay } from '../queue/engine/fixtures/task-functions.ts';
import { QueueUnderTest } from '../queue/engine/test-engine.ts';
import { eventually } from '../support/eventually.ts';
import { isAlive } from '../support/node-process.ts';
import { seededRandom } from '../support/seeded-random.ts';

jest.setTimeout(240_000);

const TASKS = 500;
const CUSTOMERS = 5;
const MOST_OF_CUSTOMER = 3;
const SHELF_LIMIT = 2;

/** Those of customers have turns, and a limit of each customer; those without are taken by their age. */
const KINDS = [
  { whose: 'of customers', haveCustomers: true },
  { whose: 'without customers', haveCustomers: false },
];

/** From when to when a function was at work, as far as it could write that down. */
interface Stay {
  readonly label: string;
  readonly workerPid: number;
  readonly begin: number;
  readonly end: number;
  /** Whether the function came to its end, as far as is known. */
  readonly hasEnded: boolean;
}

/** Whose a task is, and whether it is one of those of which only some may run at a time. */
function keysOf(index: number): { readonly customer: string; readonly isOnShelf: boolean } {
  const customer = index % CUSTOMERS;
  return { customer: `customer ${customer}`, isOnShelf: customer === 1 };
}

describe('500 tasks on two engines', () => {
  let directory: string;
  let postgres: EmbeddedPostgres;
  let test: QueueUnderTest;
  let haveCustomers: boolean;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'promises-'));
    // Where root runs the tests, Postgres runs under another account, which has to come in.
    await chmod(directory, 0o755);
    postgres = await startPostgres({ dataDirectory: join(directory, 'postgres') });
    test = await QueueUnderTest.open(postgres.url);
  });
  afterEach(async () => {
    await test.close();
    await postgres.stop();
    await rm(directory, { recursive: true });
  });

  async function restartPostgres(): Promise<void> {
    const { port } = postgres;
    await postgres.stop();
    postgres = await startPostgres({ dataDirectory: join(directory, 'postgres'), port });
  }

  function startEngine() {
    return test.startEngine({
      ENGINE_WORKER_COUNT: '2',
      Q_CLUSTER_SAVE_LIMIT: '0',
      ...(haveCustomers ? { Q_CLUSTER_FAIRNESS_LIMIT: String(MOST_OF_CUSTOMER) } : {}),
    });
  }

  /** What the functions wrote down of each attempt. */
  function stays(): Stay[] {
    const found = new Map<string, Stay>();
    for (const event of test.events()) {
      const [what, label = '', attempt = '', pid = '', moment = ''] = event.split(' ');
      const key = `${label} ${attempt} ${pid}`;
      const begin = found.get(key)?.begin ?? Number(moment);
      found.set(key, { label, workerPid: Number(pid), begin, end: Number(moment), hasEnded: what === 'end' });
    }
    return [...found.values()];
  }

  function numberOf(label: string): number {
    return Number(label.split('-')[1]);
  }

  /** How many functions with some labels were at work at the same moment. */
  function mostAtATime(isMeant: (label: string) => boolean): number {
    const some = stays().filter(({ label }) => isMeant(label));
    const atBegin = ({ begin }: Stay) => some.filter((other) => other.begin <= begin && begin <= other.end);
    return Math.max(...some.map((each) => atBegin(each).length));
  }

  /** Successes so far. Of each task there is either a success or a package, at every moment. */
  async function successes(): Promise<number> {
    const { rows } = await test.platform.database.raw<{ rows: { successes: number; packages: number }[] }>(
      `SELECT (SELECT count(*)::integer FROM queue.tasks WHERE success) AS successes,
         (SELECT count(*) FROM pgboss.job)::integer + (SELECT count(*) FROM queue.leases)::integer AS packages`,
    );
    const [{ successes, packages } = { successes: 0, packages: 0 }] = rows;
    if (successes + packages !== TASKS) {
      throw new Error(`There are ${successes} successes and ${packages} packages of ${TASKS} tasks`);
    }
    return successes;
  }

  it.each(KINDS)(
    'succeed once each, and never run twice at a moment, though workers, engines and Postgres die, $whose',
    async (kind) => {
      haveCustomers = kind.haveCustomers;
      const seed = Number(process.env['CHAOS_SEED'] ?? Math.floor(Math.random() * 2 ** 32));
      process.stderr.write(`CHAOS_SEED=${seed}\n`);
      const random = seededRandom(seed);
      await Promise.all([startEngine(), startEngine()]);
      const ids = await test.queue.asyncTasks(
        stay,
        Array.from({ length: TASKS }, (_, index) => ({
          args: {
            journal: test.journal(),
            label: `task-${index}`,
            // Those that take long show whether somebody else begins them meanwhile.
            milliseconds: index % 40 === 0 ? 3_000 : random.below(3) * 40,
          },
          options: {
            ...(haveCustomers ? { fairnessKey: keysOf(index).customer } : {}),
            ...(keysOf(index).isOnShelf ? { limitKey: 'shelf', limit: SHELF_LIMIT } : {}),
          },
        })),
      );

      // One that is at a task: otherwise nothing would be tried.
      const killWorker = async () => {
        const atWork = () => stays().filter(({ hasEnded, workerPid }) => !hasEnded && isAlive(workerPid));
        const { workerPid } = await eventually(() => random.oneOf(atWork()));
        process.kill(workerPid, 'SIGKILL');
      };
      const replaceEngine = async () => {
        const living = test.engines.filter(({ pid }) => isAlive(pid));
        random.oneOf(living)?.kill('SIGKILL');
        await startEngine();
      };
      const accidents = [
        ...Array.from({ length: 12 }, () => ({ after: random.below(TASKS - 50), happen: killWorker })),
        ...Array.from({ length: 3 }, () => ({ after: random.below(TASKS - 50), happen: replaceEngine })),
        { after: TASKS / 2, happen: restartPostgres },
      ];
      for (const { after, happen } of accidents.toSorted((left, right) => left.after - right.after)) {
        await eventually(async () => (await successes()) >= after, 90_000);
        await happen();
      }
      await eventually(async () => (await successes()) === TASKS, 90_000);

      const { database } = test.platform;
      const rows = await database('queue.tasks').select('id', 'success');
      expect(rows.map(({ id }) => id).toSorted()).toEqual(ids.toSorted());
      expect(rows.every(({ success }) => success)).toBe(true);
      // Each success was stored by one transaction, and no other was.
      expect(await database('queue.task_counts').sum({ successes: 'successes' })).toEqual([
        { successes: String(TASKS) },
      ]);
      expect(await test.queue.queueSize()).toBe(0);
      expect(await test.queue.lockSize()).toBe(0);
      expect(await database('queue.leases')).toEqual([]);
      const byLabel = Map.groupBy(stays(), ({ label }) => label);
      expect(byLabel.size).toBe(TASKS);
      const overlaps = [...byLabel.values()].flatMap((attempts) => {
        const inOrder = attempts.toSorted((left, right) => left.begin - right.begin);
        return inOrder.filter(({ begin }, index) => begin <= (inOrder[index - 1]?.end ?? 0));
      });
      expect(overlaps).toEqual([]);
      const isOf = (customer: string) => (label: string) => keysOf(numberOf(label)).customer === customer;
      for (let number = 0; haveCustomers && number < CUSTOMERS; number += 1)
        expect(mostAtATime(isOf(`customer ${number}`))).toBeLessThanOrEqual(MOST_OF_CUSTOMER);
      expect(mostAtATime((label) => keysOf(numberOf(label)).isOnShelf)).toBeLessThanOrEqual(SHELF_LIMIT);
      // Otherwise nothing was tried.
      expect(stays().length).toBeGreaterThan(TASKS);
    },
  );
});

describe('a task and its result', () => {
  let test: QueueUnderTest;
  beforeEach(async () => {
    test = await QueueUnderTest.open();
  });
  afterEach(() => test.close());

  function call(label: string) {
    return { journal: test.journal(), label, milliseconds: 0 };
  }

  it('do not come to be where the transaction that enqueues is rolled back', async () => {
    await test.startEngine();
    const { database } = test.platform;
    const refused = database.transaction(async (transaction) => {
      await test.queue.asyncTask(stay, call('rolled-back'), { transaction });
      await test.queue.asyncTasks(stay, [{ args: call('rolled-back') }], { transaction });
      // The engine takes what is enqueued after them, and not these.
      await test.finished(await test.queue.asyncTask(stay, call('before')));
      throw new Error('changed my mind');
    });
    await expect(refused).rejects.toThrow('changed my mind');
    await test.finished(await test.queue.asyncTask(stay, call('after')));
    expect(new Set(stayLabels())).toEqual(new Set(['before', 'after']));
    expect(await test.queue.queuedTasks({ limit: 9, offset: 0 })).toEqual([]);
    expect(await database('queue.tasks').count()).toEqual([{ count: '2' }]);
  });

  it('are stored and acknowledged together, or not at all: its engine is killed between the two', async () => {
    const engine = await test.startEngine();
    const { database } = test.platform;
    let id = '';
    await database.transaction(async (transaction) => {
      await transaction.raw('LOCK TABLE queue.tasks IN SHARE MODE');
      id = await test.queue.asyncTask(stay, call('one'));
      // The transaction has ended the lease, and waits for the lock to store the result.
      await eventually(async () => {
        const { rows } = await database.raw(
          `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'
             AND ltrim(query, E' \\n') LIKE 'INSERT INTO queue.tasks %'`,
        );
        return rows.length > 0;
      });
      engine.kill('SIGKILL');
      await engine.ended;
    });
    // The connection of the dead engine has the lock now, and finds nobody to commit for.
    await eventually(async () => {
      const { rows } = await database.raw(
        `SELECT FROM pg_stat_activity WHERE application_name = 'composite-handler engine' AND datname = current_database()`,
      );
      return rows.length === 0;
    });
    expect(await database('queue.tasks')).toEqual([]);
    expect(await database('queue.leases').pluck('task_id')).toEqual([id]);
    expect(await test.queue.queuedTasks({ limit: 9, offset: 0 })).toMatchObject([{ id, state: 'running' }]);
    await test.startEngine();
    expect(await test.finished(id)).toMatchObject({ success: true, attempt_count: 2 });
    expect(await test.queue.queuedTasks({ limit: 9, offset: 0 })).toEqual([]);
    expect(await database('queue.task_counts').sum({ successes: 'successes' })).toEqual([{ successes: '1' }]);
    expect(stayLabels()).toEqual(['one', 'one', 'one', 'one']);
  });

  function stayLabels(): string[] {
    return test.events().map((event) => event.split(' ')[1] ?? '');
  }
});
