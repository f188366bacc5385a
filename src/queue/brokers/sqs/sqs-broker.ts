import type { Knex } from 'knex';
import { afterTransaction } from '../../../platform/database/after-transaction.ts';
import type { Database } from '../../../platform/database/connection.ts';
import type { OutgoingNetwork } from '../../../platform/http/outgoing/outgoing-network.ts';
import type { Logger } from '../../../platform/logging.ts';
import type { EndedLease } from '../../leases/lease.ts';
import { refusalOf } from '../../leases/leasing.ts';
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
import { HeldMessages } from './held-messages.ts';
import { Inbox } from './inbox.ts';
import type { HeldTicket } from './message.ts';
import { Outbox } from './outbox.ts';
import { PackageTable, type TakenPackage } from './package-table.ts';
import { Relay } from './relay.ts';
import { SqsQueue } from './sqs-queue.ts';

/** What an SQS broker needs. */
export interface SqsBrokerOptions {
  readonly database: Database;
  readonly queueName: string;
  /** The queue's name at Amazon. */
  readonly sqsQueueName: string;
  /** Where SQS is asked for, instead of where the AWS SDK would. */
  readonly endpoint: string | undefined;
  readonly network?: OutgoingNetwork;
  readonly logger: Logger;
  /** How long SQS hides a message that was received, unless that is extended; default: 20. */
  readonly hiddenSeconds?: number;
}

/** How long until another engine receives what a dead one had received and not taken. */
const HIDDEN_SECONDS = 20;

/**
 * Carries packages by Amazon SQS. A package is in Postgres until it is settled, and SQS's messages say which
 * one is to be handed out:
 *
 *     unsent ──relay──► sent ──dequeue──► held ────settle────► gone
 *        ▲                                 │
 *        └───────────── settle ────────────┘
 *
 * Every step is part of a transaction, the caller's except for `dequeue`; requests to SQS follow the commit. A message that
 * is shown twice, or late, finds that its package is held, gone, or in another round, and does nothing.
 */
export class SqsBroker implements Broker {
  readonly #database: Database;
  readonly #table: PackageTable;
  readonly #queue: SqsQueue;
  readonly #relay: Relay;
  readonly #inbox: Inbox;
  readonly #held: HeldMessages;
  readonly #listeners = new Set<() => void>();

  constructor({
    database,
    queueName,
    sqsQueueName,
    endpoint,
    network,
    logger,
    hiddenSeconds = HIDDEN_SECONDS,
  }: SqsBrokerOptions) {
    const table = new PackageTable(database, queueName);
    const queue = new SqsQueue({
      name: sqsQueueName,
      endpoint,
      network,
      onAbsent: async () => {
        await new Outbox(database, queueName).forgetSent();
        this.#relay.nudge();
      },
    });
    this.#database = database;
    this.#table = table;
    this.#queue = queue;
    this.#relay = new Relay({ database, queueName, queue, logger });
    this.#held = new HeldMessages({ queue, table, logger, hiddenSeconds });
    this.#inbox = new Inbox({
      queue,
      logger,
      hiddenSeconds,
      onTickets: () => {
        for (const listener of this.#listeners) listener();
      },
    });
  }

  get foreignCount(): number {
    return this.#inbox.foreignCount;
  }

  async enqueue(packages: readonly OutgoingPackage[], transaction?: Knex.Transaction): Promise<void> {
    await this.#table.insert(packages, transaction);
    this.#relayAfter(transaction);
  }

  async dequeue(limit: number, engineId: string): Promise<readonly Delivery[]> {
    if (limit === 0) return [];
    if (this.#inbox.isEmpty) {
      this.#inbox.ask(limit);
      return [];
    }
    const taken = await this.#database.transaction((transaction) =>
      this.#take(this.#inbox.take(limit), engineId, transaction),
    );
    this.#inbox.ask(limit - taken.length);
    return taken.map(({ round: _round, ...delivery }) => delivery);
  }

  async settle(
    settlements: readonly Settlement[],
    transaction: Knex.Transaction,
  ): Promise<readonly EndedLease[]> {
    if (settlements.length === 0) return [];
    const { leases, tickets } = await this.#table.settle(settlements, transaction);
    afterTransaction(transaction, { onCommit: () => this.#held.settle(tickets) });
    if (tickets.some(({ makesRoom }) => makesRoom)) this.#relayAfter(transaction);
    return leases;
  }

  async delete(ids: readonly string[], transaction?: Knex.Transaction): Promise<readonly string[]> {
    const deleted = await this.#table.delete(ids, transaction);
    if (deleted.length > 0) this.#relayAfter(transaction);
    return deleted;
  }

  purgeQueue(transaction?: Knex.Transaction): Promise<PurgedPackages> {
    // SQS's own PurgeQueue may, for a minute, also drop what is enqueued after it.
    return this.#table.purge(transaction);
  }

  async deleteQueue(): Promise<void> {
    await this.#queue.remove();
    await this.#table.clear();
  }

  queueSize(): Promise<number> {
    return this.#table.count('waiting');
  }

  waitingOfFairnessKey(fairnessKey: string, atMost: number): Promise<number> {
    return this.#table.countWaitingOf(fairnessKey, atMost);
  }

  lockSize(): Promise<number> {
    return this.#table.count('held');
  }

  list(page: QueuedTaskPage, transaction?: Knex.Transaction): Promise<readonly QueuedTask[]> {
    return this.#table.list(page, transaction);
  }

  carried(ids: readonly string[], transaction: Knex.Transaction): Promise<readonly CarriedPackage[]> {
    return this.#table.carried(ids, transaction);
  }

  async info(): Promise<BrokerInfo> {
    return { description: `Amazon SQS (${await this.#queue.ping()})` };
  }

  async ping(): Promise<void> {
    await this.#queue.ping();
  }

  async listen(onPackages: () => void): Promise<() => Promise<void>> {
    this.#listeners.add(onPackages);
    this.#relay.start();
    return async () => {
      this.#listeners.delete(onPackages);
    };
  }

  async close(): Promise<void> {
    await this.#inbox.stop();
    await this.#held.stop();
    await this.#relay.stop();
    this.#queue.close();
  }

  async #take(
    tickets: readonly HeldTicket[],
    engineId: string,
    transaction: Knex.Transaction,
  ): Promise<readonly TakenPackage[]> {
    const giveBack = () => void this.#inbox.giveBack(tickets);
    try {
      const taken = await this.#table.take(tickets, engineId, transaction);
      const takenIds = new Set(taken.map(({ id }) => id));
      afterTransaction(transaction, {
        onCommit: () => {
          this.#held.add(tickets.filter(({ id }) => takenIds.has(id)));
          // The packages of the others are taken already, gone, or in another round.
          this.#held.discard(tickets.filter(({ id }) => !takenIds.has(id)));
        },
        onRollback: giveBack,
      });
      return taken;
    } catch (error) {
      giveBack();
      throw refusalOf(error);
    }
  }

  #relayAfter(transaction: Knex.Transaction | undefined): void {
    if (transaction) afterTransaction(transaction, { onCommit: () => this.#relay.nudge() });
    else this.#relay.nudge();
  }
}
