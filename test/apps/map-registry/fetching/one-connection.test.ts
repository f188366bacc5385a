import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { openTaskClient } from '../../../../src/apps/map-registry/fetching/open-outside-client.ts';
import { type CountingHost, startCountingHost } from '../checks/counting-host.ts';
import { RegistryService } from '../registry-service.ts';

let host: CountingHost;
let site: RegistryService;
beforeEach(async () => {
  host = await startCountingHost(41, { replyMilliseconds: 2 });
  site = await RegistryService.start();
});
afterEach(async () => {
  await site.stop();
  await host.close();
});

it('a task that asks a host many things, one after the other or at once, has one connection to it', async () => {
  const client = openTaskClient(site.platform);
  const { signal } = new AbortController();
  for (let count = 0; count < 30; count += 1) await client.get(new URL(host.url), { signal });
  await Promise.all(Array.from({ length: 5 }, () => client.get(new URL(host.url), { signal })));
  await client.close();
  expect([host.requestCount, host.mostConnections]).toEqual([35, 1]);
});
