import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Knex } from 'knex';
import { findCollectionExtent } from '../../../../src/apps/view-server/catalogue/collection-extents.ts';
import { findProduct } from '../../../../src/apps/view-server/catalogue/find-product.ts';
import {
  findProducts,
  matching,
  newestFirst,
} from '../../../../src/apps/view-server/catalogue/find-products.ts';
import { KeptProducts } from '../../../../src/apps/view-server/catalogue/kept-products.ts';
import { findCoverage, listCoverages } from '../../../../src/apps/view-server/catalogue/list-coverages.ts';
import type { NewProduct, ProductFilter } from '../../../../src/apps/view-server/catalogue/product.ts';
import { ProductExistsError } from '../../../../src/apps/view-server/catalogue/product-exists-error.ts';
import { searchProducts } from '../../../../src/apps/view-server/catalogue/search-products.ts';
import { storeProduct } from '../../../../src/apps/view-server/catalogue/store-product.ts';
import { PermanentTaskError } from '../../../../src/queue/index.ts';
import { createTestDatabase, type TestDatabase } from '../../../support/database.ts';
import { sampleProduct, VIENNA } from './sample-products.ts';

let test: TestDatabase;

beforeAll(async () => {
  test = await createTestDatabase();
});

afterAll(() => test.drop());

beforeEach(() => test.database.raw('TRUNCATE view_server.products CASCADE'));

const store = (product: NewProduct, replaces = false) =>
  test.database.transaction((transaction) => storeProduct(transaction, product, { replaces }));

async function found(filter: Partial<ProductFilter>, limit = 10): Promise<readonly string[]> {
  const { products } = await findProducts(test.database, { collection: 'vhr18', ...filter }, limit);
  return products.map(({ identifier }) => identifier);
}

const during = (begin: string, end: string) => ({ begin: new Date(begin), end: new Date(end) });

describe('a product that was stored', () => {
  it('is found with its coverages', async () => {
    await store(sampleProduct('A'));
    const { products, isCut } = await findProducts(test.database, { collection: 'vhr18' }, 1);
    expect(isCut).toBe(false);
    expect(products).toMatchObject([
      {
        identifier: 'A',
        version: 1,
        box: VIENNA,
        begins: new Date('2018-06-10T10:00:00Z'),
        properties: { cloudCover: 10, platform: 'PHR' },
        coverages: [{ identifier: 'A_image', coverageType: 'RGB', box: VIENNA, widthPixels: 400 }],
      },
    ]);
    expect(await findProduct(test.database, 'A')).toEqual(products[0]);
    expect(await findCoverage(test.database, 'A_image')).toMatchObject({ product: { identifier: 'A' } });
  });

  it('is in its collections alone', async () => {
    await store(sampleProduct('A', { collections: ['vhr18', 'all', 'all'] }));
    expect(await found({ collection: 'all' })).toEqual(['A']);
    expect(await found({ collection: 'emg' })).toEqual([]);
  });

  it('is refused the second time, for good, and stays as it was', async () => {
    await store(sampleProduct('A'));
    const again = store(sampleProduct('A', { type: 'other' }));
    await expect(again).rejects.toThrow(ProductExistsError);
    await expect(again).rejects.toBeInstanceOf(PermanentTaskError);
    expect(await findProduct(test.database, 'A')).toMatchObject({ type: 'PHR_FUS__3', version: 1 });
  });

  it('is replaced whole, keeps its id, and tells both places that have changed', async () => {
    const { id } = await store(sampleProduct('A'));
    const moved = { minX: 1, minY: 1, maxX: 2, maxY: 2 };
    const replaced = await store(sampleProduct('A', { box: moved, collections: ['emg'] }), true);
    expect(replaced).toMatchObject({
      id,
      version: 2,
      changed: [
        { collections: ['vhr18'], boxes: [VIENNA], interval: { begin: new Date('2018-06-10T10:00:00Z') } },
        { collections: ['emg'], boxes: [moved] },
      ],
    });
    expect(await found({})).toEqual([]);
    expect(await found({ collection: 'emg', box: moved })).toEqual(['A']);
  });

  it('is one, also when it is stored many times at the same moment', async () => {
    await Promise.all([1, 2, 3, 4, 5].map(() => store(sampleProduct('A'), true)));
    expect(await findProduct(test.database, 'A')).toMatchObject({
      version: 5,
      coverages: [{ identifier: 'A_image' }],
    });
    const counted = await test.database('view_server.product_boxes').count<{ count: string }[]>('*');
    expect(counted).toEqual([{ count: '1' }]);
  });

  it('is refused where a coverage belongs to another product', async () => {
    await store(sampleProduct('A'));
    const other = sampleProduct('B', { coverages: sampleProduct('A').coverages });
    await expect(store(other, true)).rejects.toThrow(ProductExistsError);
    expect(await findProduct(test.database, 'B')).toBeUndefined();
  });

  it('is not stored when the transaction fails', async () => {
    const broken = test.database.transaction(async (transaction) => {
      await storeProduct(transaction, sampleProduct('A'), { replaces: true });
      throw new Error('The connection broke');
    });
    await expect(broken).rejects.toThrow('The connection broke');
    expect(await findProduct(test.database, 'A')).toBeUndefined();
  });
});

