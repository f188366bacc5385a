import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { addEndpoint } from '../../../../src/apps/map-registry/endpoints/add-endpoints.ts';
import { findEndpoint } from '../../../../src/apps/map-registry/endpoints/stored-endpoints.ts';
import { cswStandIn } from '../../../../src/apps/map-registry/sandbox/stand-ins/kinds/csw-stand-in.ts';
import {
  openStandInServer,
  type StandInServer,
} from '../../../../src/apps/map-registry/sandbox/stand-ins/stand-in-server.ts';
import { eventually } from '../../../support/eventually.ts';
import { ChecksUnderTest } from '../checks/checks-under-test.ts';
import { type CountingHost, startCountingHost } from '../checks/counting-host.ts';

jest.setTimeout(120_000);

const CATALOGUES = 3;
const SERVICES_OF_EACH = 12;
const LAYERS = 12;

let checks: ChecksUnderTest;
let host: CountingHost;
let catalogues: StandInServer;

beforeAll(async () => {
  host = await startCountingHost(31, { replyMilliseconds: 30 });
  catalogues = await openStandInServer(
    Array.from({ length: CATALOGUES }, (_, number) =>
      cswStandIn({
        path: `/csw${number}`,
        title: 'A catalogue of what another host has',
        version: '2.0.2',
        records: Array.from({ length: SERVICES_OF_EACH }, (__, index) => ({
          identifier: `${index}`,
          title: `service ${index}`,
          references: [{ scheme: 'OGC:WMS', url: `${host.url}/${number}/${index}/wms` }],
        })),
      }),
    ),
  );
  checks = await ChecksUnderTest.open();
  await Promise.all([1, 2].map(() => checks.startEngine({ ENGINE_WORKER_COUNT: '4' })));
});
afterAll(async () => {
  await checks.close();
  await catalogues.close();
  await host.close();
});

describe('engines that ask the services of catalogues whether they are there', () => {
  it('have no more connections open to a host than it may have, the checks of its layers among them', async () => {
    const { platform, tasks } = checks.site;
    const catalogId = await checks.site.catalogId();
    const endpointIds = await platform.database.transaction(async (transaction) => {
      const ids: string[] = [];
      for (let number = 0; number < CATALOGUES; number += 1) {
        const url = `${catalogues.url}/csw${number}`;
        ids.push((await addEndpoint(transaction, tasks, { catalogId, url })).endpoint.id);
      }
      return ids;
    });
    const layerIds = await checks.enqueueChecks([host], LAYERS);
    await checks.checked(layerIds, 60_000);
    const messages = async () => {
      const found = await Promise.all(endpointIds.map((id) => findEndpoint(platform.database, id)));
      return found.map((endpoint) => endpoint?.message);
    };
    const all = endpointIds.map(() => `${SERVICES_OF_EACH} service/s created`);
    await eventually(async () => JSON.stringify(await messages()) === JSON.stringify(all), 60_000);
    expect(
      await platform.database('map_registry.services').whereLike('url', '%/wms').pluck('host'),
    ).toHaveLength(CATALOGUES * SERVICES_OF_EACH);
    expect(host.mostConnections).toBeLessThanOrEqual(2);
  });
});
