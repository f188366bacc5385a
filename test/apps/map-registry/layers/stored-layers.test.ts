import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { findCatalog } from '../../../../src/apps/map-registry/catalogs/stored-catalogs.ts';
import {
  countLayersOf,
  findLayer,
  findLayerOf,
  findLayers,
  listLayersOf,
} from '../../../../src/apps/map-registry/layers/stored-layers.ts';
import {
  countServices,
  findService,
  findServiceOf,
  listServices,
  type ServiceList,
} from '../../../../src/apps/map-registry/layers/stored-services.ts';
import { createTestDatabase, type TestDatabase } from '../../../support/database.ts';

let test: TestDatabase;
let catalogId: string;
const serviceIds: string[] = [];
const layerIds: string[] = [];

beforeAll(async () => {
  test = await createTestDatabase();
  catalogId = (await findCatalog(test.database, 'hypermap'))?.id ?? '';
  const common = { catalog_id: catalogId, host: 'maps.example' };
  const services = [
    {
      ...common,
      type: 'OGC:WMS',
      url: 'https://maps.example/wms',
      title: 'Roads',
      last_updated: '2026-01-01',
    },
    {
      ...common,
      type: 'OGC:WMTS',
      url: 'https://maps.example/a',
      title: 'Atlas',
      last_updated: '2026-01-03',
    },
    {
      ...common,
      type: 'OGC:WMS',
      url: 'https://maps.example/b',
      title: '50%_done',
      last_updated: '2026-01-02',
    },
  ];
  serviceIds.push(...(await insertAll('map_registry.services', services)));
  const layers = ['c', 'a', 'b'].map((name) => ({
    catalog_id: catalogId,
    service_id: serviceIds[0],
    name,
    min_x: -10,
    recent_checks: '-1',
  }));
  layerIds.push(...(await insertAll('map_registry.layers', layers)));
});

afterAll(() => test.drop());

async function insertAll(table: string, rows: readonly object[]): Promise<string[]> {
  const inserted: { id: string }[] = await test.database(table).insert(rows).returning('id');
  return inserted.map(({ id }) => id);
}

describe('services', () => {
  const titles = async (list: Omit<ServiceList, 'catalogId'>, page = 1, size = 10) =>
    (await listServices(test.database, { catalogId, ...list }, { page, size })).map(({ title }) => title);

  it('are found by UUID and by id, in their own catalogue alone', async () => {
    const service = await findService(test.database, String(serviceIds[0]));
    expect(service).toMatchObject({ title: 'Roads', checkCount: 0, recentChecks: 0n, layerCount: 0 });
    expect(await findServiceOf(test.database, catalogId, String(service?.uuid))).toEqual(service);
    expect(await findServiceOf(test.database, catalogId, String(service?.id))).toEqual(service);
    expect(await findServiceOf(test.database, '999', String(service?.id))).toBeUndefined();
    for (const key of ["' OR 1=1", '', '99999999999999999999', 'd9428888-122b-11e1-b85c-61cd3cbb3210']) {
      expect(await findServiceOf(test.database, catalogId, key)).toBeUndefined();
    }
  });

  it('are listed by pages, newest first unless another order is given', async () => {
    expect(await titles({})).toEqual(['Atlas', '50%_done', 'Roads']);
    expect(await titles({}, 2, 2)).toEqual(['Roads']);
    expect(await titles({ orderBy: 'title' })).toEqual(['50%_done', 'Atlas', 'Roads']);
    expect(await titles({ orderBy: '-title' })).toEqual(['Roads', 'Atlas', '50%_done']);
    expect(await titles({}, 1_000_000, 10)).toEqual([]);
  });

  it('are narrowed by type, host and text, in which nothing is a pattern', async () => {
    expect(await titles({ type: 'OGC:WMS' })).toEqual(['50%_done', 'Roads']);
    expect(await titles({ host: 'other.example' })).toEqual([]);
    expect(await titles({ text: 'ROAD' })).toEqual(['Roads']);
    expect(await titles({ text: '%_d' })).toEqual(['50%_done']);
    expect(await titles({ text: '\0' })).toEqual([]);
    expect(await countServices(test.database, { catalogId, type: 'OGC:WMS' })).toEqual({
      count: 2,
      isEstimated: false,
    });
  });
});

describe('layers', () => {
  it('are found by UUID and by id, with their box and all bits of their checks', async () => {
    const layer = await findLayer(test.database, String(layerIds[0]));
    expect(layer).toMatchObject({ name: 'c', box: { minX: -10, minY: -90, maxX: 180, maxY: 90 } });
    expect(layer?.recentChecks).toBe(2n ** 64n - 1n);
    expect(await findLayerOf(test.database, catalogId, String(layer?.uuid))).toEqual(layer);
    expect(await findLayerOf(test.database, catalogId, String(layer?.id))).toEqual(layer);
    expect(await findLayerOf(test.database, '999', String(layer?.id))).toBeUndefined();
    expect(await findLayers(test.database, [...layerIds, '999999'])).toHaveLength(3);
  });

  it('are listed by their names', async () => {
    const names = async (page: number) =>
      (await listLayersOf(test.database, String(serviceIds[0]), { page, size: 2 })).map(({ name }) => name);
    expect([await names(1), await names(2), await names(3)]).toEqual([['a', 'b'], ['c'], []]);
    expect((await countLayersOf(test.database, String(serviceIds[0]))).count).toBe(3);
  });
});
