import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { deleteRecords } from '../../../../src/apps/map-registry/csw/transactions/delete-records.ts';
import { openOutsideClient } from '../../../../src/apps/map-registry/fetching/open-outside-client.ts';
import type { OutsideClient } from '../../../../src/apps/map-registry/fetching/outside-client.ts';
import { findOrCreateService } from '../../../../src/apps/map-registry/harvest/find-or-create-service.ts';
import { harvestService, readHarvest } from '../../../../src/apps/map-registry/harvest/harvest-service.ts';
import { findService } from '../../../../src/apps/map-registry/layers/stored-services.ts';
import { type HarvestedService, SourceError } from '../../../../src/apps/map-registry/sources/map-source.ts';
import { RegistryService } from '../registry-service.ts';
import { describedService, ScriptedSource } from '../scripted-source.ts';

let site: RegistryService;
let client: OutsideClient;
let source: ScriptedSource;
let serviceId: string;

beforeAll(async () => {
  site = await RegistryService.start();
  client = openOutsideClient(site.platform);
});

afterAll(async () => {
  await client.close();
  await site.stop();
});

beforeEach(async () => {
  await site.platform.database.raw('TRUNCATE map_registry.services, map_registry.layers_to_index CASCADE');
  source = new ScriptedSource();
  serviceId = await createService();
});

async function createService(): Promise<string> {
  const catalogId = await site.catalogId();
  const { service } = await site.platform.database.transaction((transaction) =>
    findOrCreateService(transaction, catalogId, { type: 'OGC:WMS', url: 'https://maps.example/wms' }),
  );
  return service.id;
}

function harvest(
  harvested: HarvestedService | 'unchanged' | Error = source.harvested,
  platform = site.platform,
) {
  source.harvested = harvested;
  const { signal } = new AbortController();
  return harvestService(platform, serviceId, { client, signal, sourceOf: () => source });
}

interface Row {
  readonly id: string;
  readonly name: string;
  readonly was_deleted: boolean;
  readonly missing_count: number;
  readonly is_valid: boolean;
  readonly title: string;
  readonly last_updated: string;
}

function layers(): Promise<Row[]> {
  return site.platform
    .database('map_registry.layers')
    .where({ service_id: serviceId })
    .orderBy('name')
    .select();
}

const names = async () => (await layers()).map(({ name, was_deleted }) => (was_deleted ? `-${name}` : name));

/** What is noted for the index, as `action name`; it is forgotten then. */
async function noted(): Promise<string[]> {
  const { rows } = await site.platform.database.raw<{ rows: { text: string }[] }>(
    `SELECT noted.action || ' ' || layer.name AS text
     FROM map_registry.layers_to_index noted JOIN map_registry.layers layer ON layer.id = noted.layer_id
     ORDER BY text`,
  );
  await site.platform.database('map_registry.layers_to_index').delete();
  return rows.map(({ text }) => text);
}

async function dates(): Promise<string[]> {
  const rows = await site.platform
    .database('map_registry.layer_dates')
    .orderBy('year')
    .select('date', 'origin', 'year');
  return rows.map(({ date, origin, year }) => `${origin} ${date} ${year}`);
}

