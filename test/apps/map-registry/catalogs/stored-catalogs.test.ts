import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  faultOfSlug,
  RESERVED_SLUGS,
  slugOf,
} from '../../../../src/apps/map-registry/catalogs/catalog-slug.ts';
import {
  CatalogConflictError,
  changeCatalog,
  createCatalog,
  deleteCatalog,
  findCatalog,
  findCatalogById,
  listCatalogs,
} from '../../../../src/apps/map-registry/catalogs/stored-catalogs.ts';
import type { Database } from '../../../../src/platform/database/connection.ts';
import { RegistryService } from '../registry-service.ts';

let service: RegistryService;
let database: Database;

beforeAll(async () => {
  service = await RegistryService.start();
  ({ database } = service.platform);
});

afterAll(() => service.stop());

const deleted = (id: string) =>
  database.transaction((transaction) => deleteCatalog(transaction, service.tasks, id));

describe('a slug', () => {
  it('is made of a name', () => {
    expect(slugOf('Boston Maps')).toBe('boston-maps');
    expect(slugOf('  Études & Cartes! ')).toBe('etudes-cartes');
    expect(slugOf('地図')).toBe('');
    expect(slugOf('a'.repeat(80))).toHaveLength(50);
  });

  it('is refused where addresses have the word already, and where it is none', () => {
    for (const slug of [...RESERVED_SLUGS, '', 'Big', 'a b', '-a', 'a-', 'a--b', 'a/b', 'a'.repeat(51)]) {
      expect([slug, faultOfSlug(slug)]).toEqual([slug, expect.any(String)]);
    }
    expect(faultOfSlug('boston-maps_2')).toBeUndefined();
  });
});

describe('catalogues', () => {
  it('begin with the default one', async () => {
    expect(await findCatalog(database, 'hypermap')).toMatchObject({ name: 'Hypermap', url: null });
    expect(await findCatalog(database, 'none')).toBeUndefined();
  });

  it('are created once, changed, listed by pages and deleted', async () => {
    const one = await createCatalog(database, { slug: 'one', name: 'One', url: null });
    const two = await createCatalog(database, { slug: 'two', name: 'Two', url: 'https://two.example/' });
    await expect(createCatalog(database, { slug: 'one', name: 'Other', url: null })).rejects.toThrow(
      CatalogConflictError,
    );
    expect(await changeCatalog(database, one.id, { name: 'First' })).toEqual({ ...one, name: 'First' });
    const [first] = await listCatalogs(database, { limit: 1 });
    expect(first?.slug).toBe('hypermap');
    const rest = await listCatalogs(database, { after: String(first?.id), limit: 10 });
    expect(rest.map(({ slug }) => slug)).toEqual(['one', 'two']);
    expect(await deleted(two.id)).toBe(true);
    expect(await deleted(two.id)).toBe(false);
    expect(await changeCatalog(database, two.id, { name: 'Gone' })).toBeUndefined();
  });

  it('are found by ids alone that a row can have', async () => {
    for (const id of ['', 'x', '-1', '0', '1.5', '99999999999999999999', '9223372036854775808']) {
      expect(await findCatalogById(database, id)).toBeUndefined();
    }
  });

  it('stay where something is in them', async () => {
    const full = await createCatalog(database, { slug: 'full', name: 'Full', url: null });
    await database('map_registry.endpoints').insert({ catalog_id: full.id, url: 'https://one.example/' });
    await expect(deleted(full.id)).rejects.toThrow(CatalogConflictError);
    expect(await findCatalogById(database, full.id)).toBeDefined();
  });
});
