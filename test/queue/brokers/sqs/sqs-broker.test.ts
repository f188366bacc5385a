import { ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Broker } from '../../../../src/queue/brokers/broker.ts';
import { SqsBroker, type SqsBrokerOptions } from '../../../../src/queue/brokers/sqs/sqs-broker.ts';
import { SqsCarrier } from '../../../../src/queue/brokers/sqs/sqs-carrier.ts';
import { type CapturedLog, captureLog } from '../../../support/captured-log.ts';
import { createTestDatabase, type TestDatabase } from '../../../support/database.ts';
import { eventually } from '../../../support/eventually.ts';
import { type InspectedQueue, type SqsServer, startSqsServer } from '../../../support/sqs-server.ts';
import {
  type CarrierUnderTest,
  describeBroker,
  idOf,
  packageOf,
  release,
  remove,
  take,
  takeOnce,
} from '../broker-conformance.ts';

const SQS_QUEUE_NAME = 'tasks';

interface SqsUnderTest extends CarrierUnderTest {
  readonly server: SqsServer;
  readonly test: TestDatabase;
  readonly log: CapturedLog;
  openWith(options: Partial<SqsBrokerOptions>): Broker;
}

const environment = { ...process.env };

beforeAll(() => {
  // Nothing of the machine's own configuration.
  for (const name of ['AWS_PROFILE', 'AWS_ENDPOINT_URL', 'AWS_DEFAULT_REGION']) delete process.env[name];
});
afterAll(() => {
  process.env = environment;
});

async function openSqs(): Promise<SqsUnderTest> {
  const test = await createTestDatabase();
  const server = await startSqsServer();
  const log = captureLog();
  Object.assign(process.env, server.environment);
  const brokers: SqsBroker[] = [];
  function openWith(options: Partial<SqsBrokerOptions>): Broker {
    const broker = new SqsBroker({
      database: test.database,
      queueName: 'composite',
      sqsQueueName: SQS_QUEUE_NAME,
      endpoint: server.url,
      logger: log.logger,
      ...options,
    });
    brokers.push(broker);
    return broker;
  }
  return {
    test,
    server,
    log,
    database: test.database,
    carried: new SqsCarrier(test.database),
    openWith,
    open: (queueName = 'composite') =>
      openWith({
        queueName,
        sqsQueueName: queueName === 'composite' ? SQS_QUEUE_NAME : `${SQS_QUEUE_NAME}-${queueName}`,
      }),
    stop: () => server.stop(),
    start: () => server.start(),
    async close() {
      await Promise.all(brokers.map((broker) => broker.close()));
      await server.stop();
      await test.drop();
    },
  };
}

describeBroker('Amazon SQS', openSqs);

