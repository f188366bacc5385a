import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import {
  type FetchedDocument,
  fetchResults,
} from '../../../../src/apps/render/sandbox/demo/fetch-results.ts';
import { PullQueueClient } from '../../../../src/apps/render/sandbox/demo/pull-queue-client.ts';
import { RenderService, TOKENS } from '../render-service.ts';

let service: RenderService;
let client: PullQueueClient;
let name = { project: 'p', queue: '' };
beforeAll(async () => {
  service = await RenderService.start();
});
afterAll(() => service.stop());
beforeEach(() => {
  name = { project: 'p', queue: crypto.randomUUID() };
  client = new PullQueueClient(
    { apiUrl: service.url, name, producerToken: TOKENS.producer, consumerToken: TOKENS.consumer },
    new AbortController().signal,
  );
});

const resultOf = (orderId: string) => ({
  kind: 'result#document',
  success: true,
  filename: `${orderId}.pdf`,
  document: Buffer.from(`the document of ${orderId}`).toString('base64'),
  task_id: orderId,
});

it('stores and deletes the results of its orders, and hands those of others back', async () => {
  await client.insert(resultOf('of another client'), 'result');
  await client.insert(resultOf('mine'), 'result');
  const stored: FetchedDocument[] = [];
  await fetchResults(client, ['mine'], async (document) => {
    stored.push(document);
  });
  expect(stored.map(({ filename, pdf }) => [filename, Buffer.from(pdf).toString()])).toEqual([
    ['mine.pdf', 'the document of mine'],
  ]);
  const left = await service.lease('numTasks=10&leaseSecs=60', name.queue, name.project);
  expect(
    left.map(({ payloadBase64 }) => JSON.parse(Buffer.from(payloadBase64, 'base64').toString())),
  ).toEqual([resultOf('of another client')]);
});

it('gives the reason of an order that was not rendered', async () => {
  await client.insert({ success: false, error: 'copies is required.', task_id: 'mine' }, 'result');
  await expect(fetchResults(client, ['mine'], async () => {})).rejects.toThrow(
    'An order was not rendered: copies is required.',
  );
});

it('names the status if the queue refuses a call', async () => {
  const stranger = new PullQueueClient(
    { apiUrl: service.url, name, producerToken: undefined, consumerToken: undefined },
    new AbortController().signal,
  );
  await expect(stranger.insert({}, 'task')).rejects.toThrow('(401)');
});