describe('products are found by time', () => {
  beforeEach(async () => {
    await store(sampleProduct('hour'));
    const instant = new Date('2018-06-10T12:00:00Z');
    await store(sampleProduct('instant', { begins: instant, ends: instant }));
  });

  it.each([
    ['around both', '2018-06-01T00:00:00Z', '2018-07-01T00:00:00Z', ['instant', 'hour']],
    ['that ends as the first begins', '2018-06-10T09:00:00Z', '2018-06-10T10:00:00Z', []],
    ['that begins as the first ends', '2018-06-10T11:00:00Z', '2018-06-10T11:30:00Z', []],
    ['that is the time of the first', '2018-06-10T10:00:00Z', '2018-06-10T11:00:00Z', ['hour']],
    ['within the first', '2018-06-10T10:10:00Z', '2018-06-10T10:20:00Z', ['hour']],
    ['of an instant within the first', '2018-06-10T10:10:00Z', '2018-06-10T10:10:00Z', ['hour']],
    ['that ends at the instant', '2018-06-10T11:30:00Z', '2018-06-10T12:00:00Z', ['instant']],
    ['that begins at the instant', '2018-06-10T12:00:00Z', '2018-06-10T13:00:00Z', ['instant']],
    ['that is the instant', '2018-06-10T12:00:00Z', '2018-06-10T12:00:00Z', ['instant']],
  ])('in an interval %s', async (_what, begin, end, expected) => {
    expect(await found({ interval: during(begin, end) })).toEqual(expected);
  });

  it('the newest first, and it is told that there are more', async () => {
    const { products, isCut } = await findProducts(test.database, { collection: 'vhr18' }, 1);
    expect(products.map(({ identifier }) => identifier)).toEqual(['instant']);
    expect(isCut).toBe(true);
  });
});

describe('products that are kept', () => {
  it('are read again once they were replaced', async () => {
    const kept = new KeptProducts();
    const filter = { collection: 'vhr18' };
    const levels = async () => {
      const { products } = await findProducts(test.database, filter, 5, kept);
      return products.map(({ identifier, level }) => [identifier, level]);
    };
    await store(sampleProduct('A', { level: 'L1' }));
    expect(await levels()).toEqual([['A', 'L1']]);
    expect(await levels()).toEqual([['A', 'L1']]);
    await store(sampleProduct('A', { level: 'L2' }), true);
    expect(await levels()).toEqual([['A', 'L2']]);
    await test.database('view_server.products').delete();
    expect(await levels()).toEqual([]);
  });

  it('are not asked for again', async () => {
    const kept = new KeptProducts();
    const stored = await store(sampleProduct('B'));
    const [product] = await kept.read(test.database, [stored]);
    expect(product).toMatchObject({ identifier: 'B' });
    expect(await kept.read(test.database, [stored, stored])).toEqual([product, product]);
    expect((await kept.read(test.database, [stored]))[0]).toBe(product);
  });
});

