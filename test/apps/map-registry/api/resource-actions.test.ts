import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { RegistryService } from '../registry-service.ts';

let site: RegistryService;
let operator: Record<string, string>;
let viewer: Record<string, string>;
let serviceId: string;
let layerId: string;

beforeAll(async () => {
  site = await RegistryService.start();
  operator = await site.signUp('olga', 'operator');
  viewer = await site.signUp('victor', 'viewer');
});
afterAll(() => site.stop());

beforeEach(async () => {
  const { database } = site.platform;
  await database.raw('TRUNCATE map_registry.services, map_registry.layers_to_index CASCADE');
  await site.queue.purgeQueue();
  const catalog_id = await site.catalogId();
  const url = 'http://maps.example/wms';
  const [service] = await database('map_registry.services')
    .insert({ catalog_id, type: 'OGC:WMS', url, host: 'maps.example' })
    .returning<{ id: string }[]>('id');
  serviceId = service?.id ?? '';
  const counted = { check_count: 3, success_count: 2, last_status: true };
  const layers = await database('map_registry.layers')
    .insert(['a', 'b'].map((name) => ({ catalog_id, service_id: serviceId, name, ...counted })))
    .returning<{ id: string }[]>('id');
  layerId = layers[0]?.id ?? '';
});

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

const post = (path: string, body: string, headers: Record<string, string> = operator) =>
  site.send('POST', `/hypermap/${path}`, { body, headers: { ...FORM, ...headers } });

async function waitingTasks() {
  const tasks = await site.queue.queuedTasks({ limit: 10, offset: 0 });
  return tasks.map(({ func, args }) => [func, args]);
}

const noted = async () =>
  Number((await site.platform.database('map_registry.layers_to_index').count())[0]?.['count']);

it('has a service checked, and goes back to its page', async () => {
  const { status, headers } = await post(`service/${serviceId}/`, 'check=1');
  expect([status, headers.get('location')]).toEqual([303, `/registry/hypermap/service/${serviceId}/`]);
  expect(await waitingTasks()).toEqual([['map_registry.check_service', { serviceId }]]);
});

it('has a layer checked, and says so to a program', async () => {
  const { status, json } = await post(`layer/${layerId}/`, 'check=1', {
    ...operator,
    accept: 'application/json',
  });
  expect([status, json]).toEqual([202, { action: 'check' }]);
  expect(await waitingTasks()).toEqual([['map_registry.check_layer', { layerId }]]);
});

it('has all layers of a service indexed, or one', async () => {
  await post(`layer/${layerId}`, 'index=1');
  expect(await noted()).toBe(1);
  await post(`service/${serviceId}`, 'index=1');
  expect(await noted()).toBe(2);
  expect(await waitingTasks()).toEqual([['map_registry.index_cached_layers', {}]]);
});

it('removes the checks of a layer at once, and those of a service by a task', async () => {
  await post(`layer/${layerId}/`, 'remove=1');
  const counts = await site.platform.database('map_registry.layers').orderBy('id').pluck('check_count');
  expect(counts.map(Number)).toEqual([0, 3]);
  await post(`service/${serviceId}/`, 'remove=1');
  expect(await waitingTasks()).toEqual([['map_registry.remove_service_checks', { serviceId }]]);
});

it.each([
  ['nobody', () => ({}), 401],
  ['somebody who may only look', () => viewer, 403],
  ['a page of another site', () => ({ ...operator, origin: 'http://elsewhere.example' }), 403],
] as const)('does nothing for %s', async (_who, headers, status) => {
  for (const path of [`service/${serviceId}/`, `layer/${layerId}/`]) {
    expect((await post(path, 'check=1', headers())).status).toBe(status);
  }
  expect(await waitingTasks()).toEqual([]);
});

it('refuses what is no action, and what is not there', async () => {
  expect((await post(`service/${serviceId}/`, 'explode=1')).json).toEqual({
    non_field_errors: ['Name one of check, remove, index.'],
  });
  expect((await post(`service/${serviceId}/`, 'check=1&index=1')).status).toBe(400);
  for (const path of ['service/999/', 'layer/999/', 'layer/none/']) {
    expect((await post(path, 'check=1')).status).toBe(404);
  }
  const elsewhere = { body: 'check=1', headers: { ...FORM, ...operator } };
  expect((await site.send('POST', `/nowhere/service/${serviceId}/`, elsewhere)).status).toBe(404);
});
