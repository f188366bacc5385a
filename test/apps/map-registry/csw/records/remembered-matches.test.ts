import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { inReadTransaction } from '../../../../../src/apps/map-registry/csw/records/read-transaction.ts';
import { storeRecords } from '../../../../../src/apps/map-registry/csw/records/store-records.ts';
import { RegistryService } from '../../registry-service.ts';
import { CswClient, getRecords, matchedOf, titlesOf } from '../csw-client.ts';
import { insertLayers, type SampleLayer } from '../stored-layers.ts';

const ROADS =
  '<f:PropertyIsLike wildCard="%" singleChar="_" escapeChar="\\"><f:PropertyName>csw:AnyText</f:PropertyName><f:Literal>%roads%</f:Literal></f:PropertyIsLike>';

let service: RegistryService;
let csw: CswClient;
/** The statements that counted records. */
let counts: string[];

beforeAll(async () => {
  service = await RegistryService.start();
  csw = new CswClient(service);
  service.platform.database.on('query', ({ sql }: { readonly sql: string }) => {
    if (sql.includes('count(*)')) counts.push(sql);
  });
});

beforeEach(async () => {
  counts = [];
  await service.platform.database('map_registry.layers').delete();
  await storeLayers([{ name: 'roads of Köln' }, { name: 'roads of Bonn' }, { name: 'rivers' }]);
  expect(await csw.count('2.0.2', ROADS)).toBe(2);
  counts = [];
});

afterAll(() => service.stop());

async function storeLayers(layers: readonly SampleLayer[]): Promise<readonly string[]> {
  const ids = await insertLayers(service.platform.database, layers);
  await service.platform.database.transaction((transaction) => storeRecords(transaction, ids));
  return ids;
}

function layersNamed(name: string) {
  return service.platform.database('map_registry.layers').where({ name });
}

/** Returns the version of the records of the default catalogue. */
async function version(): Promise<string> {
  return inReadTransaction(
    service.platform.database,
    await service.catalogId(),
    async (snapshot) => snapshot.version,
  );
}

