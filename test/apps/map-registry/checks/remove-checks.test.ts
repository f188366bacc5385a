import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { removeServiceChecksHandler } from '../../../../src/apps/map-registry/checks/remove-checks.ts';
import { eventually } from '../../../support/eventually.ts';
import { RegistryService } from '../registry-service.ts';
import { storeLayers, taskContext } from './checked-layers.ts';

let site: RegistryService;

beforeAll(async () => {
  site = await RegistryService.start();
});
afterAll(() => site.stop());

/** How many transactions wait for a lock. */
async function waiting(): Promise<number> {
  const { rows } = await site.platform.database.raw(
    `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
  );
  return rows.length;
}

it('removing the checks of a service and a harvest of it, at once, do not wait for each other', async () => {
  const { database } = site.platform;
  const { serviceId, layerIds } = await storeLayers(site, [null, null]);
  const [first, last] = layerIds;
  const change = { title: 'changed' };
  const check = await database.transaction();
  await check('map_registry.layers').where({ id: first }).forUpdate().first('id');
  let [hasService, hasRemoved] = [false, false];
  const removal = removeServiceChecksHandler()({ serviceId }, taskContext(site)).finally(() => {
    hasRemoved = true;
  });
  await eventually(async () => (await waiting()) === 1);
  // A harvest takes its layers in the order of their names.
  const harvest = database.transaction(async (transaction) => {
    await transaction('map_registry.services').where({ id: serviceId }).forUpdate().first('id');
    await transaction('map_registry.layers').where({ id: last }).update(change);
    hasService = true;
    await eventually(async () => check.isCompleted() && (hasRemoved || (await waiting()) === 1));
    await transaction('map_registry.layers').where({ id: first }).update(change);
  });
  await eventually(async () => hasService || (await waiting()) === 2);
  await check.commit();
  await Promise.all([removal, harvest]);
  expect(await database('map_registry.layers').where(change).pluck('id')).toHaveLength(2);
});
