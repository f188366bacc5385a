import type { Knex } from 'knex';
import { LRUCache } from 'lru-cache';
import type { PgBoss } from 'pg-boss';
import { afterTransaction } from '../../../platform/database/after-transaction.ts';
import { type Database, openDatabase } from '../../../platform/database/connection.ts';
import { NotificationListener } from '../../../platform/database/notification-listener.ts';
import type { Logger } from '../../../platform/logging.ts';
import { PRODUCT_SLUG } from '../../../platform/product.ts';
import type { EndedLease } from '../../leases/lease.ts';
import { LeaseRefusedError } from '../../leases/leasing.ts';
import type {
  Broker,
  BrokerInfo,
  CarriedPackage,
  Delivery,
  OutgoingPackage,
  PurgedPackages,
  QueuedTask,
  QueuedTaskPage,
  Settlement,
} from '../broker.ts';
import { Admission } from './admission.ts';
import { Announcements } from './announcements.ts';
import { type DirectlyTaken, DirectTaking } from './direct-taking.ts';
import { announcedOf, JobTable, PACKAGES_CHANNEL, SCHEMA } from './job-table.ts';
import { type TakenTurns, takeTurns } from './turns.ts';

/** What a Postgres broker needs. */
export interface PostgresBrokerOptions {
  readonly database: Database;
  /** For the connections outside the pool: those that packages are taken on, and the one for notifications. */
  readonly databaseUrl: string;
  /** As {@link openDatabase} has it. */
  readonly silenceTimeoutSeconds?: number | undefined;
  readonly queueName: string;
  readonly logger: Logger;
  /** The most tasks with one fairness key that engines hold at a time; no limit where absent. */
  readonly mostOfFairnessKey?: number | undefined;
}

/**
 * How pg-boss keeps a queue. What it would do by itself after a time is left to the engines: they know how
 * long a task may run, when it is used up, and which of them are gone.
 */
const QUEUE_OPTIONS = {
  notify: false,
  retryLimit: 2_147_483_647,
  retryDelay: 0,
  expireInSeconds: 86_400,
  retentionSeconds: 2_147_483_647,
} as const;

const OPTION_NAMES = ['notify', 'retryLimit', 'retryDelay', 'expireInSeconds', 'retentionSeconds'] as const;

/** A queue is deleted again and again while packages are put into it. */
export class QueueDeletedError extends Error {
  override readonly name = 'QueueDeletedError';

  constructor(queueName: string) {
    super(`The queue ${queueName} was deleted while tasks were enqueued in it; enqueue them again`);
  }
}

/** Priorities of which it is known whose turn was the last. */
const MOST_PRIORITIES = 100;

/** pg-boss, which is loaded when it is first needed. */
interface StartedBoss {
  readonly boss: PgBoss;
  readonly fromKnex: typeof import('pg-boss').fromKnex;
}