describe('what fulfils a condition', () => {
  it('is counted once while the records stay the same', async () => {
    expect(await csw.count('2.0.2', ROADS)).toBe(2);
    expect(await csw.countByCql("csw:AnyText LIKE '%roads%'")).toBe(2);
    expect(counts).toEqual([]);
    expect(await csw.count('2.0.2', '')).toBe(3);
    expect(counts).toHaveLength(1);
  });

  it('stays known when another catalogue changes', async () => {
    await storeLayers([{ name: 'roads elsewhere', catalog: 'other' }]);
    expect(await csw.count('2.0.2', ROADS)).toBe(2);
    expect(counts).toEqual([]);
    expect(await new CswClient(service, 'other').count('2.0.2', ROADS)).toBe(1);
  });

  it.each<[string, () => Promise<unknown>, number]>([
    ['a record is stored', () => storeLayers([{ name: 'roads of Aachen' }]), 3],
    ['a layer is not valid any more', () => layersNamed('roads of Bonn').update({ is_valid: false }), 1],
    ['a layer is deleted', () => layersNamed('roads of Bonn').delete(), 1],
    [
      'a record is changed',
      () =>
        service.platform
          .database('map_registry.records')
          .where({ title: 'rivers' })
          .update({ any_text: 'rivers and roads' }),
      3,
    ],
    ['all records are removed', () => service.platform.database.raw('TRUNCATE map_registry.records'), 0],
  ])('is right when %s', async (_change, change, count) => {
    await change();
    expect(await csw.count('2.0.2', ROADS)).toBe(count);
    await storeLayers([{ name: 'roads of Trier' }]);
    expect(await csw.count('2.0.2', ROADS)).toBe(count + 1);
  });

  it('is not counted again when some records change: they alone are looked at', async () => {
    await storeLayers([{ name: 'roads of Aachen' }, { name: 'lakes' }]);
    await layersNamed('roads of Bonn').update({ is_valid: false });
    await layersNamed('roads of Köln').delete();
    const reply = await csw.post(getRecords('2.0.2', ROADS));
    expect([matchedOf(reply), titlesOf(reply)]).toEqual([1, ['roads of Aachen']]);
    await layersNamed('roads of Bonn').update({ is_valid: true });
    const later = await csw.post(getRecords('2.0.2', ROADS));
    expect([matchedOf(later), titlesOf(later)]).toEqual([2, ['roads of Bonn', 'roads of Aachen']]);
    expect(counts).toEqual([]);
  });

  it('is counted again after many transactions: the last ones are known', async () => {
    for (let number = 1; number <= 12; number += 1) await storeLayers([{ name: `roads ${number}` }]);
    expect(await csw.count('2.0.2', ROADS)).toBe(14);
    expect(counts).toEqual([]);
    for (let number = 1; number <= 20; number += 1) await storeLayers([{ name: `roads of ${number}` }]);
    expect(await csw.count('2.0.2', ROADS)).toBe(34);
    expect(counts).toHaveLength(1);
    const noted = await service.platform
      .database('map_registry.changed_records')
      .countDistinct({ transactions: 'number' })
      .groupBy('change_id');
    expect(noted.every(({ transactions }) => Number(transactions) <= 16)).toBe(true);
  });

  it('is counted again when a statement changes very many records', async () => {
    await service.platform.database.raw(
      'SELECT map_registry.note_record_change(?, ARRAY(SELECT generate_series(1, 1001)))',
      [await service.catalogId()],
    );
    expect(await csw.count('2.0.2', ROADS)).toBe(2);
    expect(counts).toHaveLength(1);
  });

  it('is counted again when the database was restored, however its transactions are numbered', async () => {
    const database = service.platform.database;
    const catalogId = await service.catalogId();
    await storeLayers([{ name: 'roads of Aachen' }]);
    // The row has been taken as often, by another transaction.
    await database('map_registry.records').where({ title: 'rivers' }).delete();
    const seen = await csw.count('2.0.2', ROADS);
    await database('map_registry.changed_records').update({ transaction: '1' });
    await database('map_registry.record_changes')
      .where({ catalog_id: catalogId })
      .update({ transaction: '1' });
    counts = [];
    await storeLayers([{ name: 'roads of Trier' }]);
    expect(await csw.count('2.0.2', ROADS)).toBe(seen + 1);
    expect(counts).toHaveLength(1);
  });

  it('is right while many change records at the same time', async () => {
    const changing = Array.from({ length: 6 }, async (_, writer) => {
      for (let turn = 0; turn < 5; turn += 1) {
        await storeLayers([{ name: `roads ${writer} ${turn}` }]);
        await csw.count('2.0.2', ROADS);
        await layersNamed(`roads ${writer} ${turn}`).update(
          turn % 2 === 0 ? { is_valid: false } : { title: 'x' },
        );
      }
    });
    await Promise.all(changing);
    const matched = await csw.count('2.0.2', ROADS);
    expect(matched).toBe(2 + 6 * 2);
    // Another filter, which was not counted before.
    expect(await csw.count('2.0.2', ROADS.replace('roads', 'oads'))).toBe(matched);
  });

  it('is what is committed: each of two transactions at the same time gives another version when it ends', async () => {
    const [first = '', second = ''] = await insertLayers(service.platform.database, [
      { name: 'roads of Trier' },
      { name: 'roads of Mainz' },
    ]);
    const earlier = await service.platform.database.transaction();
    const later = await service.platform.database.transaction();
    const versions = [await version()];
    await storeRecords(earlier, [first]);
    await storeRecords(later, [second]);
    expect(await csw.count('2.0.2', ROADS)).toBe(2);
    await later.commit();
    versions.push(await version());
    expect(await csw.count('2.0.2', ROADS)).toBe(3);
    await earlier.commit();
    versions.push(await version());
    expect(await csw.count('2.0.2', ROADS)).toBe(4);
    expect(new Set(versions).size).toBe(3);
  });

  it('stays known when a transaction is rolled back, and follows one that went back to a savepoint', async () => {
    const [id = ''] = await insertLayers(service.platform.database, [{ name: 'roads of Trier' }]);
    const before = await version();
    const undone = await service.platform.database.transaction();
    await storeRecords(undone, [id]);
    await undone.rollback();
    expect(await version()).toBe(before);
    await service.platform.database.transaction(async (transaction) => {
      const inner = await transaction.transaction();
      await storeRecords(inner, [id]);
      await inner.rollback();
      await storeRecords(transaction, [id]);
    });
    expect(await version()).not.toBe(before);
    expect(await csw.count('2.0.2', ROADS)).toBe(3);
  });

  it('takes no further row for transactions that follow each other', async () => {
    const rows = async () => {
      const changes = service.platform.database('map_registry.record_changes');
      return (await changes.where({ catalog_id: await service.catalogId() })).length;
    };
    const before = await rows();
    await storeLayers([{ name: 'lakes' }, { name: 'ponds' }]);
    await layersNamed('lakes').delete();
    await layersNamed('ponds').delete();
    expect(await rows()).toBe(before);
  });
});
