import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { checkServiceHandler } from '../../../../src/apps/map-registry/checks/check-service.ts';
import { readChecks } from '../../../../src/apps/map-registry/checks/history.ts';
import { FAULTS } from '../../../../src/apps/map-registry/sandbox/stand-ins/faults.ts';
import {
  openStandInServer,
  type StandInServer,
} from '../../../../src/apps/map-registry/sandbox/stand-ins/stand-in-server.ts';
import { sourceOf } from '../../../../src/apps/map-registry/sources/index.ts';
import { registryTasksOf } from '../../../../src/apps/map-registry/tasks.ts';
import { RegistryService } from '../registry-service.ts';
import { storeLayers, taskContext } from './checked-layers.ts';

const TIMEOUT_SECONDS = 8;

/** In these, the time for a reply is over; the others end sooner. */
const SLOW = ['hang', 'drip'];

/** The text of this one can be read all the same. */
const HARMLESS = ['wrong-encoding'];

let site: RegistryService;
let server: StandInServer;
beforeAll(async () => {
  site = await RegistryService.start({ REGISTRY_CHECK_TIMEOUT: String(TIMEOUT_SECONDS) });
  server = await openStandInServer([]);
});
afterAll(async () => {
  await server.close();
  await site.stop();
});

describe('the check of a service whose server is at fault', () => {
  it.each(FAULTS)('ends with a reason: %s', async (fault) => {
    const { database } = site.platform;
    const { serviceId } = await storeLayers(site, []);
    await database('map_registry.services')
      .where({ id: serviceId })
      .update({ url: `${server.url}/faults/${fault}/wms` });
    await checkServiceHandler(registryTasksOf, sourceOf)({ serviceId }, taskContext(site));
    const [check] = await readChecks(database, { serviceId }, { before: undefined, limit: 1 });
    expect(check).toMatchObject({ success: HARMLESS.includes(fault) });
    expect(check?.message.length).toBeGreaterThan(HARMLESS.includes(fault) ? 1 : 10);
    const isOverdue = check?.message.includes(`within ${TIMEOUT_SECONDS} seconds`);
    expect(isOverdue).toBe(SLOW.includes(fault));
    expect(check?.responseSeconds).toBeGreaterThan(SLOW.includes(fault) ? 0.9 * TIMEOUT_SECONDS : 0);
  });
});
