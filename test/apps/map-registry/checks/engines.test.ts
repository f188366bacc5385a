import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { findOrCreateService } from '../../../../src/apps/map-registry/harvest/find-or-create-service.ts';
import { findService } from '../../../../src/apps/map-registry/layers/stored-services.ts';
import { wmsStandIn } from '../../../../src/apps/map-registry/sandbox/stand-ins/kinds/wms-stand-in.ts';
import { WATER_WMS } from '../../../../src/apps/map-registry/sandbox/stand-ins/sample-services.ts';
import { openStandInServer } from '../../../../src/apps/map-registry/sandbox/stand-ins/stand-in-server.ts';
import { eventually } from '../../../support/eventually.ts';
import { ChecksUnderTest } from './checks-under-test.ts';
import { type CountingHost, startCountingHost } from './counting-host.ts';

const HOSTS = 3;
const LAYERS_OF_EACH = 20;

let checks: ChecksUnderTest;
let hosts: CountingHost[];

beforeAll(async () => {
  checks = await ChecksUnderTest.open();
  await Promise.all([1, 2].map(() => checks.startEngine({ ENGINE_WORKER_COUNT: '3' })));
});
afterAll(() => checks.close());
beforeEach(async () => {
  hosts = await Promise.all(
    Array.from({ length: HOSTS }, (_, index) => startCountingHost(11 + index, { replyMilliseconds: 20 })),
  );
});
afterEach(() => Promise.all(hosts.map((host) => host.close())));

describe('engines that check layers', () => {
  it('have no more connections open to a host than it may have, all of them together', async () => {
    const layerIds = await checks.enqueueChecks(hosts, LAYERS_OF_EACH);
    const counted = await checks.checked(layerIds);
    expect(counted).toEqual(layerIds.map(() => ({ checkCount: '1', successCount: '1' })));
    expect(hosts.map(({ requestCount }) => requestCount)).toEqual(hosts.map(() => LAYERS_OF_EACH));
    for (const { mostConnections } of hosts) expect(mostConnections).toBeLessThanOrEqual(2);
  });

  it('lose no check with a worker that is killed, and count it once', async () => {
    const [host] = hosts;
    if (!host) throw new Error('There is a host');
    host.hang(true);
    const layerIds = await checks.enqueueChecks([host], 1);
    await eventually(() => host.requestCount > 0);
    const workerPid = await eventually(async () => {
      const [running] = await checks.site.queue.running({ limit: 1 });
      return running?.workerPid;
    });
    host.hang(false);
    process.kill(workerPid, 'SIGKILL');
    expect(await checks.checked(layerIds)).toEqual([{ checkCount: '1', successCount: '1' }]);
    expect(host.requestCount).toBe(2);
  });

  it('harvest a new service and check each of its layers, all in one go', async () => {
    const server = await openStandInServer([wmsStandIn(WATER_WMS)]);
    try {
      const { site } = checks;
      const catalogId = await site.catalogId();
      const serviceId = await site.platform.database.transaction(async (transaction) => {
        const { service } = await findOrCreateService(transaction, catalogId, {
          type: 'OGC:WMS',
          url: `${server.url}${WATER_WMS.path}`,
        });
        await site.tasks.checkServices(transaction, [{ serviceId: service.id, host: service.host }]);
        return service.id;
      });
      const layers = () => site.platform.database('map_registry.layers').where({ service_id: serviceId });
      await eventually(async () => (await layers().where({ check_count: 1 })).length === 9);
      expect(await layers().whereNot({ success_count: 1 })).toEqual([]);
      expect(await findService(site.platform.database, serviceId)).toMatchObject({
        title: WATER_WMS.title,
        layerCount: 9,
        checkCount: 1,
        lastMessage: 'OK',
      });
      expect(server.mostAtOnce).toBeLessThanOrEqual(2);
    } finally {
      await server.close();
    }
  });
});
