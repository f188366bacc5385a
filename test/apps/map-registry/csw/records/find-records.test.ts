import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Condition } from '../../../../../src/apps/map-registry/csw/filters/condition.ts';
import { findRecords, matchRecords } from '../../../../../src/apps/map-registry/csw/records/find-records.ts';
import { RememberedMatches } from '../../../../../src/apps/map-registry/csw/records/remembered-matches.ts';
import { searchRecords } from '../../../../../src/apps/map-registry/csw/records/search-records.ts';
import { storeRecords } from '../../../../../src/apps/map-registry/csw/records/store-records.ts';
import { createTestDatabase, type TestDatabase } from '../../../../support/database.ts';
import { insertLayers } from '../stored-layers.ts';

const RECORDS = 1_200;

let test: TestDatabase;
let catalogId = '';

/** Every search but the first for a condition is one of what was counted before. */
const remembered = new RememberedMatches();

beforeAll(async () => {
  test = await createTestDatabase();
  const [first = ''] = await insertLayers(test.database, [{ name: 'sheet 0001' }]);
  await test.database.raw(
    `INSERT INTO map_registry.layers (catalog_id, service_id, name, title, abstract, min_x, min_y, max_x, max_y)
     SELECT catalog_id, service_id, given.title, given.title, '', min_x, min_y, max_x, max_y
     FROM map_registry.layers layer, (SELECT format('sheet %s', lpad(number::text, 4, '0')) AS title
       FROM generate_series(2, ?::integer) number) given (title)
     WHERE layer.id = ? ORDER BY given.title`,
    [RECORDS, first],
  );
  const layers = await test.database('map_registry.layers').orderBy('id').select('id', 'catalog_id');
  catalogId = layers[0]?.catalog_id ?? '';
  await test.database.transaction((transaction) =>
    storeRecords(
      transaction,
      layers.map(({ id }) => id),
    ),
  );
});

afterAll(() => test.drop());

const anyText = (value: string): Condition => ({
  kind: 'like',
  queryable: { kind: 'any' },
  value,
  matchesCase: false,
});

async function titlesOf(
  condition: Condition | undefined,
  startPosition: number,
  isDescending?: boolean,
): Promise<readonly string[]> {
  const sortKeys = isDescending === undefined ? [] : [{ name: 'dc:title', isDescending }];
  const search = { catalogId, condition, sortKeys, startPosition, maxRecords: 2 };
  const counted = await searchRecords(test.database, search, new RememberedMatches());
  const known = await searchRecords(test.database, search, remembered);
  expect(known).toEqual(counted);
  return known.records.map(({ title }) => title);
}

describe('a page', () => {
  it.each<[string, Condition | undefined]>([
    ['many matches', anyText('%sheet%')],
    ['all records', undefined],
  ])('of %s is found wherever it is', async (_name, condition) => {
    expect(await titlesOf(condition, 1)).toEqual(['sheet 0001', 'sheet 0002']);
    expect(await titlesOf(condition, 499)).toEqual(['sheet 0499', 'sheet 0500']);
    expect(await titlesOf(condition, 500)).toEqual(['sheet 0500', 'sheet 0501']);
    expect(await titlesOf(condition, 501)).toEqual(['sheet 0501', 'sheet 0502']);
    expect(await titlesOf(condition, RECORDS)).toEqual(['sheet 1200']);
    expect(await titlesOf(condition, RECORDS + 1)).toEqual([]);
    expect(await titlesOf(condition, 2, true)).toEqual(['sheet 1199', 'sheet 1198']);
  });

  it('of few matches is sorted among them', async () => {
    expect(await titlesOf(anyText('%sheet 000%'), 8)).toEqual(['sheet 0008', 'sheet 0009']);
    expect(await titlesOf(anyText('%sheet 000%'), 9)).toEqual(['sheet 0009']);
    expect(await titlesOf(anyText('%sheet 000%'), 1, true)).toEqual(['sheet 0009', 'sheet 0008']);
    expect(await titlesOf(anyText('%sheet 000%'), 9, true)).toEqual(['sheet 0001']);
  });

  it('is known for the first ones of very many matches', async () => {
    const search = { catalogId, condition: anyText('%sheet%') };
    const all = await matchRecords(test.database, search, RECORDS);
    const first = await matchRecords(test.database, search, RECORDS - 1);
    expect([all.total, all.ids.length]).toEqual([RECORDS, RECORDS]);
    expect([first.total, first.ids]).toEqual([RECORDS, all.ids.slice(0, 500)]);
    const page = { ...search, sortKeys: [], startPosition: 500, maxRecords: 2 };
    expect(await findRecords(test.database, page, first)).toEqual(
      await findRecords(test.database, page, all),
    );
  });

  it('counts the records of a box with those that touch it', async () => {
    const condition: Condition = {
      kind: 'spatial',
      relation: 'intersects',
      box: { minX: 180, minY: 90, maxX: 180, maxY: 90 },
    };
    expect((await matchRecords(test.database, { catalogId, condition })).total).toBe(RECORDS);
    expect((await matchRecords(test.database, { catalogId: '0', condition })).total).toBe(0);
  });
});