describe('products are found by place', () => {
  beforeEach(async () => {
    await store(sampleProduct('Vienna'));
    await store(sampleProduct('Fiji', { box: { minX: 177, minY: -19, maxX: -178, maxY: -16 } }));
  });

  it.each([
    ['that touches one', { minX: 15, minY: 47, maxX: 16, maxY: 48 }, ['Vienna']],
    ['that is beside', { minX: 14, minY: 47, maxX: 15.9, maxY: 48 }, []],
    ['east of the antimeridian', { minX: -179, minY: -18, maxX: -178, maxY: -17 }, ['Fiji']],
    ['west of it', { minX: 178, minY: -18, maxX: 179, maxY: -17 }, ['Fiji']],
    ['across it', { minX: 179, minY: -18, maxX: -179, maxY: -17 }, ['Fiji']],
    ['between both parts', { minX: -170, minY: -18, maxX: 170, maxY: -17 }, []],
    ['of the whole world', { minX: -180, minY: -90, maxX: 180, maxY: 90 }, ['Fiji', 'Vienna']],
  ])('in a box %s', async (_what, box, expected) => {
    expect((await found({ box })).toSorted()).toEqual(expected);
  });

  it('together with a time and an identifier', async () => {
    const interval = during('2018-06-01T00:00:00Z', '2018-07-01T00:00:00Z');
    expect(await found({ box: VIENNA, interval, identifier: 'Vienna' })).toEqual(['Vienna']);
    expect(await found({ box: VIENNA, interval, identifier: 'Fiji' })).toEqual([]);
  });

  it('and the collection covers all of them', async () => {
    expect(await findCollectionExtent(test.database, 'vhr18')).toEqual({
      begins: new Date('2018-06-10T10:00:00Z'),
      ends: new Date('2018-06-10T11:00:00Z'),
      box: { minX: -180, minY: -19, maxX: 180, maxY: 49 },
    });
    expect(await findCollectionExtent(test.database, 'emg')).toBeUndefined();
  });
});

describe('a page of a search', () => {
  beforeEach(async () => {
    for (const [index, cloudCover] of [10, 20, 30, 40].entries()) {
      const begins = new Date(Date.UTC(2018, 0, 1 + index));
      const properties = { cloudCover, platform: index < 2 ? 'PHR' : 'SPOT' };
      await store(sampleProduct(`P${index}`, { begins, ends: begins, properties }));
    }
  });

  const search = async (differing: object, page = { offset: 0, limit: 10 }) => {
    const result = await searchProducts(test.database, { collection: 'vhr18', ...differing }, page);
    return [result.total, ...result.products.map(({ identifier }) => identifier)];
  };

  it('has the newest first, and the number of all', async () => {
    expect(await search({}, { offset: 1, limit: 2 })).toEqual([4, 'P2', 'P1']);
    expect(await search({}, { offset: 0, limit: 0 })).toEqual([4]);
    expect(await search({}, { offset: 100, limit: 5 })).toEqual([4]);
  });

  it('has what fits conditions', async () => {
    const cloudy = [
      { name: 'cloudCover', from: { value: 20, isIncluded: true }, to: { value: 30, isIncluded: true } },
    ];
    expect(await search({ conditions: cloudy })).toEqual([2, 'P2', 'P1']);
    expect(await search({ conditions: [{ name: 'platform', among: ['spot', 'x'] }] })).toEqual([
      2,
      'P3',
      'P2',
    ]);
    expect(await search({ conditions: [{ name: 'platform', to: { value: 2, isIncluded: false } }] })).toEqual(
      [0],
    );
    expect(await search({ text: 'p3' })).toEqual([1, 'P3']);
    expect(await search({ text: 'p_' })).toEqual([0]);
    expect(await search({ text: '%' })).toEqual([0]);
    expect(await search({ type: 'PHR_FUS__3', level: 'none' })).toEqual([0]);
  });

  it('has what fits a shape', async () => {
    expect(await search({ fits: () => true }, { offset: 2, limit: 1 })).toEqual([4, 'P1']);
    expect(await search({ fits: () => false })).toEqual([0]);
  });
});

