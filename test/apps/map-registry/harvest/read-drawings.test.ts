import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { readDrawingsHandler } from '../../../../src/apps/map-registry/harvest/read-drawings.ts';
import { SourceError } from '../../../../src/apps/map-registry/sources/map-source.ts';
import { taskContext } from '../checks/checked-layers.ts';
import { RegistryService } from '../registry-service.ts';
import { describedService, ScriptedSource } from '../scripted-source.ts';

let site: RegistryService;
let serviceId: string;

beforeAll(async () => {
  site = await RegistryService.start();
});

afterAll(() => site.stop());

beforeEach(async () => {
  const { database } = site.platform;
  const catalog_id = await site.catalogId();
  const url = `https://tiles.example/${crypto.randomUUID()}`;
  const [service] = await database('map_registry.services')
    .insert({ catalog_id, type: 'OGC:WMTS', url, host: 'tiles.example' })
    .returning(['id']);
  serviceId = service.id;
  await database('map_registry.layers').insert([
    { catalog_id, service_id: serviceId, name: 'drawn', drawing: JSON.stringify('as before') },
    { catalog_id, service_id: serviceId, name: 'inserted', drawing: null },
    { catalog_id, service_id: serviceId, name: 'unknown to its server', drawing: null },
  ]);
});

const layers = () =>
  site.platform.database('map_registry.layers').where({ service_id: serviceId }).orderBy('name');

/** Runs the task with a source that replies so. Returns what the task does, and the source. */
async function readDrawings(harvested: ScriptedSource['harvested']) {
  const source = new ScriptedSource(['OGC:WMTS']);
  source.harvested = harvested;
  const count = await readDrawingsHandler(() => source)({ serviceId }, taskContext(site));
  return { count, source };
}

it('stores how a layer is drawn, and nothing else of its server', async () => {
  const before = await layers().select('name', 'title', 'srs', 'is_monitored');
  const { count } = await readDrawings(
    describedService([
      { name: 'drawn', drawing: 'anew' },
      { name: 'inserted', drawing: 'by tiles' },
      { name: 'not inserted', drawing: 'by tiles' },
    ]),
  );
  expect(count).toBe(1);
  expect(await layers().pluck('drawing')).toEqual(['as before', 'by tiles', null]);
  expect(await layers().select('name', 'title', 'srs', 'is_monitored')).toEqual(before);
  const noted = await site.platform
    .database('map_registry.layers_to_index')
    .whereIn('layer_id', layers().clearOrder().select('id'));
  expect(noted).toHaveLength(1);
});

it('does not ask a server whose layers are all drawn', async () => {
  await layers().clearOrder().whereNull('drawing').delete();
  const { count, source } = await readDrawings(describedService(['drawn']));
  expect([count, source.harvests]).toEqual([0, []]);
});

it('leaves the layers as they are where the server does not reply as it should', async () => {
  expect((await readDrawings(new SourceError('It sent something else.'))).count).toBe(0);
  expect(await layers().pluck('drawing')).toEqual(['as before', null, null]);
});

it('fails where the fault is not of the server, so that it is tried again', async () => {
  const fault = new Error('ours');
  await expect(readDrawings(fault)).rejects.toBe(fault);
});
