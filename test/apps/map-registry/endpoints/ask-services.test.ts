import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { addEndpoint } from '../../../../src/apps/map-registry/endpoints/add-endpoints.ts';
import { askServicesHandler } from '../../../../src/apps/map-registry/endpoints/ask-services.ts';
import { processEndpoint } from '../../../../src/apps/map-registry/endpoints/process-endpoint.ts';
import { findEndpoint } from '../../../../src/apps/map-registry/endpoints/stored-endpoints.ts';
import { openTaskClient } from '../../../../src/apps/map-registry/fetching/open-outside-client.ts';
import type { NamedServicesArguments } from '../../../../src/apps/map-registry/registry-tasks.ts';
import { askServices, registryTasksOf } from '../../../../src/apps/map-registry/tasks.ts';
import { removeAll, taskContext } from '../checks/checked-layers.ts';
import { RegistryService } from '../registry-service.ts';
import { ScriptedSource } from '../scripted-source.ts';

const OTHER_HOST = '127.0.0.51';

let site: RegistryService;
let server: Server;
let otherUrl: string;
let endpointId: string;
let requestCount = 0;
const handler = askServicesHandler(registryTasksOf);

beforeAll(async () => {
  site = await RegistryService.start();
  server = createServer((request, response) => {
    requestCount += 1;
    response.writeHead(request.url === '/gone' ? 404 : 200).end('a service');
  });
  await new Promise<void>((resolve) => server.listen(0, OTHER_HOST, resolve));
  otherUrl = `http://${OTHER_HOST}:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  await site.stop();
  await new Promise((resolve) => server.close(resolve));
});
beforeEach(async () => {
  await site.platform.database('map_registry.endpoints').delete();
  await removeAll(site);
  const { platform, tasks } = site;
  const catalogId = await site.catalogId();
  const { endpoint } = await platform.database.transaction((transaction) =>
    addEndpoint(transaction, tasks, { catalogId, url: 'http://127.0.0.1:9/csw' }),
  );
  endpointId = endpoint.id;
  await site.queue.purgeQueue();
  const source = new ScriptedSource();
  source.detected = () =>
    ['/a', '/gone', '/b'].map((path) => ({ type: 'OGC:WMS', url: `${otherUrl}${path}` }));
  const client = openTaskClient(platform);
  const { signal } = new AbortController();
  await processEndpoint(platform, endpointId, {
    client,
    signal,
    tasks,
    sourcesFor: () => [source],
    taskId: randomUUID(),
  });
  await client.close();
  requestCount = 0;
});

const message = async () => (await findEndpoint(site.platform.database, endpointId))?.message;

async function theTask(): Promise<NamedServicesArguments> {
  const [task, ...others] = await site.queue.queuedTasks({ limit: 10, offset: 0 });
  expect([task?.func, others]).toEqual(['map_registry.ask_services', []]);
  return {
    endpointId,
    services: ['/a', '/gone', '/b'].map((path) => ({ type: 'OGC:WMS', url: `${otherUrl}${path}` })),
    ...task?.args,
  };
}

describe('services that an endpoint names at another host', () => {
  it('are asked by a task of that host, and the endpoint says that they are still to be asked', async () => {
    await theTask();
    expect(await message()).toBe('0 service/s created | 3 at other hosts are still to be asked');
    expect(await site.platform.database('pgboss.job').select('limit_key', 'limit_count')).toEqual([
      { limit_key: `host:${OTHER_HOST}`, limit_count: 2 },
    ]);
  });

  it('are stored and checked where they reply, once, however often the task is run', async () => {
    const args = await theTask();
    const context = taskContext(site);
    await site.queue.purgeQueue();
    await handler(args, context);
    await handler(args, context);
    expect(requestCount).toBe(3);
    expect(await message()).toBe(`2 service/s created | ${otherUrl}/gone replied with 404.`);
    expect(await site.platform.database('map_registry.services').orderBy('id').pluck('url')).toEqual([
      `${otherUrl}/a`,
      `${otherUrl}/b`,
    ]);
    const waiting = await site.queue.queuedTasks({ limit: 10, offset: 0 });
    expect(waiting.map(({ func }) => func)).toEqual(
      Array.from({ length: 2 }, () => 'map_registry.check_service'),
    );
  });

  it('are not stored where the endpoint is gone', async () => {
    const args = await theTask();
    await site.platform.database('map_registry.endpoints').delete();
    await handler(args, taskContext(site));
    expect(await site.platform.database('map_registry.services')).toEqual([]);
  });

  it('are left out with a reason where the task is lost for good', async () => {
    const args = await theTask();
    const { platform } = site;
    const loss = {
      taskId: randomUUID(),
      transaction: platform.database,
      platform,
      isCancelled: false,
      progress: null,
    };
    const killed = { error: 'Its worker was killed.' };
    await askServices.onLost?.(args, killed, { ...loss, nextAttemptSeconds: 5 });
    expect(await message()).toMatch(/still to be asked$/);
    await askServices.onLost?.(args, killed, { ...loss, nextAttemptSeconds: undefined });
    expect(await message()).toBe(
      `0 service/s created | 3 service/s at ${OTHER_HOST} were not asked: Its worker was killed.`,
    );
  });
});
