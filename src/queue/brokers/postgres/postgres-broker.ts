import type { Knex } from 'knex';
import type { PgBoss } from 'pg-boss';
import { type Database, openDatabase } from '../../../platform/database/connection.ts';
import { NotificationListener } from '../../../platform/database/notification-listener.ts';
import { prepared } from '../../../platform/database/prepared.ts';
import type { Logger } from '../../../platform/logging.ts';
import { PRODUCT_SLUG } from '../../../platform/product.ts';
import { leaseBindings, refusalOf, withLeases } from '../../leases/leasing.ts';
import { GREATEST_LIMIT } from '../../tasks/task-options.ts';
import type {
  Broker,
  BrokerInfo,
  Delivery,
  OutgoingPackage,
  Presentation,
  PurgedPackages,
  QueuedTask,
  QueuedTaskPage,
  Release,
} from '../broker.ts';
import { JobTable, SCHEMA } from './job-table.ts';
import { giveBackExcess } from './limits.ts';

/** What a Postgres broker needs. */
export interface PostgresBrokerOptions {
  readonly database: Database;
  /** For the connections outside the pool: those that packages are taken on, and the one for notifications. */
  readonly databaseUrl: string;
  /** As {@link openDatabase} has it. */
  readonly silenceTimeoutSeconds?: number | undefined;
  readonly queueName: string;
  readonly logger: Logger;
}

/**
 * How pg-boss keeps a queue. What it would do by itself after a time is left to the engines: they know how
 * long a task may run, when it is used up, and which of them are gone.
 */
const QUEUE_OPTIONS = {
  notify: true,
  retryLimit: 2_147_483_647,
  retryDelay: 0,
  expireInSeconds: 86_400,
  retentionSeconds: 2_147_483_647,
} as const;

const OPTION_NAMES = ['notify', 'retryLimit', 'retryDelay', 'expireInSeconds', 'retentionSeconds'] as const;

/** pg-boss knows limits by the names of tiers: here each tier is named by its limit. */
const GROUP_CONCURRENCY = {
  default: 1,
  tiers: Object.fromEntries(
    Array.from({ length: GREATEST_LIMIT }, (_, index) => [String(index + 1), index + 1]),
  ),
};

/** What is known of a package that was handed out, beside pg-boss's own columns. */
interface HandedRow {
  readonly id: string;
  readonly isLeased: boolean;
  readonly priority: number;
  readonly enqueuedSeconds: number;
}

/** By priority, and then by age: ids of packages that were enqueued together grow. */
function byOrderOfQueue(left: HandedRow, right: HandedRow): number {
  return (
    right.priority - left.priority ||
    left.enqueuedSeconds - right.enqueuedSeconds ||
    (left.id < right.id ? -1 : 1)
  );
}

/** pg-boss, which is loaded when it is first needed. */
interface StartedBoss {
  readonly boss: PgBoss;
  readonly fromKnex: typeof import('pg-boss').fromKnex;
}

/** Carries packages in pg-boss's tables: enqueued in the caller's transaction, handed out with SKIP LOCKED. */
export class PostgresBroker implements Broker {
  /** The table is ours alone: whatever is in it is a package, perhaps one that cannot be verified. */
  readonly foreignCount = 0;
  readonly #options: PostgresBrokerOptions;
  /**
   * pg-boss's own, as it starts with the first use: callers may hold every connection of the pool by then. And as long
   * as Postgres has not counted a table that grows fast, it would read or sort all that waits rather than go along
   * pg-boss's index, which has it in order; here it may not.
   */
  readonly #ownDatabase: Database;
  readonly #jobs: JobTable;
  #started: Promise<StartedBoss> | undefined;

