import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { listenLocally } from '../src/app-kit/sandbox/local-server.ts';
import { CUSTOMER, collectionOf } from './support/api-server.ts';
import { createTestDatabase, type TestDatabase } from './support/database.ts';
import { eventually } from './support/eventually.ts';
import { type NodeProcess, startNodeProcess } from './support/node-process.ts';

const SERVER = new URL('../dist/server.js', import.meta.url);

let test: TestDatabase;
const servers: NodeProcess[] = [];
beforeAll(async () => {
  test = await createTestDatabase();
});
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.kill('SIGKILL');
    await server.ended;
  }
});
afterAll(() => test.drop());

function start(environment: NodeJS.ProcessEnv = {}): NodeProcess {
  const server = startNodeProcess(SERVER, {
    DATABASE_URL: test.url,
    DJANGO_SECRET_KEY: 'the secret key of a test, fifty characters long ok',
    PORT: '0',
    GUNICORN_WORKERS: '2',
    ...environment,
  });
  servers.push(server);
  return server;
}

async function urlOf(server: NodeProcess): Promise<string> {
  const { port } = await server.waitForLine(({ msg }) => msg === 'listening');
  return `http://127.0.0.1:${port}`;
}

/** The processes that have answered a request. */
function servingPids(server: NodeProcess): Set<unknown> {
  return new Set(server.log.filter(({ msg }) => msg === 'request').map(({ pid }) => pid));
}

/** Sends requests until so many processes have answered one, those included that have ended since. */
async function untilServedBy(processCount: number, server: NodeProcess, url: string): Promise<void> {
  await eventually(async () => {
    expect((await fetch(`${url}/openapi.json`, { headers: { connection: 'close' } })).status).toBe(200);
    return servingPids(server).size === processCount;
  });
}

describe('the server', () => {
  it('serves from several processes on one port, and stops cleanly', async () => {
    const server = start();
    const url = await urlOf(server);
    await untilServedBy(2, server, url);
    expect(servingPids(server)).not.toContain(server.pid);
    server.kill('SIGTERM');
    expect(await server.ended).toBe(0);
    expect(server.log.map(({ msg }) => msg)).toContain('stopped');
    expect(server.errorOutput()).toBe('');
  });

  it('finishes the requests in flight before it ends', async () => {
    const { promise: asked, resolve: ask } = Promise.withResolvers<void>();
    const { promise: gate, resolve: open } = Promise.withResolvers<void>();
    const dlcs = await listenLocally(async (_request, response) => {
      ask();
      await gate;
      response.end('{}');
    });
    try {
      const server = start({ DLCS_API_ROOT: dlcs.url });
      const url = await urlOf(server);
      const answer = fetch(`${url}/customers/${CUSTOMER}/queue`, {
        method: 'POST',
        headers: { authorization: 'Basic eDp5', 'content-type': 'application/json' },
        body: JSON.stringify(collectionOf({})),
      });
      await asked;
      server.kill('SIGINT');
      await server.waitForLine(({ msg }) => msg === 'stopping');
      open();
      expect((await answer).status).toBe(202);
      expect(await server.ended).toBe(0);
    } finally {
      await dlcs.close();
    }
  });

  it('replaces a process that dies', async () => {
    const server = start();
    const url = await urlOf(server);
    // Both have to be there: where the only one dies, a port that the system chose is given back.
    await untilServedBy(2, server, url);
    const [pid] = servingPids(server);
    process.kill(Number(pid), 'SIGKILL');
    const line = await server.waitForLine(({ serverPid }) => serverPid === pid);
    expect(line).toMatchObject({ level: 'error', outcome: 'SIGKILL' });
    await untilServedBy(3, server, url);
  });

  it('says which port is taken, and ends', async () => {
    const other: Server = createServer().listen(0);
    const { port } = other.address() as AddressInfo;
    try {
      const server = start({ PORT: String(port) });
      expect(await server.ended).toBe(1);
      expect(server.errorOutput()).toBe(
        `Port ${port} cannot be listened on: another program listens there. Stop it, or set PORT to another port\n`,
      );
    } finally {
      other.close();
    }
  });

  it('says which settings are wrong, without a stack, and ends', async () => {
    const server = start({ PORT: 'eighty', DJANGO_DEBUG: 'perhaps' });
    expect(await server.ended).toBe(1);
    expect(server.errorOutput()).toContain('PORT is "eighty"');
    expect(server.errorOutput()).toContain('DJANGO_DEBUG is "perhaps"');
    expect(server.errorOutput()).not.toContain('    at ');
  });

  it('waits for Postgres, says so, and can be stopped meanwhile', async () => {
    const closed = await listenLocally(() => undefined);
    await closed.close();
    const server = start({ DATABASE_URL: `postgresql://user:hidden@127.0.0.1:${closed.port}/none` });
    await server.waitForLine(({ msg }) => msg === 'waiting for Postgres');
    server.kill('SIGTERM');
    expect(await server.ended).toBe(0);
    expect(JSON.stringify(server.log)).not.toContain('hidden');
  });

  it('ends where waiting for Postgres cannot help', async () => {
    const wrong = new URL(test.url);
    wrong.pathname = '/no_such_database';
    const server = start({ DATABASE_URL: wrong.href });
    expect(await server.ended).toBe(1);
    expect(server.errorOutput()).toContain('no_such_database');
  });
});
