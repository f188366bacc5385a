import { afterEach, describe, expect, it } from '@jest/globals';
import { openDatabase } from '../../../../src/platform/database/connection.ts';
import { PostgresBroker } from '../../../../src/queue/brokers/postgres/postgres-broker.ts';
import { PostgresCarrier } from '../../../../src/queue/brokers/postgres/postgres-carrier.ts';
import { captureLog } from '../../../support/captured-log.ts';
import { createTestDatabase } from '../../../support/database.ts';
import { startTcpProxy } from '../../../support/tcp-proxy.ts';
import { type CarrierUnderTest, describeBroker, idOf, packageOf, take } from '../broker-conformance.ts';

/** Everything goes through a proxy, as Postgres cannot be taken away from the other tests. */
async function openPostgres(): Promise<CarrierUnderTest> {
  const test = await createTestDatabase();
  const { logger } = captureLog();
  const url = new URL(test.url);
  const serverPort = Number(url.port);
  let proxy = await startTcpProxy(serverPort);
  url.port = String(proxy.port);
  const database = openDatabase(url.href, { applicationName: 'test', maximumConnections: 10, logger });
  const brokers: PostgresBroker[] = [];
  return {
    database,
    carried: new PostgresCarrier(database),
    open(queueName = 'composite') {
      const broker = new PostgresBroker({ database, databaseUrl: url.href, queueName, logger });
      brokers.push(broker);
      return broker;
    },
    stop: () => proxy.close(),
    async start() {
      proxy = await startTcpProxy(serverPort, proxy.port);
    },
    async close() {
      await Promise.all(brokers.map((broker) => broker.close()));
      await database.destroy();
      await proxy.close();
      await test.drop();
    },
  };
}

describeBroker('Postgres', openPostgres);

describe('the order on Postgres', () => {
  let carrier: CarrierUnderTest;
  afterEach(() => carrier.close());

  it.each([
    ['one by one', 1],
    ['together', 4],
  ])('is that of the priorities, then that of enqueueing, where they are taken %s', async (_how, limit) => {
    carrier = await openPostgres();
    const broker = carrier.open();
    const [first, second, low, high] = [
      packageOf(),
      packageOf(),
      { ...packageOf(), priority: -1 },
      { ...packageOf(), priority: 1 },
    ];
    for (const outgoing of [low, first, second, high]) await broker.enqueue([outgoing]);
    const taken = await take(carrier.database, broker, 4, limit);
    expect(taken.map(({ id }) => id)).toEqual([high, first, second, low].map(idOf));
  });
});

describe('a queue on Postgres that another process deletes', () => {
  let carrier: CarrierUnderTest;
  afterEach(() => carrier.close());

  it('is created again by the next package, in a transaction too', async () => {
    carrier = await openPostgres();
    const broker = carrier.open();
    await broker.enqueue([packageOf()]);
    for (const inTransaction of [false, true]) {
      await carrier.open().deleteQueue();
      await carrier.database.transaction((transaction) =>
        broker.enqueue([packageOf()], inTransaction ? transaction : undefined),
      );
      expect(await carrier.carried.queues()).toMatchObject([{ name: 'composite', waiting: 1 }]);
    }
  });
});