  constructor(options: PostgresBrokerOptions) {
    this.#options = options;
    this.#jobs = new JobTable(options.database, options.queueName);
    this.#ownDatabase = openDatabase(options.databaseUrl, {
      applicationName: `${PRODUCT_SLUG} broker`,
      maximumConnections: 2,
      goesByIndexes: true,
      silenceTimeoutSeconds: options.silenceTimeoutSeconds,
      logger: options.logger,
    });
  }

  async enqueue(packages: readonly OutgoingPackage[], transaction?: Knex.Transaction): Promise<void> {
    const { boss, fromKnex } = await this.#boss();
    const jobs = packages.map(({ signed, priority, delaySeconds, limit }) => ({
      id: signed.task.id,
      data: signed,
      ...(priority === undefined ? {} : { priority }),
      ...(delaySeconds === undefined ? {} : { startAfter: `${delaySeconds} seconds` }),
      ...(limit === undefined ? {} : { group: { id: limit.key, tier: String(limit.count) } }),
    }));
    await boss.insert(this.#options.queueName, jobs, { db: fromKnex(this.#preparing(transaction)) });
  }

  async dequeue(limit: number, engineId: string): Promise<readonly Delivery[]> {
    const { boss, fromKnex } = await this.#boss();
    const { queueName } = this.#options;
    const doubles = new Set<string>();
    const raw = async <Row>(sql: string, bindings: readonly Knex.RawBinding[] = []) => {
      const { rows } = await prepared<Row & HandedRow>(
        this.#ownDatabase,
        // pg-boss's statement ends with the columns that it returns.
        withLeases(
          `${sql}, priority, extract(epoch FROM created_on)::double precision AS "enqueuedSeconds"`,
          {
            attempt: '"retryCount" + 1',
            carried: 'data',
          },
        ),
        leaseBindings(engineId, queueName, bindings),
      );
      for (const { id, isLeased } of rows) if (!isLeased) doubles.add(id);
      // An UPDATE returns its rows in no order.
      return { rows: rows.toSorted(byOrderOfQueue) };
    };
    const jobs = await boss
      .fetch<object>(queueName, {
        batchSize: limit,
        groupConcurrency: GROUP_CONCURRENCY,
        db: fromKnex({ raw }),
      })
      .catch((error: unknown) => {
        throw refusalOf(error);
      });
    const limited = jobs.filter(({ id, groupId }) => groupId != null && !doubles.has(id));
    const excess =
      limited.length > 0
        ? await giveBackExcess(this.#options.database, { queueName, engineId, jobs: limited })
        : new Set<string>();
    return jobs
      .filter(({ id }) => !excess.has(id))
      .map((job) => ({
        id: job.id,
        attempt: job.retryCount + 1,
        carried: job.data,
        isLeased: !doubles.has(job.id),
      }));
  }

  async acknowledge(presentations: readonly Presentation[], transaction: Knex.Transaction): Promise<void> {
    if (presentations.length === 0) return;
    const { boss, fromKnex } = await this.#boss();
    const attempts = presentations.map(({ id, attempt }) => ({ id, retryCount: attempt - 1 }));
    await boss.deleteJob(this.#options.queueName, attempts, { db: fromKnex(transaction) });
  }

  async release(releases: readonly Release[], transaction: Knex.Transaction): Promise<void> {
    if (releases.length === 0) return;
    await this.#jobs.release(releases, transaction);
    if (releases.some(({ delaySeconds }) => delaySeconds <= 0)) await this.#notify(transaction);
  }

  delete(ids: readonly string[], transaction?: Knex.Transaction): Promise<readonly string[]> {
    return this.#jobs.delete(ids, transaction);
  }

  purgeQueue(transaction?: Knex.Transaction): Promise<PurgedPackages> {
    return this.#jobs.purge(transaction);
  }

  async deleteQueue(): Promise<void> {
    const { boss } = await this.#boss();
    await boss.deleteQueue(this.#options.queueName);
    // The next use creates it again.
    await this.#end();
  }

  async renew(): Promise<void> {
    // What pg-boss has handed out stays hidden until it is acknowledged or released.
  }

  queueSize(): Promise<number> {
    return this.#jobs.count('waiting');
  }

  lockSize(): Promise<number> {
    return this.#jobs.count('held');
  }

  list(page: QueuedTaskPage, transaction?: Knex.Transaction): Promise<readonly QueuedTask[]> {
    return this.#jobs.list(page, transaction);
  }

  async info(): Promise<BrokerInfo> {
    const { boss } = await this.#boss();
    return { description: `Postgres (pg-boss, schema version ${await boss.schemaVersion()})` };
  }

  async ping(): Promise<void> {
    await this.#boss();
    await this.#options.database.raw(`SELECT FROM ${SCHEMA}.queue WHERE name = ?`, [this.#options.queueName]);
  }

  async listen(onPackages: () => void): Promise<() => Promise<void>> {
    await this.#boss();
    const listener = new NotificationListener({
      databaseUrl: this.#options.databaseUrl,
      channel: await this.#channel(this.#options.database),
      logger: this.#options.logger,
      // What came before the connection was made is found by looking once more.
      onListening: onPackages,
      onNotification: (payload) => {
        if (payload === this.#options.queueName) onPackages();
      },
    });
    listener.start();
    return () => listener.stop();
  }

  async close(): Promise<void> {
    await this.#end();
    await this.#ownDatabase.destroy();
  }

  async #end(): Promise<void> {
    // One that could not start has nothing to end.
    const started = await this.#started?.catch(() => undefined);
    this.#started = undefined;
    await started?.boss.stop({ graceful: false, close: false });
  }

  /** Starts pg-boss when it is first needed, so that a process comes up before its database does. */
  #boss(): Promise<StartedBoss> {
    this.#started ??= this.#start().catch((error: unknown) => {
      this.#started = undefined;
      throw error;
    });
    return this.#started;
  }

  async #start(): Promise<StartedBoss> {
    const { fromKnex, PgBoss } = await import('pg-boss');
    const boss = new PgBoss({
      db: fromKnex(this.#ownDatabase),
      schema: SCHEMA,
      migrate: false,
      schedule: false,
      supervise: false,
    });
    boss.on('error', (error) => this.#options.logger.error({ err: error }, 'pg-boss reports an error'));
    try {
      await boss.start();
      await this.#setUpQueue(boss);
      return { boss, fromKnex };
    } catch (error) {
      // Otherwise the timers of each attempt to start would stay.
      await boss.stop({ graceful: false, close: false });
      throw error;
    }
  }

  /** Creates the queue, or gives one that is there its options of today. */
  async #setUpQueue(boss: PgBoss): Promise<void> {
    const { queueName } = this.#options;
    const queue = await boss.getQueue(queueName);
    if (!queue) await boss.createQueue(queueName, QUEUE_OPTIONS);
    else if (OPTION_NAMES.some((name) => queue[name] !== QUEUE_OPTIONS[name]))
      await boss.updateQueue(queueName, QUEUE_OPTIONS);
  }

  /** Prepares each statement, for those of pg-boss whose text is always the same. */
  #preparing(transaction: Knex.Transaction | undefined): Parameters<StartedBoss['fromKnex']>[0] {
    const database = transaction ?? this.#options.database;
    return {
      raw: async (sql: string, bindings: readonly Knex.RawBinding[] = []) =>
        prepared(database, sql, bindings),
    };
  }

  async #notify(transaction: Knex.Transaction): Promise<void> {
    const channel = await this.#channel(transaction);
    await transaction.raw('SELECT pg_notify(?, ?)', [channel, this.#options.queueName]);
  }

  /** The channel on which pg-boss notifies of new jobs, a digest of its schema's name. */
  async #channel(database: Database): Promise<string> {
    const { rows } = await database.raw<{ rows: { channel: string }[] }>(
      `SELECT 'pgboss_' || left(encode(sha224(?::bytea), 'hex'), 24) AS channel`,
      [SCHEMA],
    );
    return rows[0]?.channel ?? '';
  }
}