describe('a harvest', () => {
  it('stores a service and its layers, with their records, and notes them for the index', async () => {
    const outcome = await harvest(
      describedService(
        [
          {
            name: 'rivers',
            keywords: ['water', 'water', 'blue'],
            srs: ['urn:ogc:def:crs:EPSG::3857', 'EPSG:9999'],
            box: { minX: 30, minY: -100, maxX: 10, maxY: 40 },
            pageUrl: 'https://maps.example/rivers',
            drawing: { layer: 'rivers' },
          },
          'roads',
        ],
        { srs: ['EPSG:4326', 'EPSG:3857', 'EPSG:2056'], validators: { etag: '"1"', digest: 'abc' } },
      ),
    );
    expect(outcome).toEqual({ isUnchanged: false, newCount: 2, changedCount: 2, deletedCount: 0 });
    expect(await findService(site.platform.database, serviceId)).toMatchObject({
      title: 'A service',
      srs: ['EPSG:4326', 'EPSG:3857'],
      isValid: true,
      layerCount: 2,
      harvested: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]{15}Z$/),
    });
    expect((await layers())[0]).toMatchObject({
      name: 'rivers',
      keywords: ['water', 'blue'],
      srs: ['EPSG:3857'],
      min_x: 10,
      min_y: -90,
      max_x: 30,
      max_y: 40,
      area: 2_800,
      page_url: 'https://maps.example/rivers',
      drawing: { layer: 'rivers' },
    });
    expect(await noted()).toEqual(['index rivers', 'index roads']);
    const [records] = await site.platform.database('map_registry.records').count();
    expect(records).toEqual({ count: '2' });
  });

  it('does not replace what a later one has read, where two overlap', async () => {
    await harvest(describedService(['a']));
    const { signal } = new AbortController();
    const read = (harvested: HarvestedService | 'unchanged') => {
      source.harvested = harvested;
      return readHarvest(site.platform, serviceId, { client, signal, sourceOf: () => source });
    };
    const store = (harvest: Awaited<ReturnType<typeof read>>) =>
      site.platform.database.transaction(async (transaction) => harvest?.store(transaction));
    const older = await read(describedService(['a'], { title: 'Old' }));
    const newer = await read(describedService(['b'], { title: 'New' }));
    const unchanged = await read('unchanged');
    const newest = await read(describedService(['b', 'c'], { title: 'Newest' }));
    await store(older);
    await store(newer);
    await store(newest);
    expect(await store(newer)).toEqual({ isUnchanged: true, newCount: 0, changedCount: 0, deletedCount: 0 });
    await store(older);
    await store(unchanged);
    expect((await findService(site.platform.database, serviceId))?.title).toBe('Newest');
    expect((await layers()).map(({ name, missing_count }) => `${name} ${missing_count}`)).toEqual([
      'a 2',
      'b 0',
      'c 0',
    ]);
  });

  it('reads a description anew from which a transaction of CSW has deleted a layer', async () => {
    await harvest(describedService(['a', 'b'], { validators: { digest: 'abc' } }));
    const catalogId = await site.catalogId();
    const [a] = await site.platform.database('map_registry.records').where({ title: 'The layer a' });
    await site.platform.database.transaction((transaction) =>
      deleteRecords(transaction, catalogId, { kind: 'identifiers', identifiers: [a.identifier] }),
    );
    await harvest(describedService(['a', 'b'], { validators: { digest: 'abc' } }));
    expect(source.harvests.at(-1)?.service.validators).toEqual({});
    expect(await names()).toEqual(['a', 'b']);
  });

  it('writes what has changed, and nothing else', async () => {
    await harvest(describedService(['a', 'b']));
    await noted();
    const before = await layers();
    const service = await findService(site.platform.database, serviceId);
    expect(await harvest(describedService(['a', 'b']))).toMatchObject({ newCount: 0, changedCount: 0 });
    expect(await layers()).toEqual(before);
    expect((await findService(site.platform.database, serviceId))?.lastUpdated).toEqual(service?.lastUpdated);
    expect(await noted()).toEqual([]);
    const outcome = await harvest(describedService(['a', { name: 'b', title: 'Bridges' }, 'c']));
    expect(outcome).toMatchObject({ newCount: 1, changedCount: 2 });
    expect(await noted()).toEqual(['index b', 'index c']);
  });

  it('gives the source the validators of the harvest before, and changes nothing where nothing has', async () => {
    await harvest(
      describedService(['a'], { validators: { etag: '"1"', lastModified: 'yesterday', digest: 'd' } }),
    );
    await noted();
    expect(await harvest('unchanged')).toMatchObject({ isUnchanged: true, changedCount: 0 });
    expect(source.harvests.map(({ service }) => service.validators)).toEqual([
      {},
      { etag: '"1"', lastModified: 'yesterday', digest: 'd' },
    ]);
    expect(await names()).toEqual(['a']);
    expect(await noted()).toEqual([]);
  });

  it('reads an unchanged description again where the rules were others', async () => {
    await harvest(describedService(['a'], { validators: { etag: '"1"' } }));
    await site.platform.database('map_registry.services').update({ harvest_rules: 'others' });
    await harvest(describedService(['a'], { validators: { etag: '"1"' } }));
    expect(source.harvests.at(-1)?.service.validators).toEqual({});
  });

  it('marks a layer as deleted that three harvests in a row have not found, unchanged ones too', async () => {
    await harvest(describedService(['a', 'b']));
    await harvest(describedService(['a']));
    await harvest(describedService(['a', 'b']));
    await harvest(describedService(['a']));
    await noted();
    await harvest('unchanged');
    expect(await names()).toEqual(['a', 'b']);
    expect(await noted()).toEqual([]);
    expect(await harvest('unchanged')).toMatchObject({ deletedCount: 1 });
    expect(await names()).toEqual(['a', '-b']);
    expect(await noted()).toEqual(['remove b']);
    expect((await findService(site.platform.database, serviceId))?.layerCount).toBe(1);
    await harvest('unchanged');
    expect(await noted()).toEqual([]);
    await harvest(describedService(['a', 'b']));
    expect(await names()).toEqual(['a', 'b']);
    expect(await noted()).toEqual(['index b']);
    expect((await findService(site.platform.database, serviceId))?.layerCount).toBe(2);
  });

  it('misses nothing in a description that is not complete, and no layer that is not monitored', async () => {
    await harvest(describedService(['a', 'b', 'c']));
    await site.platform.database('map_registry.layers').where({ name: 'c' }).update({ is_monitored: false });
    await harvest(describedService(['a'], { isComplete: false }));
    await harvest(describedService(['a']));
    expect((await layers()).map(({ missing_count }) => missing_count)).toEqual([0, 1, 0]);
  });

  it('marks layers as deleted at once whose server says so', async () => {
    await harvest(describedService(['a', { name: 'b', wasDeleted: true }]));
    expect(await names()).toEqual(['a', '-b']);
    expect(await noted()).toEqual(['index a', 'remove b']);
  });

  it('keeps a service without a supported system out of the index, with all its layers', async () => {
    await harvest(describedService(['a', 'b']));
    await noted();
    await harvest(describedService(['a'], { srs: ['EPSG:9999999'], isComplete: false }));
    expect(await findService(site.platform.database, serviceId)).toMatchObject({
      isValid: false,
      invalidReason: expect.stringContaining('no supported'),
    });
    expect((await layers()).map(({ is_valid }) => is_valid)).toEqual([false, false]);
    expect(await noted()).toEqual(['remove a', 'remove b']);
    await harvest(describedService(['a', 'b']));
    expect((await layers()).map(({ is_valid }) => is_valid)).toEqual([true, true]);
    expect(await noted()).toEqual(['index a', 'index b']);
  });

  it('keeps layers out of the index that have no place', async () => {
    await harvest(describedService([{ name: 'a', box: { minX: 0, minY: 0, maxX: 1, maxY: 1 } }]));
    expect((await layers())[0]).toMatchObject({ is_valid: false });
    expect(await noted()).toEqual(['remove a']);
  });

  it('stores dates with years of any length, and forgets those that are gone', async () => {
    const early = { date: '-500000000-01-01', origin: 'metadata' } as const;
    await harvest(
      describedService([{ name: 'a', dates: [early, { date: '1855-01-01', origin: 'metadata' }] }]),
    );
    expect(await dates()).toEqual(['metadata -500000000-01-01 -500000000', 'metadata 1855-01-01 1855']);
    await noted();
    await harvest(describedService([{ name: 'a', dates: [early, { date: 'soon', origin: 'metadata' }] }]));
    expect(await dates()).toEqual(['metadata -500000000-01-01 -500000000']);
    expect(await noted()).toEqual(['index a']);
  });

  it('finds dates in titles and abstracts', async () => {
    await harvest(
      describedService([
        { name: 'a', title: 'Boston in 1855', abstract: 'Rome, 160 BCE' },
        { name: 'b', title: '1860' },
      ]),
    );
    expect(await dates()).toEqual(['detected -0160-01-01 -160', 'detected 1860-01-01 1860']);
  });

  it('takes the first of several layers of one name, and none whose name cannot be stored', async () => {
    await harvest(describedService([{ name: 'a', title: 'First' }, 'a', ' ', 'x'.repeat(501), 'nul\0']));
    expect((await layers()).map(({ name, title }) => [name, title])).toEqual([
      ['a', 'First'],
      ['nul\uFFFD', 'The layer nul\uFFFD'],
    ]);
  });

  it('takes no page that is none of the web', async () => {
    await harvest(describedService([{ name: 'a', pageUrl: 'javascript:alert(1)' }]));
    expect((await layers())[0]).toMatchObject({ page_url: null });
  });

  it('changes nothing where the server fails, or the writing does', async () => {
    await harvest(describedService(['a', 'b']));
    const before = await layers();
    await expect(harvest(new SourceError('no map service'))).rejects.toThrow('no map service');
    await site.platform.database.raw(
      `CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'refused'; END $$;
       CREATE TRIGGER refuse BEFORE INSERT ON map_registry.layers_to_index EXECUTE FUNCTION refuse()`,
    );
    await expect(harvest(describedService(['c']))).rejects.toThrow('refused');
    await site.platform.database.raw('DROP FUNCTION refuse() CASCADE');
    expect(await layers()).toEqual(before);
  });

  it('stores each layer once where two run at the same time', async () => {
    const described = describedService(['a', 'b', 'c']);
    const outcomes = await Promise.all([harvest(described), harvest(described)]);
    expect(outcomes.map((outcome) => outcome?.newCount).sort()).toEqual([0, 3]);
    expect(await names()).toEqual(['a', 'b', 'c']);
  });

  it('returns nothing of a service that is gone', async () => {
    await site.platform.database('map_registry.services').delete();
    expect(await harvest('unchanged')).toBeUndefined();
  });

  it('writes thousands of layers in few statements', async () => {
    let count = 0;
    site.platform.database.on('query', () => count++);
    const many = Array.from({ length: 5_000 }, (_, index) => `layer-${index}`);
    expect(await harvest(describedService(many))).toMatchObject({ newCount: 5_000 });
    site.platform.database.removeAllListeners('query');
    expect(count).toBeLessThan(60);
  });
});

describe('a service', () => {
  it('is created once, whatever follows the # of its address', async () => {
    const catalogId = await site.catalogId();
    const found = await site.platform.database.transaction((transaction) =>
      findOrCreateService(transaction, catalogId, {
        type: 'OGC:WMS',
        url: 'https://MAPS.example:443/wms#top',
      }),
    );
    expect(found).toMatchObject({ isNew: false, service: { id: serviceId, host: 'maps.example' } });
  });
});
