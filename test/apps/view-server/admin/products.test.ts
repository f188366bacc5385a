import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { RowPage } from '../../../../src/app-kit/admin/row-page.ts';
import type {
  CollectionRow,
  ProductDetail,
  ProductRow,
  TileFiguresPage,
} from '../../../../src/apps/view-server/admin/shapes.ts';
import type { NewProduct } from '../../../../src/apps/view-server/catalogue/product.ts';
import { storeProduct } from '../../../../src/apps/view-server/catalogue/store-product.ts';
import { storeTileRow } from '../../../../src/map-kit/tile-cache/tile-tables.ts';
import { shareAdmin } from '../../../admin/shared-admin.ts';
import { sampleProduct } from '../catalogue/sample-products.ts';

const admin = shareAdmin(() => ({ INSTALLED_APPS: 'view-server' }));
const ada = admin.signedIn();

async function read<T>(path: string): Promise<T> {
  const response = await ada.get(`/api/apps/view-server${path}`);
  if (response.status !== 200) throw new Error(`${response.status} ${await response.text()}`);
  return (await response.json()) as T;
}

const store = (...products: readonly NewProduct[]) =>
  admin.platform.database.transaction(async (transaction) => {
    await transaction('view_server.collections')
      .insert(products.flatMap(({ collections }) => collections.map((name) => ({ name }))))
      .onConflict()
      .ignore();
    for (const product of products) await storeProduct(transaction, product, { replaces: true });
  });

const identifiers = ({ rows }: RowPage<ProductRow>) => rows.map(({ identifier }) => identifier);

describe('products', () => {
  beforeAll(() =>
    store(
      ...Array.from({ length: 30 }, (_, index) =>
        sampleProduct(`many-${String(index).padStart(2, '0')}`, {
          collections: ['many'],
          begins: new Date(Date.UTC(2020, 0, index + 1)),
          ends: new Date(Date.UTC(2020, 0, index + 1, 1)),
        }),
      ),
      sampleProduct('alone', {
        collections: ['one', 'other'],
        // Across the antimeridian, so that it has two boxes.
        box: { minX: 179, minY: 0, maxX: 181, maxY: 1 },
      }),
    ),
  );

  it('are listed by the time of their images, in all collections or in one', async () => {
    const first = await read<RowPage<ProductRow>>('/products?collection=many');
    expect(identifiers(first).slice(0, 2)).toEqual(['many-29', 'many-28']);
    expect(first.count).toMatchObject({ count: 30 });
    const second = await read<RowPage<ProductRow>>(`/products?collection=many&page=${first.next}`);
    expect(identifiers(second)).toEqual(['many-04', 'many-03', 'many-02', 'many-01', 'many-00']);
    expect(second.next).toBeNull();
    expect(identifiers(await read('/products')).at(0)).toBe('many-29');
  });

  it('are narrowed by time, and by how their identifiers begin', async () => {
    const query = 'from=2020-01-10T00:00:00Z&to=2020-01-12T00:00:00Z';
    expect(identifiers(await read(`/products?collection=many&${query}`))).toEqual(['many-10', 'many-09']);
    expect(identifiers(await read(`/products?${query}`))).toEqual(['many-10', 'many-09']);
    expect(identifiers(await read('/products?identifier=many-1'))).toHaveLength(10);
    expect(identifiers(await read('/products?collection=one&identifier=al'))).toEqual(['alone']);
  });

  it('have a page with coverages, files and links', async () => {
    const [row] = (await read<RowPage<ProductRow>>('/products?identifier=alone')).rows;
    expect(await read<ProductDetail>(`/products/${row?.id}`)).toMatchObject({
      identifier: 'alone',
      collections: ['one', 'other'],
      version: 1,
      properties: { cloudCover: 10 },
      coverages: [{ identifier: 'alone_image', widthPixels: 400, bandCount: 3 }],
      files: [{ kind: 'metadata', path: 'data/alone/metadata.xml' }],
      links: expect.arrayContaining([
        { label: 'Map of one', path: '/view-server/one' },
        { label: 'Picture by WMS', path: expect.stringContaining('layers=alone') },
      ]),
      itemId: null,
    });
    expect((await ada.get(`/api/apps/view-server/products/${randomUUID()}`)).status).toBe(404);
  });

  it('say why a quick-look cannot be drawn', async () => {
    const [row] = (await read<RowPage<ProductRow>>('/products?identifier=alone')).rows;
    const response = await ada.get(`/api/apps/view-server/products/${row?.id}/quick-look`);
    expect([response.status, await response.json()]).toEqual([502, { detail: expect.any(String) }]);
  });

  it('are counted by collection, with what they cover', async () => {
    const { rows } = await read<RowPage<CollectionRow>>('/collections');
    expect(rows.find(({ id }) => id === 'many')).toMatchObject({
      isConfigured: false,
      productCount: { count: 30, isMinimum: false },
      extent: { begins: '2020-01-01T00:00:00.000Z', box: [16, 48, 17, 49] },
    });
    expect(rows.find(({ id }) => id === 'other')).toMatchObject({ productCount: { count: 1 } });
  });
});

describe('the cache of tiles', () => {
  const WEST = { minX: -180, minY: -90, maxX: 0, maxY: 90 };
  const EAST = { minX: 0, minY: -90, maxX: 180, maxY: 90 };

  beforeAll(async () => {
    for (const [x, box] of [WEST, EAST].entries()) {
      await storeTileRow(
        admin.platform.database,
        'view_server',
        {
          key: {
            source: 'collection',
            tileset: 'collection',
            grid: 'WGS84',
            time: '',
            format: 'png',
            index: { z: 0, x, y: 0 },
          },
          box,
          interval: { begin: undefined, end: undefined },
        },
        {
          etag: 'a',
          contentType: 'image/png',
          sizeBytes: 300,
          content: Buffer.alloc(300),
          objectKey: undefined,
          isCut: x === 0,
          version: 0,
          expiresSeconds: undefined,
        },
      );
    }
  });

  const purge = (input: object) =>
    ada.postJson('/api/apps/view-server/actions/view-tiles/purge', { ids: [randomUUID()], ...input });

  it('is counted by layer and zoom level', async () => {
    expect(await read<TileFiguresPage>('/tiles')).toMatchObject({
      totals: { tiles: 2, bytes: 600 },
      isEstimated: false,
      rows: [{ tileset: 'collection', grid: 'WGS84', zoom: 0, tiles: 2, bytes: 600, cut: 1 }],
    });
  });

  it.each([
    [{ collection: 'none' }, /There is no collection none/],
    [{ box: '1, 2, 3' }, /west, south, east, north/],
    [{ box: '1,,3,4' }, /west, south, east, north/],
    [{ from: 'yesterday' }, /no time/],
    [{ from: '2026-02-01', to: '2026-01-01' }, /ends before it begins/],
  ])('is not purged by a form that does not fit: %j', async (input, reason) => {
    const response = await purge(input);
    expect([response.status, await response.json()]).toEqual([
      409,
      { detail: expect.stringMatching(reason) },
    ]);
  });

  it('is purged by a box, and then as a whole', async () => {
    expect(await (await purge({ collection: 'collection', box: '10, 10, 20, 20' })).json()).toMatchObject({
      message: expect.stringContaining('Purged 1 tile.'),
    });
    expect(await (await purge({})).json()).toMatchObject({
      message: expect.stringContaining('Purged 1 tile.'),
    });
    expect(await read<TileFiguresPage>('/tiles')).toMatchObject({ totals: { tiles: 0 }, rows: [] });
  });
});
