import { afterEach, expect, it } from '@jest/globals';
import { openOutsideClient } from '../../../../src/apps/map-registry/fetching/open-outside-client.ts';
import { findOrCreateService } from '../../../../src/apps/map-registry/harvest/find-or-create-service.ts';
import { harvestService } from '../../../../src/apps/map-registry/harvest/harvest-service.ts';
import type { HarvestedService } from '../../../../src/apps/map-registry/sources/map-source.ts';
import { RegistryService } from '../registry-service.ts';
import { describedService, ScriptedSource } from '../scripted-source.ts';

let site: RegistryService | undefined;
afterEach(() => site?.stop());

/** Harvests a service as a registry with these settings does, once for each description. */
async function harvest(environment: NodeJS.ProcessEnv, ...descriptions: readonly HarvestedService[]) {
  const { platform, catalogId } = await start(environment);
  const { service } = await platform.database.transaction((transaction) =>
    findOrCreateService(transaction, catalogId, { type: 'OGC:WMS', url: 'https://maps.example/wms' }),
  );
  const source = new ScriptedSource();
  const client = openOutsideClient(platform);
  try {
    for (const described of descriptions) {
      source.harvested = described;
      const { signal } = new AbortController();
      await harvestService(platform, service.id, { client, signal, sourceOf: () => source });
    }
  } finally {
    await client.close();
  }
  const layers = await platform
    .database('map_registry.layers')
    .orderBy('name')
    .select('name', 'srs', 'is_valid', 'was_deleted');
  return { layers, maximumLayers: source.harvests.at(-1)?.context.maximumLayers };
}

async function start(environment: NodeJS.ProcessEnv) {
  site = await RegistryService.start(environment);
  return { platform: site.platform, catalogId: await site.catalogId() };
}

it.each([
  ['-1', undefined],
  ['0', undefined],
  ['2', 2],
])('REGISTRY_LIMIT_LAYERS=%s reads at most so many layers of a service', async (limit, expected) => {
  const { maximumLayers } = await harvest({ REGISTRY_LIMIT_LAYERS: limit }, describedService(['a']));
  expect(maximumLayers).toBe(expected);
});

it('REGISTRY_SUPPORTED_SRS decides which services are valid', async () => {
  const srs = ['EPSG:4326', 'EPSG:2056'];
  const { layers } = await harvest(
    { REGISTRY_SUPPORTED_SRS: '2056' },
    describedService([{ name: 'a', srs }], { srs }),
  );
  expect(layers).toEqual([{ name: 'a', srs: ['EPSG:2056'], is_valid: true, was_deleted: false }]);
  await site?.stop();
  const others = await harvest({ REGISTRY_SUPPORTED_SRS: '3857' }, describedService(['a']));
  expect(others.layers).toMatchObject([{ is_valid: false }]);
});

it('REGISTRY_DELETED_AFTER decides after how many harvests without it a layer is deleted', async () => {
  const { layers } = await harvest(
    { REGISTRY_DELETED_AFTER: '1' },
    describedService(['a', 'b']),
    describedService(['a']),
  );
  expect(layers).toMatchObject([
    { name: 'a', was_deleted: false },
    { name: 'b', was_deleted: true },
  ]);
});
