import { expect, it } from '@jest/globals';
import { OutgoingNetwork } from '../../../../src/platform/http/outgoing/outgoing-network.ts';
import { Proxies } from '../../../../src/platform/http/outgoing/proxies.ts';
import { SqsQueue } from '../../../../src/queue/brokers/sqs/sqs-queue.ts';
import { startHttpProxy } from '../../../support/http-proxy.ts';
import { startSqsServer } from '../../../support/sqs-server.ts';

it('a queue is found through the proxy', async () => {
  const server = await startSqsServer();
  Object.assign(process.env, server.environment);
  const proxy = await startHttpProxy({ 'sqs.test:80': Number(new URL(server.url).port) });
  const queue = new SqsQueue({
    name: 'tasks',
    endpoint: 'http://sqs.test',
    network: new OutgoingNetwork({ proxies: new Proxies({ http: proxy.url, https: undefined, except: [] }) }),
    onAbsent: async () => undefined,
  });
  try {
    await queue.ping();
    expect(proxy.requests).toContain('POST http://sqs.test/');
    expect(await server.inspect('tasks')).toBeDefined();
  } finally {
    await queue.close();
    await proxy.close();
    await server.stop();
  }
});
