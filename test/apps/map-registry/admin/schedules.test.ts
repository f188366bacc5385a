import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { ensureSchedules } from '../../../../src/app-kit/app-schedules.ts';
import { mapRegistry } from '../../../../src/apps/map-registry/index.ts';
import { AdminClient, type ServedAdmin, serveAdmin } from '../../../admin/admin-client.ts';

let admin: ServedAdmin;
beforeAll(async () => {
  admin = await serveAdmin({ INSTALLED_APPS: 'map-registry', REGISTRY_CHECK_PERIOD: '120' });
});
afterAll(() => admin.stop());

it('the admin lists the periodic tasks that the first engine makes', async () => {
  await ensureSchedules(admin.platform, [mapRegistry], 'map-registry');
  const client = new AdminClient(admin);
  await client.login();
  const { rows } = (await (await client.get('/api/queue/schedules')).json()) as {
    readonly rows: readonly { readonly name: string; readonly minutes: number | null }[];
  };
  expect(rows.map(({ name }) => name).toSorted()).toEqual([
    'map_registry.check_all_services',
    'map_registry.index_cached_layers',
    'map_registry.prune_checks',
    'map_registry.tidy_tiles',
  ]);
  expect(rows).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ name: 'map_registry.check_all_services', minutes: 120 }),
      expect.objectContaining({ name: 'map_registry.index_cached_layers', minutes: 1 }),
    ]),
  );
});
