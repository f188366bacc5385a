import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, describe, expect, it, jest } from '@jest/globals';
import express from 'express';
import { createErrorHandler } from '../../../src/platform/http/error-handler.ts';
import { createMetricsPage, type MetricsSource } from '../../../src/platform/http/metrics-page.ts';
import { createRequestLog } from '../../../src/platform/http/request-log.ts';
import { listen, type WebServer } from '../../../src/platform/http/web-server.ts';
import { captureLog } from '../../support/captured-log.ts';
import { eventually } from '../../support/eventually.ts';
import { type NodeProcess, startNodeProcess } from '../../support/node-process.ts';

describe('/metrics', () => {
  const servers: WebServer[] = [];
  afterAll(() => Promise.all(servers.map((server) => server.stop(0))));

  async function start(sources: readonly MetricsSource[], token?: string): Promise<string> {
    const application = express();
    application.set('trust proxy', ['loopback']);
    application.use(createRequestLog(captureLog().logger, []));
    application.use(createMetricsPage(sources, token));
    application.use(createErrorHandler(false));
    const server = await listen(application, 0);
    servers.push(server);
    return `http://127.0.0.1:${server.port}/metrics`;
  }

  it("is the metrics of all sources, in Prometheus' text format", async () => {
    const url = await start([{ collect: async () => 'first 1\n' }, { collect: async () => 'second 2\n' }]);
    const response = await fetch(url);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect((await response.text()).split('\n').filter(Boolean)).toEqual(['first 1', 'second 2']);
  });

  it('collects once for all who ask within some seconds', async () => {
    let collections = 0;
    const url = await start([{ collect: async () => `collections ${++collections}\n` }]);
    const texts = await Promise.all([fetch(url), fetch(url)].map(async (answer) => (await answer).text()));
    texts.push(await (await fetch(url)).text());
    expect(texts).toEqual(Array(3).fill('collections 1\n'));
  });

  it('asks again after a source has failed', async () => {
    const collect = jest
      .fn<() => Promise<string>>()
      .mockRejectedValueOnce(new Error('it is away'))
      .mockResolvedValue('back 1\n');
    const url = await start([{ collect }]);
    expect((await fetch(url)).status).toBe(500);
    expect(await (await fetch(url)).text()).toBe('back 1\n');
  });

  it('wants the token where there is one', async () => {
    const url = await start([{ collect: async () => 'secret 1\n' }], 'a-token');
    const refused = await fetch(url);
    expect(refused.status).toBe(401);
    expect(refused.headers.get('www-authenticate')).toBe('Bearer');
    expect(await refused.text()).not.toContain('secret 1');
    for (const authorization of ['Bearer another', 'a-token', 'Bearer a-token2', 'Basic a-token'])
      expect((await fetch(url, { headers: { authorization } })).status).toBe(401);
    const admitted = await fetch(url, { headers: { authorization: 'Bearer a-token' } });
    expect([admitted.status, await admitted.text()]).toEqual([200, 'secret 1\n']);
  });

  it('is for this machine alone where there is no token', async () => {
    const url = await start([{ collect: async () => 'secret 1\n' }]);
    for (const address of ['203.0.113.1', '10.0.0.1', '::ffff:10.0.0.1', 'nonsense']) {
      const refused = await fetch(url, { headers: { 'x-forwarded-for': address } });
      expect([refused.status, await refused.text()]).toEqual([403, expect.stringContaining('METRICS_TOKEN')]);
    }
    expect((await fetch(url, { headers: { 'x-forwarded-for': '127.0.0.1' } })).status).toBe(200);
  });

  it('is for reading', async () => {
    const url = await start([]);
    expect((await fetch(url, { method: 'POST' })).status).toBe(405);
    expect((await fetch(url, { method: 'HEAD' })).status).toBe(200);
  });
});

describe('the metrics of several server processes on one port', () => {
  let server: NodeProcess | undefined;
  afterEach(async () => {
    server?.kill('SIGTERM');
    await server?.ended;
  });

  it('are those of all of them, whichever is asked', async () => {
    server = startNodeProcess(new URL('./fixtures/metrics-server.ts', import.meta.url), {});
    const { port } = await server.waitForLine(({ msg }) => msg === 'listening');
    const { log } = server;
    await eventually(() => log.filter(({ msg }) => msg === 'ready').length === 3);
    // A connection each, as the processes take connections in turn.
    for (let count = 0; count < 12; count += 1) {
      expect(await get(Number(port), '/nothing-here')).toMatchObject({ status: 404 });
    }
    // A request is measured when its connection is done, which may be after its answer has arrived.
    const body = await eventually(async () => {
      const answer = await get(Number(port), '/metrics');
      const count = metricValue(
        answer.body,
        'http_request_duration_seconds_count{method="GET",status="404"}',
      );
      return count === 12 ? answer.body : undefined;
    });
    // Three processes of Node take more than one does.
    expect(metricValue(body, 'process_resident_memory_bytes')).toBeGreaterThan(3 * 30e6);
    expect(body).toMatch(/^nodejs_eventloop_lag_p99_seconds /m);
  });
});

function get(port: number, path: string): Promise<{ readonly status: number; readonly body: string }> {
  const { promise, resolve, reject } = Promise.withResolvers<{ status: number; body: string }>();
  request({ host: '127.0.0.1', port, path, agent: false }, (response) => {
    text(response).then((body) => resolve({ status: response.statusCode ?? 0, body }), reject);
  })
    .once('error', reject)
    .end();
  return promise;
}

function metricValue(body: string, name: string): number {
  const line = body.split('\n').find((each) => each.startsWith(`${name} `));
  return Number(line?.slice(name.length + 1));
}
