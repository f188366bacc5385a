import type { Database } from '../../../../src/platform/database/connection.ts';
import type { OutgoingPackage } from '../../../../src/queue/brokers/broker.ts';
import { PostgresBroker } from '../../../../src/queue/brokers/postgres/postgres-broker.ts';
import { captureLog } from '../../../support/captured-log.ts';
import { createTestDatabase, type TestDatabase } from '../../../support/database.ts';
import { enterEngine, packageOf, type Taken } from '../broker-conformance.ts';

/** A broker with an engine, as each process has one. */
export interface EngineOnBroker {
  readonly broker: PostgresBroker;
  readonly engineId: string;
  /** Takes packages once. */
  take(limit: number): Promise<readonly Taken[]>;
  /** Ends its background work without a word to the others, as a death does. */
  die(): Promise<void>;
}

/** How a package of a test differs from any other. */
export type PackageOptions = Omit<OutgoingPackage, 'id' | 'carried'>;

/** Brokers of one queue on a database of their own. */
export class BrokersSideBySide {
  readonly #test: TestDatabase;
  readonly #brokers: PostgresBroker[] = [];
  readonly #labels = new Map<string, string>();

  private constructor(test: TestDatabase) {
    this.#test = test;
  }

  static async open(): Promise<BrokersSideBySide> {
    return new BrokersSideBySide(await createTestDatabase());
  }

  get database(): Database {
    return this.#test.database;
  }

  /** @param mostOfFairnessKey the most tasks of a fairness key at a time; no limit where absent. */
  async openEngine(mostOfFairnessKey?: number): Promise<EngineOnBroker> {
    const broker = new PostgresBroker({
      database: this.database,
      databaseUrl: this.#test.url,
      queueName: 'composite',
      logger: captureLog().logger,
      mostOfFairnessKey,
    });
    this.#brokers.push(broker);
    const engineId = await enterEngine(this.database);
    return {
      broker,
      engineId,
      take: async (limit) =>
        (await broker.dequeue(limit, engineId)).map((delivery) => ({ ...delivery, engineId })),
      die: () => broker.close(),
    };
  }

  /** Enqueues packages in one go; returns their ids in that order. */
  async enqueue(
    packages: readonly (readonly [label: string, options?: PackageOptions])[],
  ): Promise<string[]> {
    const [broker] = this.#brokers;
    const outgoing = packages.map(([, options]) => ({ ...packageOf(), ...options }));
    for (const [index, { id }] of outgoing.entries()) this.#labels.set(id, packages[index]?.[0] ?? '');
    await broker?.enqueue(outgoing);
    return outgoing.map(({ id }) => id);
  }

  /** The labels of packages. */
  labels(packages: readonly { readonly id: string }[]): string[] {
    return packages.map(({ id }) => this.#labels.get(id) ?? id);
  }

  async close(): Promise<void> {
    await Promise.all(this.#brokers.map((broker) => broker.close()));
    await this.#test.drop();
  }
}
