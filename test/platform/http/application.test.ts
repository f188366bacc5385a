import { rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { fullFormats } from 'ajv-formats/dist/formats.js';
import express, { Router } from 'express';
import type { HealthCheck } from '../../../src/platform/health.ts';
import { createHttpApplication } from '../../../src/platform/http/application.ts';
import { createHealthPage } from '../../../src/platform/http/health-page.ts';
import { HttpError } from '../../../src/platform/http/http-error.ts';
import { requestLogger } from '../../../src/platform/http/request-log.ts';
import { listen, type WebServer } from '../../../src/platform/http/web-server.ts';
import { type ApiServer, collectionOf, startApi } from '../../support/api-server.ts';
import { type CapturedLog, captureLog } from '../../support/captured-log.ts';

const WORKS: HealthCheck = { name: 'good', check: async () => undefined };
const FAILS: HealthCheck = {
  name: 'bad',
  async check() {
    throw new Error('it is <broken>');
  },
};

/** Sends bytes as they are: `fetch` makes its own header `Host`. */
async function sendRaw(port: number, bytes: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.end(bytes);
  return text(socket);
}

describe('the web application', () => {
  let log: CapturedLog;
  const servers: WebServer[] = [];
  afterAll(() => Promise.all(servers.map((server) => server.stop(0))));

  async function start({ checks = [WORKS], isDebug = false, router = Router() } = {}): Promise<string> {
    log = captureLog();
    const application = createHttpApplication({
      logger: log.logger,
      isDebug,
      mounts: [{ path: '/', handler: router }],
      healthChecks: checks,
      metricsSources: [],
      metricsToken: undefined,
      info: { title: 'A <service>', version: '1.2.3', description: 'What it does.' },
      icon: '<svg xmlns="http://www.w3.org/2000/svg"/>',
      openApi: [],
      frontPage: { links: [{ path: '/docs/', label: 'API', description: 'How it is called.' }] },
    });
    const server = await listen(application, 0);
    servers.push(server);
    return `http://127.0.0.1:${server.port}`;
  }

  describe('for a header Host', () => {
    const addressFor = async (host: string, version = '1.1') => {
      const router = Router();
      router.get('/address', (request, response) => response.json(`${request.protocol}://${request.host}`));
      const { port } = new URL(await start({ router }));
      const header = host === '' ? '' : `Host: ${host}\r\n`;
      const reply = await sendRaw(
        Number(port),
        `GET /address HTTP/${version}\r\n${header}Connection: close\r\n\r\n`,
      );
      return [reply.slice(9, 12), reply.split('\r\n\r\n')[1]?.replace(`:${port}`, ':port')];
    };

    it.each(['maps.example', 'maps_1.example:8080', '[2001:db8::1]:80', '127.0.0.1'])(
      'takes %s',
      async (host) => {
        expect(await addressFor(host)).toEqual(['200', `"http://${host}"`]);
      },
    );

    it.each(['x"><script>', 'a b', '[::1', 'x/../y', 'user:word@maps.example', 'maps.example:99999', 'x?y'])(
      'refuses %s',
      async (host) => {
        expect(await addressFor(host)).toEqual(['400', '{"detail":"The header Host names no host."}']);
      },
    );

    it('takes the address of the server where there is none', async () => {
      expect(await addressFor('', '1.0')).toEqual(['200', '"http://127.0.0.1:port"']);
    });
  });

  describe('at /health-check/', () => {
    it('is a page of 200 where all is well', async () => {
      const url = await start();
      const response = await fetch(`${url}/health-check/`);
      expect(response.status).toBe(200);
      expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
      expect(await response.text()).toContain('All is well');
    });

    it('is a page of 500 where something is wrong, which says what, escaped', async () => {
      const url = await start({ checks: [WORKS, FAILS] });
      const response = await fetch(`${url}/health-check/`, { headers: { accept: 'text/html,*/*;q=0.8' } });
      expect(response.status).toBe(500);
      expect(await response.text()).toContain('it is &lt;broken&gt;');
    });

    it.each([
      ['/health-check/?format=json', '*/*'],
      ['/health-check/', 'application/json'],
      ['/health-check', 'application/json'],
    ])('is JSON at %s for who accepts %s', async (path, accept) => {
      const url = await start({ checks: [WORKS, FAILS] });
      const response = await fetch(`${url}${path}`, { headers: { accept } });
      expect(response.status).toBe(500);
      expect(await response.json()).toEqual({ good: 'working', bad: 'it is <broken>' });
    });

    it('tells others than this machine, and those with the token, no more than what does not work', async () => {
      const application = express();
      application.set('trust proxy', ['loopback']);
      application.use(createHealthPage([WORKS, FAILS], 'a-token'));
      const server = await listen(application, 0);
      servers.push(server);
      const read = async (headers: Record<string, string>) => {
        const response = await fetch(`http://127.0.0.1:${server.port}/health-check/?format=json`, {
          headers,
        });
        return [response.status, await response.json()];
      };
      const stranger = { 'x-forwarded-for': '203.0.113.1' };
      const details = [500, { good: 'working', bad: 'it is <broken>' }];
      expect(await read(stranger)).toEqual([500, { good: 'working', bad: 'not working' }]);
      expect(await read({ ...stranger, authorization: 'Bearer wrong' })).toEqual([
        500,
        { good: 'working', bad: 'not working' },
      ]);
      expect(await read({ ...stranger, authorization: 'Bearer a-token' })).toEqual(details);
      expect(await read({})).toEqual(details);
    });

    it.each([
      ['', 200],
      ['?strict', 500],
      ['?strict&format=json', 500],
    ])('counts additional checks where it is asked with "%s" as %i', async (query, status) => {
      const url = await start({ checks: [WORKS, { ...FAILS, isAdditional: true }] });
      expect((await fetch(`${url}/health-check/${query}`)).status).toBe(status);
      const response = await fetch(`${url}/health-check/?format=json`);
      expect(await response.json()).toEqual({ good: 'working', bad: 'it is <broken>' });
    });

    it('runs one round of checks for all who ask at the same time', async () => {
      let rounds = 0;
      const { promise: gate, resolve: open } = Promise.withResolvers<void>();
      const { promise: asked, resolve: ask } = Promise.withResolvers<void>();
      const counting: HealthCheck = {
        name: 'counting',
        async check() {
          rounds += 1;
          ask();
          await gate;
        },
      };
      const { promise: secondCame, resolve: secondComes } = Promise.withResolvers<void>();
      const application = express();
      application.use((request, _response, next) => {
        next();
        if (request.query['number'] === '2') secondComes();
      });
      application.use(createHealthPage([counting]));
      const server = await listen(application, 0);
      servers.push(server);
      const first = fetch(`http://127.0.0.1:${server.port}/health-check/?number=1`);
      await asked;
      const second = fetch(`http://127.0.0.1:${server.port}/health-check/?number=2`);
      await secondCame;
      open();
      expect([(await first).status, (await second).status, rounds]).toEqual([200, 200, 1]);
    });

    it('answers 405 to other methods', async () => {
      const url = await start();
      expect((await fetch(`${url}/health-check/`, { method: 'POST' })).status).toBe(405);
    });
  });

  it('has a front page for people, and the same as JSON', async () => {
    const url = await start();
    const page = await (await fetch(url, { headers: { accept: 'text/html' } })).text();
    expect(page).toContain('<h1>A &lt;service&gt;</h1>');
    expect(page).toContain('<a href="/docs/">API</a>');
    const body = await (await fetch(url, { headers: { accept: 'application/json' } })).json();
    expect(body).toEqual({
      title: 'A <service>',
      description: 'What it does.',
      links: { API: '/docs/' },
    });
  });

  it('answers 404 as JSON to what it does not know', async () => {
    const response = await fetch(`${await start()}/nothing`);
    expect(response.status).toBe(404);
    expect(await response.json()).toEqual({ detail: 'Not found.' });
    expect(response.headers.get('x-powered-by')).toBeNull();
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  });

  describe('when a route fails', () => {
    const router = Router();
    router.get('/breaks', async () => {
      throw new Error('the reason');
    });
    router.get('/refuses', () => {
      throw new HttpError(409, 'Not twice.');
    });
    router.get('/breaks-off', (request, response) => {
      requestLogger(request).info('began');
      response.write('half');
      throw new Error('too late');
    });

    it('answers 500, tells the log why, and the caller only while debugging', async () => {
      const quiet = await fetch(`${await start({ router })}/breaks`);
      expect(quiet.status).toBe(500);
      expect(await quiet.json()).toEqual({ detail: 'The server could not answer; its log says why.' });
      expect(log.events()).toContainEqual(
        expect.objectContaining({ level: 'error', err: expect.objectContaining({ message: 'the reason' }) }),
      );
      const detailed = await fetch(`${await start({ router, isDebug: true })}/breaks`);
      expect(detailed.status).toBe(500);
      expect(await detailed.json()).toMatchObject({ detail: 'the reason', stack: expect.any(Array) });
    });

    it('answers what the error says of the request', async () => {
      const response = await fetch(`${await start({ router })}/refuses`);
      expect(response.status).toBe(409);
      expect(await response.json()).toEqual({ detail: 'Not twice.' });
    });

    it('cuts off an answer that has begun', async () => {
      const response = await fetch(`${await start({ router })}/breaks-off`);
      await expect(response.text()).rejects.toThrow();
    });
  });

  describe('the id of a request', () => {
    it('is the one of the caller where that is sane', async () => {
      const url = await start();
      const response = await fetch(`${url}/x?token=secret-of-a-query`, {
        headers: { 'x-request-id': 'a:b-1' },
      });
      await response.text();
      expect(response.headers.get('x-request-id')).toBe('a:b-1');
      expect(log.events()).toContainEqual(
        expect.objectContaining({
          msg: 'request',
          requestId: 'a:b-1',
          method: 'GET',
          path: '/x',
          status: 404,
        }),
      );
      expect(log.lines.join('')).not.toContain('secret-of-a-query');
    });

    it.each(['a b', 'x'.repeat(129), '{"a":1}'])('is a new one in place of %j', async (given) => {
      const response = await fetch(await start(), { headers: { 'x-request-id': given } });
      expect(response.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    });
  });

  it('has the page of the API at /docs/, with nothing from other hosts', async () => {
    const url = await start();
    const response = await fetch(`${url}/docs`);
    expect(response.url).toBe(`${url}/docs/`);
    expect(response.headers.get('content-security-policy')).toContain("default-src 'self'");
    const page = await response.text();
    const addresses = [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, address]) => address ?? '');
    expect(addresses.length).toBeGreaterThan(3);
    for (const address of addresses) {
      expect(address).toMatch(/^\.\//);
      expect((await fetch(new URL(address, response.url))).status).toBe(200);
    }
    const script = await (await fetch(`${url}/docs/swagger-ui-init.js`)).text();
    expect(script).toContain('"url": "/openapi.json"');
    expect(script).toContain('"validatorUrl": null');
  });
});

describe('the whole service', () => {
  let api: ApiServer;
  beforeAll(async () => {
    api = await startApi();
  });
  afterAll(() => api.stop());

  async function health(): Promise<Record<string, string>> {
    const response = await fetch(`${api.url}/health-check/?format=json`);
    return (await response.json()) as Record<string, string>;
  }

  it('checks everything that it needs, and is healthy without an engine, unless it is asked strictly', async () => {
    const report = await health();
    expect(Object.keys(report)).toEqual([
      'Cache backend: default',
      'DatabaseBackend',
      'DefaultFileStorageHealthCheck',
      'DiskUsage',
      'MemoryUsage',
      'MigrationsHealthCheck',
      'broker',
      'engine',
      'S3',
    ]);
    expect(report).toMatchObject({
      'Cache backend: default': 'working',
      DatabaseBackend: 'working',
      DefaultFileStorageHealthCheck: 'working',
      MigrationsHealthCheck: 'working',
      broker: 'working',
    });
    expect(report['engine']).toContain('no engine is running');
    expect((await fetch(`${api.url}/health-check/`)).status).toBe(200);
    expect((await fetch(`${api.url}/health-check/?strict`)).status).toBe(500);
  });

  it('says which migrations are still to run', async () => {
    const { database } = api.platform;
    // The tables of apps that this service does not have are in the database too.
    const row = await database('platform.migrations')
      .whereLike('name', 'queue/%')
      .orderBy('id', 'desc')
      .first();
    await database('platform.migrations').where({ id: row.id }).delete();
    try {
      expect((await health())['MigrationsHealthCheck']).toBe(`still to run: ${row.name}`);
    } finally {
      await database('platform.migrations').insert(row);
    }
  });

  it('says so when the scratch directory cannot be written', async () => {
    const blocked = await startApi({ SCRATCH_DIRECTORY: '/dev/null/scratch' });
    try {
      const response = await fetch(`${blocked.url}/health-check/?format=json`);
      expect(response.status).toBe(500);
      expect(await response.json()).toMatchObject({
        DefaultFileStorageHealthCheck: expect.stringContaining('/dev/null/scratch'),
      });
    } finally {
      await blocked.stop();
    }
  });

  it('makes the scratch directory where it does not exist', async () => {
    await rm(api.platform.settings.scratchDirectory, { recursive: true });
    expect(await health()).toMatchObject({ DefaultFileStorageHealthCheck: 'working', DiskUsage: 'working' });
  });

  it('describes its answers in an OpenAPI document, as they are', async () => {
    const document = (await (await fetch(`${api.url}/openapi.json`)).json()) as {
      openapi: string;
      paths: Record<string, object>;
      components: { schemas: object };
    };
    expect(document.openapi).toBe('3.1.1');
    expect(Object.keys(document.paths)).toEqual([
      '/customers/{customer}/queue',
      '/customers/{customer}/queue/priority',
      '/collections/{collection}',
      '/collections/{collection}/members/{member}',
      '/health-check/',
    ]);
    const ajv = new Ajv2020({ strictTypes: false, formats: fullFormats });
    ajv.addKeyword('components');
    ajv.addSchema({ $id: 'document', components: document.components });
    const body = collectionOf({});
    expect(ajv.validate({ $ref: 'document#/components/schemas/CompositeCollection' }, body)).toBe(true);
    expect(ajv.validate({ $ref: 'document#/components/schemas/CompositeCollection' }, {})).toBe(false);
    const response = await fetch(`${api.url}/customers/5/queue`, {
      method: 'POST',
      headers: api.headers,
      body: JSON.stringify(body),
    });
    const answer = await response.json();
    expect(ajv.validate({ $ref: 'document#/components/schemas/Collection' }, answer)).toBe(true);
    expect(ajv.validate({ $ref: 'document#/components/schemas/HealthReport' }, await health())).toBe(true);
  });

  it('shows the admin only after a login', async () => {
    const response = await fetch(`${api.url}/admin`, { redirect: 'manual' });
    expect([302, 303]).toContain(response.status);
    expect(response.headers.get('location')).toContain('/admin/login');
  });
});
