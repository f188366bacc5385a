import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  addEndpoint,
  addEndpointList,
  updateEndpointAgain,
} from '../../../../src/apps/map-registry/endpoints/add-endpoints.ts';
import { processEndpoint } from '../../../../src/apps/map-registry/endpoints/process-endpoint.ts';
import { findEndpoint } from '../../../../src/apps/map-registry/endpoints/stored-endpoints.ts';
import { openOutsideClient } from '../../../../src/apps/map-registry/fetching/open-outside-client.ts';
import {
  type OutsideClient,
  OutsideRequestError,
} from '../../../../src/apps/map-registry/fetching/outside-client.ts';
import {
  type DetectedService,
  type MapSource,
  SourceError,
} from '../../../../src/apps/map-registry/sources/map-source.ts';
import { RegistryService } from '../registry-service.ts';
import { ScriptedSource } from '../scripted-source.ts';

let site: RegistryService;
let client: OutsideClient;
let server: Server;
let serverUrl: string;
let catalogId: string;
/** The status of each path; 200 where there is none. */
const statuses = new Map<string, number>();
const requested: string[] = [];

beforeAll(async () => {
  site = await RegistryService.start();
  client = openOutsideClient(site.platform);
  catalogId = await site.catalogId();
  server = createServer((request, response) => {
    requested.push(request.url ?? '');
    response
      .writeHead(statuses.get(request.url ?? '') ?? 200)
      .end('x'.repeat(request.url === '/large' ? 100_000 : 10));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  serverUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(async () => {
  await new Promise((resolve) => server.close(resolve));
  await client.close();
  await site.stop();
});

beforeEach(async () => {
  statuses.clear();
  requested.length = 0;
  await site.platform.database.raw(
    'TRUNCATE map_registry.services, map_registry.endpoints, map_registry.endpoint_lists CASCADE',
  );
  await site.queue.purgeQueue();
});

function add(url: string) {
  return site.platform.database.transaction((transaction) =>
    addEndpoint(transaction, site.tasks, { catalogId, url }),
  );
}

async function process(endpointId: string, sources: readonly MapSource[], taskId: string = randomUUID()) {
  const { signal } = new AbortController();
  const sourcesFor = () => sources;
  await processEndpoint(site.platform, endpointId, { client, signal, tasks: site.tasks, sourcesFor, taskId });
  const endpoint = await findEndpoint(site.platform.database, endpointId);
  return {
    imported: endpoint?.imported,
    message: endpoint?.message,
    isProcessed: endpoint?.processed !== null,
  };
}

function finding(...services: readonly DetectedService[]): ScriptedSource {
  const source = new ScriptedSource();
  source.detected = () => services;
  return source;
}

function failing(error: Error): ScriptedSource {
  const source = new ScriptedSource();
  source.detected = () => error;
  return source;
}

const wms = (path: string): DetectedService => ({ type: 'OGC:WMS', url: `${serverUrl}${path}`, title: path });

/** The tasks that wait: `function argument`. */
async function queued(): Promise<string[]> {
  const tasks = await site.queue.queuedTasks({ limit: 100, offset: 0 });
  return tasks.map(({ func, args }) => `${func} ${JSON.stringify(args)}`).sort();
}

async function serviceRows(): Promise<string[]> {
  const rows = await site.platform
    .database('map_registry.services')
    .orderBy('id')
    .select('type', 'url', 'title');
  return rows.map(({ type, url, title }) => `${type} ${url.replace(serverUrl, '')} ${title}`);
}

describe('an endpoint', () => {
  it('is stored once, and looked at once', async () => {
    const { endpoint, isNew } = await add('https://maps.example/');
    expect([isNew, endpoint.processed, endpoint.imported]).toEqual([true, null, false]);
    expect(await add('https://maps.example/')).toEqual({ endpoint, isNew: false });
    expect(await queued()).toHaveLength(1);
  });

  it('becomes the services that the first source finds, which are checked', async () => {
    const { endpoint } = await add(`${serverUrl}/`);
    await site.queue.purgeQueue();
    const result = await process(endpoint.id, [
      new ScriptedSource(),
      finding(wms('/one'), wms('/two'), wms('/one#again')),
      failing(new SourceError('This source is not asked any more.')),
    ]);
    expect(result).toEqual({ imported: true, isProcessed: true, message: '2 service/s created' });
    expect(await serviceRows()).toEqual(['OGC:WMS /one /one', 'OGC:WMS /two /two']);
    expect(await queued()).toHaveLength(2);
    expect(requested).toEqual(['/one', '/two']);
  });

  it('says the same where its task is run again, as its worker was killed before that was known', async () => {
    const { endpoint } = await add(`${serverUrl}/`);
    const taskId = randomUUID();
    await process(endpoint.id, [finding(wms('/one'))], taskId);
    requested.length = 0;
    expect(await process(endpoint.id, [finding(wms('/one'))], taskId)).toMatchObject({
      message: '1 service/s created',
    });
    expect(requested).toEqual([]);
  });

  it('is imported where no service of it is new', async () => {
    const { endpoint } = await add(`${serverUrl}/`);
    await process(endpoint.id, [finding(wms('/one'))]);
    requested.length = 0;
    await site.queue.purgeQueue();
    expect(await process(endpoint.id, [finding(wms('/one'))])).toMatchObject({
      imported: true,
      message: '0 service/s created',
    });
    expect(await process(endpoint.id, [finding()])).toMatchObject({ imported: true });
    expect(requested).toEqual([]);
    expect(await queued()).toEqual([]);
  });

  it('asks the services of other addresses whether they are there, and its own no more', async () => {
    const { endpoint } = await add(`${serverUrl}/wms?map=a`);
    for (const [path, status] of [
      ['/gone', 404],
      ['/bare', 400],
      ['/broken', 503],
    ] as const)
      statuses.set(path, status);
    const services = ['/wms', '/gone', '/bare', '/broken', '/large'].map(wms);
    const { message } = await process(endpoint.id, [
      finding(
        ...services,
        { type: 'OGC:WMS', url: 'ftp://maps.example/' },
        { type: 'OGC:WMS', url: 'http://127.0.0.1:9/' },
      ),
    ]);
    expect(await serviceRows()).toEqual([
      'OGC:WMS /bare /bare',
      'OGC:WMS /large /large',
      'OGC:WMS /wms /wms',
    ]);
    expect(requested).toEqual(['/gone', '/bare', '/broken', '/large']);
    const reasons = String(message).split(' | ');
    expect(reasons).toHaveLength(4);
    expect(reasons[0]).toBe('3 service/s created');
    expect(reasons).toContain(`${serverUrl}/gone replied with 404.`);
  });

  it('is not imported where no source knows it; the errors say why', async () => {
    const { endpoint } = await add(`${serverUrl}/`);
    const result = await process(endpoint.id, [
      failing(new SourceError('The reply is HTML.')),
      new ScriptedSource(),
      failing(new OutsideRequestError('The server replied with 500.', { fault: 'status', status: 500 })),
    ]);
    expect(result).toEqual({
      imported: false,
      isProcessed: true,
      message: `ERROR! Could not detect service type for endpoint ${serverUrl}/: The reply is HTML. | The server replied with 500.`,
    });
    expect((await process(endpoint.id, [])).message).toMatch(/No kind of service was recognized/);
  });

  it('is asked once where its host cannot be reached', async () => {
    const { endpoint } = await add(`${serverUrl}/`);
    const second = finding(wms('/one'));
    const fault = new OutsideRequestError('maps.example did not reply within 10 s.', { fault: 'timeout' });
    const result = await process(endpoint.id, [failing(fault), second]);
    expect(result).toMatchObject({ imported: false, message: expect.stringMatching(/within 10 s\.$/) });
    expect(await serviceRows()).toEqual([]);
  });

  it('is looked at again by a task that fails for a fault of ours', async () => {
    const { endpoint } = await add(`${serverUrl}/`);
    await expect(process(endpoint.id, [failing(new TypeError('a fault of ours'))])).rejects.toThrow(
      'a fault of ours',
    );
    expect(await findEndpoint(site.platform.database, endpoint.id)).toMatchObject({ processed: null });
  });

  it('is looked at again when that is asked for', async () => {
    const { endpoint } = await add(`${serverUrl}/`);
    await process(endpoint.id, []);
    await site.queue.purgeQueue();
    await site.platform.database.transaction((transaction) =>
      updateEndpointAgain(transaction, site.tasks, endpoint),
    );
    expect(await findEndpoint(site.platform.database, endpoint.id)).toMatchObject({ processed: null });
    expect(await queued()).toHaveLength(1);
  });

  it('has its services once where it is looked at twice at the same time', async () => {
    const { endpoint } = await add(`${serverUrl}/`);
    await site.queue.purgeQueue();
    const source = finding(wms('/one'), wms('/two'));
    await Promise.all([process(endpoint.id, [source]), process(endpoint.id, [source])]);
    expect(await serviceRows()).toEqual(['OGC:WMS /one /one', 'OGC:WMS /two /two']);
    expect(await queued()).toHaveLength(2);
  });

  it('may be gone by the time it is looked at', async () => {
    const { endpoint } = await add(`${serverUrl}/`);
    await site.platform.database('map_registry.endpoints').delete();
    await process(endpoint.id, [finding(wms('/one'))]);
    expect(await serviceRows()).toEqual([]);
  });
});

describe('a list of endpoints', () => {
  it('adds what is new in its catalogue, and keeps what was refused', async () => {
    await add('https://a.example/');
    const text = 'https://a.example/\nhttps://b.example/\nhttps://b.example/\nnonsense\nhttps://c.example/';
    const added = await site.platform.database.transaction((transaction) =>
      addEndpointList(transaction, site.tasks, { catalogId, name: 'list.txt', isGreedy: true, text }),
    );
    expect(added).toMatchObject({ createdCount: 2, existingCount: 2, refusedCount: 1 });
    const endpoints = await site.platform.database('map_registry.endpoints').orderBy('id').select();
    expect(endpoints.map(({ url, is_greedy, list_id }) => [url, is_greedy, list_id])).toEqual([
      ['https://a.example/', false, null],
      ['https://b.example/', true, added.listId],
      ['https://c.example/', true, added.listId],
    ]);
    expect(await queued()).toHaveLength(3);
    expect(await site.platform.database('map_registry.endpoint_lists').first('refused')).toEqual({
      refused: [{ line: 4, reason: expect.any(String) }],
    });
  });
});
