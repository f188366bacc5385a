import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import express from 'express';
import { OgcError } from '../../../src/map-kit/ogc-error.ts';
import { sendReply } from '../../../src/map-kit/replies/send-reply.ts';
import { listen, type WebServer } from '../../../src/platform/http/web-server.ts';
import { eventually } from '../../support/eventually.ts';

const MEBIBYTE = 1_024 * 1_024;
const LARGE = Buffer.alloc(200 * MEBIBYTE);

let server: WebServer;

beforeAll(async () => {
  const application = express().get('/:size', (request, response) => {
    const body = request.params.size === 'large' ? LARGE : 'small';
    try {
      sendReply(request, response, { contentType: 'image/tiff', body });
    } catch (error) {
      response.status(error instanceof OgcError ? error.status : 500).end();
    }
  });
  server = await listen(application, 0);
});

afterAll(() => server.stop(0));

/** Sends a request, and reads nothing but the head of the reply. */
async function request(size: 'large' | 'small'): Promise<IncomingMessage> {
  const sent = get(`http://127.0.0.1:${server.port}/${size}`, { agent: false });
  const [response]: IncomingMessage[] = await once(sent, 'response');
  if (!response) throw new Error('there is no reply');
  return response;
}

it('clients that do not read their replies cannot fill the memory', async () => {
  const slow = [await request('large'), await request('large')];
  expect(slow.map(({ statusCode }) => statusCode)).toEqual([200, 200]);
  expect((await request('large')).statusCode).toBe(503);
  expect((await request('small')).statusCode).toBe(200);
  for (const response of slow) response.destroy();
  await eventually(async () => {
    const response = await request('large');
    response.destroy();
    return response.statusCode === 200;
  });
});
