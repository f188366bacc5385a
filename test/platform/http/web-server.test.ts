import { Agent, get } from 'node:http';
import { describe, expect, it } from '@jest/globals';
import { ListenError, listen } from '../../../src/platform/http/web-server.ts';

describe('a web server', () => {
  it('says which port is taken, and what to do', async () => {
    const server = await listen((_request, response) => response.end(), 0);
    try {
      await expect(listen(() => undefined, server.port)).rejects.toThrow(ListenError);
      await expect(listen(() => undefined, server.port)).rejects.toThrow(
        `Port ${server.port} cannot be listened on: another program listens there. Stop it, or set PORT to another port`,
      );
    } finally {
      await server.stop(0);
    }
  });

  it('listens on one address where that is said', async () => {
    const server = await listen((_request, response) => response.end(), 0, '127.0.0.2');
    try {
      expect((await fetch(`http://127.0.0.2:${server.port}`)).status).toBe(200);
      await expect(fetch(`http://127.0.0.1:${server.port}`)).rejects.toThrow();
    } finally {
      await server.stop(0);
    }
  });

  it('answers what it was asked before it stops, on a connection that is kept too', async () => {
    const { promise: arrived, resolve: arrive } = Promise.withResolvers<void>();
    const { promise: gate, resolve: open } = Promise.withResolvers<void>();
    const server = await listen(async (_request, response) => {
      arrive();
      await gate;
      response.end('done');
    }, 0);
    const agent = new Agent({ keepAlive: true });
    const answer = read(`http://127.0.0.1:${server.port}/`, agent);
    await arrived;
    const stopped = server.stop(60_000);
    await expect(fetch(`http://127.0.0.1:${server.port}/`)).rejects.toThrow();
    open();
    expect(await answer).toBe('done');
    expect(await stopped).toBe(0);
    agent.destroy();
  });

  it('ends streams of events when it stops, as they never end by themselves', async () => {
    const { promise: arrived, resolve: arrive } = Promise.withResolvers<void>();
    const server = await listen((_request, response) => {
      response.setHeader('Content-Type', 'text/event-stream; charset=utf-8');
      response.write('data: 1\n\n');
      arrive();
    }, 0);
    const agent = new Agent({ keepAlive: true });
    const answer = read(`http://127.0.0.1:${server.port}/`, agent);
    await arrived;
    expect(await server.stop(60_000)).toBe(0);
    expect(await answer).toBe('data: 1\n\n');
    agent.destroy();
  });

  it('cuts off what takes longer than it may, and says how much that was', async () => {
    const { promise: arrived, resolve: arrive } = Promise.withResolvers<void>();
    const server = await listen(() => arrive(), 0);
    const answer = read(`http://127.0.0.1:${server.port}/`, new Agent()).catch(
      (error: Error) => error.message,
    );
    await arrived;
    expect(await server.stop(1)).toBe(1);
    expect(await answer).toBe('socket hang up');
  });
});

function read(url: string, agent: Agent): Promise<string> {
  return new Promise((resolve, reject) => {
    get(url, { agent }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => {
        text += part;
      });
      response.once('end', () => resolve(text));
    }).once('error', reject);
  });
}