describe('a page of coverages', () => {
  it('has those of the products that fit, with these', async () => {
    await store(sampleProduct('A'));
    await store(sampleProduct('B'));
    const filter = { collection: 'vhr18', box: VIENNA };
    const { coverages, total } = await listCoverages(test.database, filter, { offset: 1, limit: 5 });
    expect(total).toBe(2);
    expect(coverages).toMatchObject([{ identifier: 'B_image', product: { identifier: 'B', box: VIENNA } }]);
  });
});

describe('a collection of many products', () => {
  async function storeMany(count: number): Promise<void> {
    await test.database.raw(`
      INSERT INTO view_server.collections (name) VALUES ('many') ON CONFLICT DO NOTHING;
      INSERT INTO view_server.products (identifier, type, level, footprint, begins, ends, prefix)
      SELECT 'many-' || n, '', '', '{"type":"MultiPolygon","coordinates":[]}', now(), now(), ''
      FROM generate_series(1, ${count}) AS n;
      INSERT INTO view_server.product_boxes (product_id, collection, box, during, ends)
      SELECT id, 'many', box(point(x, y), point(x + 1, y + 1)),
        tstzrange(moment, moment + interval '1 hour', '()'), moment + interval '1 hour'
      FROM (SELECT id, (id * 7919) % 359 - 180 AS x, (id * 104729) % 179 - 90 AS y,
        timestamptz '2018-01-01' + (id % 5000) * interval '1 hour' AS moment FROM view_server.products) AS made;
      ANALYZE view_server.product_boxes, view_server.products`);
  }

  it('is looked through by its indexes', async () => {
    await storeMany(20_000);
    const query = matching(test.database, {
      collection: 'many',
      box: VIENNA,
      interval: during('2018-01-01T00:00:00Z', '2018-03-01T00:00:00Z'),
    });
    const { sql, bindings } = query.toSQL();
    const { rows } = await test.database.raw<{ rows: { 'QUERY PLAN': string }[] }>(`EXPLAIN ${sql}`, [
      ...bindings,
    ]);
    const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
    expect(plan).toContain('product_boxes_by_place');
  });

  it('is searched for a part of an identifier by an index', async () => {
    await storeMany(20_000);
    const queries: { sql: string; bindings: readonly Knex.Value[] }[] = [];
    test.database.on('query', (query: { sql: string; bindings: Knex.Value[] }) => queries.push(query));
    const found = await searchProducts(
      test.database,
      { collection: 'many', text: 'ANY-1234' },
      { offset: 0, limit: 20 },
    );
    expect(found.total).toBe(11);
    const searches = queries.filter(({ sql }) => sql.includes('LIKE'));
    expect(searches).toHaveLength(2);
    for (const { sql, bindings } of searches) {
      const { rows } = await test.database.raw<{ rows: { 'QUERY PLAN': string }[] }>(
        `EXPLAIN ${sql.replaceAll(/\$\d+/g, '?')}`,
        [...bindings],
      );
      expect(rows.map((row) => row['QUERY PLAN']).join('\n')).toContain('products_by_part');
    }
  });

  it('has the newest products on a map of a large area, few or many of them', async () => {
    await storeMany(2_000);
    const filter = { collection: 'many', box: { minX: -180, minY: -90, maxX: 180, maxY: 90 } };
    for (const limit of [5, 700]) {
      const { products, isCut } = await findProducts(test.database, filter, limit);
      const all = await newestFirst(test.database, filter, matching(test.database, filter)).limit(limit);
      expect(products.map(({ id }) => id)).toEqual(all.map(({ product_id }) => product_id));
      expect(isCut).toBe(true);
    }
  });
});
