import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  momentOfDate,
  storeRecords,
} from '../../../../../src/apps/map-registry/csw/records/store-records.ts';
import { createTestDatabase, type TestDatabase } from '../../../../support/database.ts';
import { insertLayers } from '../stored-layers.ts';

let test: TestDatabase;

beforeAll(async () => {
  test = await createTestDatabase();
});

afterAll(() => test.drop());

function store(layerIds: readonly string[]): Promise<void> {
  return test.database.transaction((transaction) => storeRecords(transaction, layerIds));
}

async function recordOf(layerId: string): Promise<Record<string, unknown>> {
  return (await test.database('map_registry.records').where({ layer_id: layerId }).first()) ?? {};
}

describe('the records of layers', () => {
  it('have the texts of the layer and its service, and find them in lower case', async () => {
    const [id = ''] = await insertLayers(test.database, [
      {
        name: 'roads',
        title: 'ROADS & "Straßen" {a,b}',
        abstract: 'Ä\\Ü',
        keywords: ['Trans,port', 'a"b'],
        box: [-10, -20, 30, 40],
      },
    ]);
    await store([id]);
    expect(await recordOf(id)).toMatchObject({
      is_listed: true,
      title: 'ROADS & "Straßen" {a,b}',
      alternative: 'roads',
      format: 'OGC:WMS',
      source: 'http://wms.example.com/wms?',
      subjects: ['Trans,port', 'a"b'],
      given_xml: null,
      any_text: expect.stringContaining('roads & "straßen" {a,b}\nroads\nä\\ü\ntrans,port\na"b\n'),
    });
  });

  it('have the date of the metadata rather than one that was detected', async () => {
    const [id = ''] = await insertLayers(test.database, [{ name: 'dated' }]);
    await test.database('map_registry.layer_dates').insert([
      { layer_id: id, date: '1700-01-01', year: 1700, origin: 'detected' },
      { layer_id: id, date: '-0160-01-01', year: -160, origin: 'metadata' },
    ]);
    await store([id]);
    expect(await recordOf(id)).toMatchObject({ date: '-0160-01-01', dated: '0161-01-01 00:00:00+00 BC' });
  });

  it('follow the layer: they are listed while it is valid, and are removed with it', async () => {
    const [id = ''] = await insertLayers(test.database, [{ name: 'changing' }]);
    await store([id]);
    await test.database('map_registry.layers').where({ id }).update({ is_valid: false });
    expect(await recordOf(id)).toMatchObject({ is_listed: false });
    await test.database('map_registry.layers').where({ id }).update({ is_valid: true, title: 'New' });
    await store([id, '999999']);
    expect(await recordOf(id)).toMatchObject({ is_listed: true, title: 'New' });
    await test.database('map_registry.layers').where({ id }).delete();
    expect(await recordOf(id)).toEqual({});
  });
});

describe('a date as a moment', () => {
  it.each([
    ['2014', '2014-01-01T00:00:00Z'],
    ['2014-09', '2014-09-01T00:00:00Z'],
    ['1855-01-01', '1855-01-01T00:00:00Z'],
    ['2014-09-23T10:00:00+02:00', '2014-09-23T10:00:00+02:00'],
    ['-0160-01-01', '0161-01-01T00:00:00Z BC'],
    ['0000-01-01', '0001-01-01T00:00:00Z BC'],
    ['-500000000-01-01', '-infinity'],
    ['2014-02-30', undefined],
    ['2014-09-23T25:00', undefined],
    ['last year', undefined],
    ['99999-01-01', undefined],
  ])('%s is %s', (date, moment) => {
    expect(momentOfDate(date)).toBe(moment);
  });
});
