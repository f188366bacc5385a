import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { mapRegistryAdmin } from '../../../../src/apps/map-registry/admin/index.ts';
import { LAYERS, SERVICES } from '../../../../src/apps/map-registry/admin/resources.ts';
import { RegistryService } from '../registry-service.ts';

let service: RegistryService;
let serviceId: string;
let layers: readonly { readonly id: string; readonly uuid: string }[];

beforeAll(async () => {
  service = await RegistryService.start();
});

afterAll(() => service.stop());

/** A service with a layer that is watched, and one that is not. */
beforeEach(async () => {
  const { database } = service.platform;
  const catalog_id = await service.catalogId();
  const url = `https://maps.example/${crypto.randomUUID()}`;
  const [row] = await database('map_registry.services')
    .insert({ catalog_id, type: 'OGC:WMS', url, host: 'maps.example', title: 'Maps' })
    .returning(['id']);
  serviceId = row.id;
  layers = await database('map_registry.layers')
    .insert(
      [true, false].map((is_monitored) => ({
        catalog_id,
        service_id: serviceId,
        name: String(is_monitored),
        is_monitored,
        check_count: 2,
        success_count: 1,
      })),
    )
    .returning(['id', 'uuid']);
});

const layerRows = () =>
  service.platform.database('map_registry.layers').where({ service_id: serviceId }).orderBy('id');

/** Does something to services or layers. Returns what the operator reads, and how many it was done to. */
async function act(resource: string, name: string, ids: readonly string[]) {
  const action = mapRegistryAdmin.actions?.find((each) => each.resource === resource && each.name === name);
  if (!action) throw new Error(`There is no action ${name}`);
  const { platform, queue } = service;
  const outcome = await action.run({ platform, queue }, { ids, input: {}, username: 'ada' });
  if (typeof outcome === 'string') throw new Error('The outcome has no number');
  return { message: outcome.message, count: outcome.count };
}

const uuids = () => layers.map(({ uuid }) => uuid);

it('a check leaves out what is not watched, and says so', async () => {
  expect(await act(LAYERS, 'check', uuids())).toEqual({
    message: '1 layer will be checked. 1 layer not watched: left out.',
    count: 1,
  });
});

it('layers are watched and no longer watched', async () => {
  expect((await act(LAYERS, 'unwatch', uuids())).message).toBe('Stopped watching 2 layers.');
  expect(await layerRows().pluck('is_monitored')).toEqual([false, false]);
  expect((await act(LAYERS, 'watch', uuids().slice(0, 1))).message).toBe('Watching 1 layer.');
  expect(await layerRows().pluck('is_monitored')).toEqual([true, false]);
});

it('the checks of a layer are removed', async () => {
  expect((await act(LAYERS, 'remove-checks', uuids().slice(0, 1))).message).toBe(
    'Removed the checks of 1 layer.',
  );
  expect(await layerRows().pluck('check_count')).toEqual(['0', '2']);
});

it('a service that is not watched is not checked', async () => {
  const { database } = service.platform;
  const [row] = await database('map_registry.services')
    .where({ id: serviceId })
    .update({ is_monitored: false })
    .returning(['uuid']);
  expect(await act(SERVICES, 'check', [row.uuid])).toEqual({
    message: '0 services will be checked. 1 service not watched: left out.',
    count: 0,
  });
});