describe('what is in SQS', () => {
  let sqs: SqsUnderTest;
  let broker: Broker;

  beforeEach(async () => {
    sqs = await openSqs();
    broker = sqs.open();
  });
  afterEach(() => sqs.close());

  /** Resolves when SQS's queue looks so. */
  function queueIs(
    fits: (messages: InspectedQueue['messages']) => boolean,
  ): Promise<InspectedQueue['messages']> {
    return eventually(async () => {
      const queue = await sqs.server.inspect(SQS_QUEUE_NAME);
      return queue && fits(queue.messages) ? queue.messages : undefined;
    });
  }

  const isEmpty = ({ ready, delayed, inflight }: InspectedQueue['messages']) =>
    ready.length + delayed.length + inflight.length === 0;

  async function send(body: string): Promise<void> {
    const client = new SQSClient({ endpoint: sqs.server.url });
    const QueueUrl = `${sqs.server.url}/000000000000/${SQS_QUEUE_NAME}`;
    await client.send(new SendMessageCommand({ QueueUrl, MessageBody: body }));
    client.destroy();
  }

  /** What another service that owns the queue receives, until there are so many. */
  async function receiveAsOwner(count: number): Promise<string[]> {
    const client = new SQSClient({ endpoint: sqs.server.url });
    const QueueUrl = `${sqs.server.url}/000000000000/${SQS_QUEUE_NAME}`;
    const bodies: string[] = [];
    await eventually(async () => {
      const { Messages = [] } = await client.send(
        new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 60 }),
      );
      bodies.push(...Messages.flatMap(({ Body }) => Body ?? []));
      return bodies.length >= count;
    });
    client.destroy();
    return bodies;
  }

  it('says which package is meant, and nothing of what is in it', async () => {
    const outgoing = packageOf({ args: { token: 'a secret' } });
    await broker.enqueue([outgoing]);
    const { ready } = await queueIs(({ ready }) => ready.length === 1);
    expect(ready.map(({ body }) => JSON.parse(body))).toEqual([{ id: idOf(outgoing), round: 1 }]);
  });

  it('is in flight while the package is held, for as long as that takes', async () => {
    const holder = sqs.openWith({ hiddenSeconds: 1 });
    await holder.enqueue([packageOf()]);
    await take(sqs.database, holder);
    const first = await queueIs(({ inflight }) => inflight.length === 1);
    const [{ visibilityDeadline: hiddenUntil = 0 } = {}] = first.inflight;
    await queueIs(({ inflight }) => inflight.some((message) => message.visibilityDeadline > hiddenUntil));
  });

  it('is gone when the package is settled', async () => {
    await broker.enqueue([packageOf()]);
    const taken = await take(sqs.database, broker);
    await remove(sqs.database, broker, taken);
    await queueIs(isEmpty);
  });

  it('is gone when somebody else has released the package', async () => {
    const holder = sqs.openWith({ hiddenSeconds: 1 });
    const outgoing = packageOf();
    await holder.enqueue([outgoing]);
    const taken = await take(sqs.database, holder);
    await release(sqs.database, broker, taken, { delaySeconds: 0 });
    const { ready } = await queueIs(({ ready, inflight }) => ready.length === 1 && inflight.length === 0);
    expect(ready.map(({ body }) => JSON.parse(body))).toEqual([{ id: idOf(outgoing), round: 2 }]);
  });

  it('does nothing when it is shown twice, or late', async () => {
    const outgoing = packageOf();
    await broker.enqueue([outgoing]);
    const [taken] = await take(sqs.database, broker);
    await send(JSON.stringify({ id: idOf(outgoing), round: 1 }));
    const marker = packageOf();
    await broker.enqueue([marker]);
    expect(await take(sqs.database, broker, 1, 10)).toMatchObject([{ id: idOf(marker) }]);
    if (!taken) throw new Error('nothing was taken');
    await release(sqs.database, broker, [taken], { delaySeconds: 60 });
    await send(JSON.stringify({ id: idOf(outgoing), round: 1 }));
    const next = packageOf();
    await broker.enqueue([next]);
    expect(await take(sqs.database, broker, 1, 10)).toMatchObject([{ id: idOf(next) }]);
    // The two that are held, and the one that waits for its delay.
    await queueIs(
      ({ ready, delayed, inflight }) => ready.length + inflight.length === 2 && delayed.length === 1,
    );
  });

  it.each([
    'no JSON',
    '{}',
    '{"id":"x","round":1}',
    '{"id":"11111111-2222-4333-8444-555555555555","round":-1}',
  ])('stays, and is told of once, where nobody here wrote it: %s', async (body) => {
    // A request that is cut when the broker closes may have received the message: it is soon shown again.
    const reader = sqs.openWith({ hiddenSeconds: 2 });
    await reader.ping();
    await send(body);
    const outgoing = packageOf();
    await reader.enqueue([outgoing]);
    const taken = await take(sqs.database, reader, 1, 10);
    expect(taken).toMatchObject([{ id: idOf(outgoing) }]);
    await remove(sqs.database, reader, taken);
    // Hidden for a second at first, and later for longer.
    await eventually(async () => {
      await takeOnce(sqs.database, reader, 1);
      const { inflight = [] } = (await sqs.server.inspect(SQS_QUEUE_NAME))?.messages ?? {};
      return inflight.some(({ message, visibilityDeadline }) => {
        const hiddenMilliseconds = visibilityDeadline - Date.now();
        return message.body === body && hiddenMilliseconds > 3_000 && hiddenMilliseconds < 10_000;
      });
    });
    await reader.close();
    expect(await receiveAsOwner(1)).toContain(body);
    expect(sqs.log.events().filter(({ msg }) => String(msg).includes('messages left in SQS'))).toHaveLength(
      1,
    );
    expect(reader.foreignCount).toBe(1);
  });

  it('is none of ours in the queue of another service: all of its messages stay, and ours pass them', async () => {
    // A request that is cut when the broker closes may have received the message: it is soon shown again.
    const reader = sqs.openWith({ hiddenSeconds: 2 });
    await reader.ping();
    const bodies = Array.from({ length: 25 }, (_, index) => `gASVEAAAAAAAAAB9lIwCaWSUjAE${index}`);
    for (const body of bodies) await send(body);
    const outgoing = Array.from({ length: 20 }, () => packageOf());
    await reader.enqueue(outgoing);
    const taken = await take(sqs.database, reader, 20, 10);
    expect(taken.map(({ id }) => id).toSorted()).toEqual(outgoing.map(idOf).toSorted());
    await remove(sqs.database, reader, taken);
    await reader.close();
    expect((await receiveAsOwner(25)).toSorted()).toEqual(bodies.toSorted());
  });

  it('is sent later where the delay is longer than SQS allows', async () => {
    await broker.enqueue([
      { ...packageOf(), delaySeconds: 901 },
      { ...packageOf(), delaySeconds: 600 },
    ]);
    await queueIs(({ delayed }) => delayed.length === 1);
    await eventually(async () => {
      const states: string[] = await sqs.database('queue.sqs_packages').orderBy('start_after').pluck('state');
      return states.join() === 'sent,unsent';
    });
  });

  it('is sent by an engine where who enqueued cannot reach SQS', async () => {
    const cutOff = sqs.openWith({ endpoint: 'http://127.0.0.1:1' });
    const outgoing = packageOf();
    await cutOff.enqueue([outgoing]);
    await eventually(() =>
      sqs.log.events().some(({ msg }) => String(msg).includes('could not be sent to SQS')),
    );
    const stop = await broker.listen(() => undefined);
    expect(await take(sqs.database, broker)).toMatchObject([{ id: idOf(outgoing) }]);
    await stop();
  });

  it('is sent again where the queue was lost, and all that was in it', async () => {
    const outgoing = packageOf();
    await broker.enqueue([outgoing]);
    await queueIs(({ ready }) => ready.length === 1);
    await sqs.stop();
    await sqs.start();
    expect(await take(sqs.database, broker)).toMatchObject([{ id: idOf(outgoing) }]);
  });

  it('is sent again where SQS has had it for days', async () => {
    await broker.enqueue([packageOf()]);
    await queueIs(({ ready }) => ready.length === 1);
    await eventually(async () => (await sqs.database('queue.sqs_packages').pluck('state'))[0] === 'sent');
    await sqs.database('queue.sqs_packages').update({ sent: sqs.database.raw(`now() - interval '4 days'`) });
    const stop = await broker.listen(() => undefined);
    await queueIs(({ ready }) => ready.length === 2);
    await stop();
    expect(await take(sqs.database, broker)).toHaveLength(1);
    const rest = await takeOnce(sqs.database, broker, 1);
    expect(rest).toEqual([]);
  });

  it('is shown to others where who asked for it does not take it', async () => {
    const paused = sqs.open();
    await takeOnce(sqs.database, paused, 1);
    const outgoing = packageOf();
    await broker.enqueue([outgoing]);
    await queueIs(({ inflight }) => inflight.length === 1);
    expect(await take(sqs.database, broker)).toMatchObject([{ id: idOf(outgoing) }]);
  });

  it('is shown to others when an engine stops before it took it', async () => {
    const stopping = sqs.open();
    await takeOnce(sqs.database, stopping, 1);
    await broker.enqueue([packageOf()]);
    await queueIs(({ inflight }) => inflight.length === 1);
    await stopping.close();
    await queueIs(({ ready }) => ready.length === 1);
  });
});

describe('an SQS broker that is set up wrongly', () => {
  let sqs: SqsUnderTest;
  beforeEach(async () => {
    sqs = await openSqs();
  });
  afterEach(() => sqs.close());

  it('says that there is no region', async () => {
    delete process.env['AWS_REGION'];
    process.env['AWS_CONFIG_FILE'] = '/nowhere';
    await expect(sqs.open().ping()).rejects.toThrow(
      'The SQS queue tasks could not be reached: no region is configured; set AWS_REGION',
    );
    delete process.env['AWS_CONFIG_FILE'];
  });

  it('says that SQS cannot be reached', async () => {
    await sqs.stop();
    await expect(sqs.open().ping()).rejects.toThrow(
      /could not be reached: .*ECONNREFUSED.*; check the network, AWS_REGION and AWS_ENDPOINT_URL_SQS/,
    );
  });
});
