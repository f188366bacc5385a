import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { reachableServices } from '../../../../src/apps/map-registry/endpoints/reachable-services.ts';
import type { OutsideClient } from '../../../../src/apps/map-registry/fetching/outside-client.ts';
import { OutsideRequestError } from '../../../../src/apps/map-registry/fetching/outside-client.ts';
import {
  openStandInServer,
  type StandInServer,
} from '../../../../src/apps/map-registry/sandbox/stand-ins/stand-in-server.ts';
import type { DetectedService } from '../../../../src/apps/map-registry/sources/map-source.ts';
import { openTestClient } from '../sources/source-context.ts';

let server: StandInServer;
let client: OutsideClient;

beforeAll(async () => {
  server = await openStandInServer([() => ({ type: 'text/plain', body: 'a service' })], {
    delayMilliseconds: 5,
  });
  client = openTestClient();
});

afterAll(async () => {
  await client.close();
  await server.close();
});

const services = (base: string, count: number): DetectedService[] =>
  Array.from({ length: count }, (_, index) => ({ type: 'OGC:WMS', url: `${base}/${index}` }));

const { signal } = new AbortController();

describe('services of other addresses', () => {
  it('are asked one by one of each host', async () => {
    const found = services(server.url, 10);
    expect(await reachableServices(found, { client, signal })).toEqual({ services: found, errors: [] });
    expect([server.requestCount, server.mostAtOnce]).toEqual([10, 1]);
  });

  it('are left out all together where their host does not reply', async () => {
    const urls: string[] = [];
    const away: OutsideClient = {
      ...client,
      request: async (url) => {
        urls.push(url.href);
        throw new OutsideRequestError(`${url.host} did not reply.`, { fault: 'timeout' });
      },
    };
    const reply = await reachableServices(services('https://away.example', 1_000), { client: away, signal });
    expect(reply).toEqual({ services: [], errors: ['away.example did not reply.'] });
    expect(urls).toEqual(['https://away.example/0']);
  });

  it('are taken unseen when the time is over', async () => {
    const found = services('https://away.example', 1_000);
    expect(await reachableServices(found, { client, signal, longestSeconds: 0 })).toEqual({
      services: found,
      errors: [],
    });
  });
});