/**
 * Carries packages in pg-boss's table of jobs, from which they are taken by statements of our own: pg-boss knows no turns.
 *
 *     time ──is due──► turn ──dequeue──► held by an engine, in `queue.leases` ──settle──► gone
 *       │               ▲                                          │
 *       └──► slot ──────┘                 settle ──► time, slot or turn
 */
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
  readonly #admission: Admission;
  readonly #announcements: Announcements;
  readonly #direct: DirectTaking;
  readonly #listeners = new Set<() => void>();
  /** By priority, the fairness key that had the last turn. */
  readonly #lastKeys = new LRUCache<number, string>({ max: MOST_PRIORITIES });
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
    this.#admission = new Admission(this.#ownDatabase, options.queueName, () => this.#wake());
    this.#announcements = new Announcements(this.#jobs, options.logger);
    this.#direct = new DirectTaking({
      database: this.#ownDatabase,
      queueName: options.queueName,
      admission: this.#admission,
      announcements: this.#announcements,
    });
  }

  async enqueue(packages: readonly OutgoingPackage[], transaction?: Knex.Transaction): Promise<void> {
    await this.#boss();
    if (await this.#jobs.insert(packages, transaction)) return;
    // Another process deleted the queue. It is created outside the caller's transaction, whose next statement sees it.
    await this.#end();
    await this.#boss();
    if (!(await this.#jobs.insert(packages, transaction)))
      throw new QueueDeletedError(this.#options.queueName);
  }

  async dequeue(limit: number, engineId: string): Promise<readonly Delivery[]> {
    await this.#boss();
    const due = await this.#admission.bringDue();
    const direct = await this.#takeDirectly(limit, engineId);
    const admitted = due + (direct.isFinal ? 0 : await this.#admission.giveSlots());
    const taken = direct.isFinal ? direct.deliveries : await this.#take(limit, engineId, direct.deliveries);
    // What this engine has no room for is for the others, which know nothing of it.
    if (admitted > 0 && taken.length >= limit) this.#announcements.announceTurns();
    return taken;
  }

  async settle(
    settlements: readonly Settlement[],
    transaction: Knex.Transaction,
  ): Promise<readonly EndedLease[]> {
    if (settlements.length === 0) return [];
    const settled = await this.#jobs.settle(settlements, transaction);
    const limitKeys = settled.flatMap(({ limitKey }) => limitKey ?? []);
    if (limitKeys.length > 0) afterTransaction(transaction, { onCommit: () => this.#freeSlots(limitKeys) });
    return settled;
  }

  delete(ids: readonly string[], transaction?: Knex.Transaction): Promise<readonly string[]> {
    return this.#jobs.delete(ids, transaction);
  }

  purgeQueue(transaction?: Knex.Transaction): Promise<PurgedPackages> {
    return this.#jobs.purge(transaction);
  }

  async deleteQueue(): Promise<void> {
    const { boss } = await this.#boss();
    await this.#jobs.clear();
    await boss.deleteQueue(this.#options.queueName);
    // The next use creates it again.
    await this.#end();
  }

  queueSize(): Promise<number> {
    return this.#jobs.count('waiting');
  }

  waitingOfFairnessKey(fairnessKey: string, atMost: number): Promise<number> {
    return this.#jobs.countWaitingOf(fairnessKey, atMost);
  }

  lockSize(): Promise<number> {
    return this.#jobs.count('held');
  }

  list(page: QueuedTaskPage, transaction?: Knex.Transaction): Promise<readonly QueuedTask[]> {
    return this.#jobs.list(page, transaction);
  }

  carried(ids: readonly string[], transaction: Knex.Transaction): Promise<readonly CarriedPackage[]> {
    return this.#jobs.carried(ids, transaction);
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
      channel: PACKAGES_CHANNEL,
      logger: this.#options.logger,
      // What came before the connection was made is found by looking once more.
      onListening: () => {
        this.#admission.lookAgain();
        onPackages();
      },
      onNotification: (payload) => {
        const announcement = announcedOf(this.#options.queueName, payload);
        if (announcement === undefined) return;
        this.#admission.hear(announcement);
        onPackages();
      },
    });
    this.#listeners.add(onPackages);
    listener.start();
    return async () => {
      this.#listeners.delete(onPackages);
      await listener.stop();
    };
  }

  async close(): Promise<void> {
    this.#admission.stop();
    await this.#announcements.close();
    await this.#end();
    await this.#ownDatabase.destroy();
  }

  /** Where fairness keys have a limit, it has to be seen what engines hold. */
  async #takeDirectly(limit: number, engineId: string): Promise<DirectlyTaken> {
    if (this.#options.mostOfFairnessKey !== undefined)
      return { deliveries: [], priorities: [], isFinal: false };
    const taken = await this.#direct.take(limit, engineId);
    for (const priority of taken.priorities) this.#lastKeys.set(priority, '');
    return taken;
  }

  async #take(limit: number, engineId: string, taken: readonly Delivery[]): Promise<readonly Delivery[]> {
    const all = [...taken];
    while (all.length < limit) {
      const { deliveries, lastKeys, hasMore } = await this.#takeTurns(limit - all.length, engineId).catch(
        (error: unknown) => noneAfter(all, error),
      );
      all.push(...deliveries);
      for (const [priority, key] of lastKeys) this.#lastKeys.set(priority, key);
      if (!hasMore || deliveries.length === 0) return all;
    }
    return all;
  }

  /** Where fairness keys have a limit, one engine takes after the other: each has to see what the others hold. */
  async #takeTurns(limit: number, engineId: string): Promise<TakenTurns> {
    const { queueName, mostOfFairnessKey } = this.#options;
    const turns = {
      queueName,
      engineId,
      limit,
      lastKeys: new Map(this.#lastKeys.entries()),
      mostOfKey: mostOfFairnessKey,
    };
    if (mostOfFairnessKey === undefined) return takeTurns(this.#ownDatabase, turns);
    return this.#ownDatabase.transaction(async (transaction) => {
      await transaction.raw('SELECT pg_advisory_xact_lock(hashtextextended(?, 0))', [
        `turns of ${queueName}`,
      ]);
      return takeTurns(transaction, turns);
    });
  }

  #freeSlots(limitKeys: readonly string[]): void {
    this.#admission.free(limitKeys);
    this.#wake();
  }

  #wake(): void {
    for (const listener of this.#listeners) listener();
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
}

/** What was taken before the engine was refused more is its own all the same. */
function noneAfter(taken: readonly Delivery[], error: unknown): TakenTurns {
  if (taken.length === 0 || !(error instanceof LeaseRefusedError)) throw error;
  return { deliveries: [], lastKeys: new Map(), hasMore: false };
}
