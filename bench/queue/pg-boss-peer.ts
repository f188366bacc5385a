import { PgBoss } from 'pg-boss';
import { createTestDatabase } from '../../test/support/database.ts';
import { secondsOf } from '../figures.ts';
import { type Contender, WARM_UP_TASKS } from './contender.ts';
import { measurePickUps } from './peer-pick-up.ts';
import { openObserverOf, type PostgresObserver } from './postgres-observer.ts';

const QUEUE = 'peer';

/** Options of {@link pgBoss}. */
interface PgBossOptions {
  readonly name: string;
  /**
   * Jobs that are fetched, and completed, by one statement. The more, the faster, and the more jobs run again when a
   * process dies. `work()` with this `batchSize` makes the same two calls for each batch.
   */
  readonly batchSize: number;
  /** Whether Postgres has counted the table once all tasks are in it: pg-boss's statement has a better plan then. */
  readonly isAnalyzed?: boolean;
}

/**
 * pg-boss as someone would set it up who knows it: batches, and notifications rather than polling alone, which would
 * add half a second at the least. Its functions run in this process, and no result is kept.
 */
function pgBoss({ name, batchSize, isAnalyzed = false }: PgBossOptions): Contender {
  return {
    name,

    enqueue: (tasks) =>
      withPgBoss(async (boss, observer) => {
        await boss.insert(QUEUE, jobs(WARM_UP_TASKS));
        await observer.settle();
        const inserted = jobs(tasks);
        return secondsOf(() => boss.insert(QUEUE, inserted));
      }),

    drain: (tasks) =>
      withPgBoss(async (boss, observer) => {
        await boss.insert(QUEUE, jobs(WARM_UP_TASKS));
        await drain(boss, batchSize);
        await boss.insert(QUEUE, jobs(tasks));
        if (isAnalyzed) await observer.analyze();
        await observer.settle();
        return secondsOf(() => drain(boss, batchSize));
      }),

    pickUp: (tasks) =>
      withPgBoss((boss) =>
        measurePickUps(
          tasks,
          () => boss.send(QUEUE, {}),
          async (onStart) => {
            await boss.work(QUEUE, async () => onStart());
          },
        ),
      ),
  };
}

/** In batches of 100, which the goals are set against. */
export const pgBossByHundreds = pgBoss({ name: 'pg-boss', batchSize: 100 });

/** In greater batches, as ours are: closer to the best that it can do. */
export const pgBossByFiveHundreds = pgBoss({ name: 'pg-boss, batches of 500', batchSize: 500 });

/** After a while, as autovacuum would leave it. */
export const pgBossAnalyzed = pgBoss({ name: 'pg-boss, analyzed', batchSize: 100, isAnalyzed: true });

async function withPgBoss<T>(use: (boss: PgBoss, observer: PostgresObserver) => Promise<T>): Promise<T> {
  const database = await createTestDatabase();
  const observer = await openObserverOf(database);
  const boss = new PgBoss({ connectionString: database.url, schema: 'peer', useListenNotify: true });
  boss.on('error', (error) => process.stderr.write(`pg-boss: ${error}\n`));
  try {
    await boss.start();
    await boss.createQueue(QUEUE, { notify: true });
    return await use(boss, observer);
  } finally {
    await boss.stop({ graceful: false });
    await observer.close();
    await database.drop();
  }
}

async function drain(boss: PgBoss, batchSize: number): Promise<void> {
  for (;;) {
    const batch = await boss.fetch(QUEUE, { batchSize });
    if (batch.length === 0) return;
    await boss.complete(
      QUEUE,
      batch.map(({ id }) => id),
    );
  }
}

function jobs(count: number) {
  return Array.from({ length: count }, () => ({ data: {} }));
}
