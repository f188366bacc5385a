import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { addEndpoint } from '../../../../src/apps/map-registry/endpoints/add-endpoints.ts';
import { findEndpoint } from '../../../../src/apps/map-registry/endpoints/stored-endpoints.ts';
import { updateEndpointHandler } from '../../../../src/apps/map-registry/endpoints/update-endpoint.ts';
import { openOutsideClient } from '../../../../src/apps/map-registry/fetching/open-outside-client.ts';
import type { OutsideClient } from '../../../../src/apps/map-registry/fetching/outside-client.ts';
import { harvestService } from '../../../../src/apps/map-registry/harvest/harvest-service.ts';
import { FAULTS } from '../../../../src/apps/map-registry/sandbox/stand-ins/faults.ts';
import { wmsStandIn } from '../../../../src/apps/map-registry/sandbox/stand-ins/kinds/wms-stand-in.ts';
import {
  RADAR_WMS,
  UNSUPPORTED_WMS,
  WATER_WMS,
} from '../../../../src/apps/map-registry/sandbox/stand-ins/sample-services.ts';
import {
  openStandInServer,
  type StandInServer,
} from '../../../../src/apps/map-registry/sandbox/stand-ins/stand-in-server.ts';
import { sourceOf } from '../../../../src/apps/map-registry/sources/index.ts';
import { registryTasksOf } from '../../../../src/apps/map-registry/tasks.ts';
import { RegistryService } from '../registry-service.ts';

let site: RegistryService;
let server: StandInServer;
let client: OutsideClient;

beforeAll(async () => {
  server = await openStandInServer([
    wmsStandIn(WATER_WMS),
    wmsStandIn(RADAR_WMS),
    wmsStandIn(UNSUPPORTED_WMS),
  ]);
  site = await RegistryService.start({ REGISTRY_CHECK_TIMEOUT: '5' });
  client = openOutsideClient(site.platform);
});

afterAll(async () => {
  await client.close();
  await site.stop();
  await server.close();
});

beforeEach(() =>
  site.platform.database.raw('TRUNCATE map_registry.services, map_registry.endpoints CASCADE'),
);

/** Adds an endpoint, and has its task looked at. Returns what came of it. */
async function update(path: string, { platform, tasks }: RegistryService = site) {
  const catalogId = await site.catalogId();
  const before = server.requestCount;
  const { endpoint } = await platform.database.transaction((transaction) =>
    addEndpoint(transaction, tasks, { catalogId, url: new URL(path, server.url).href }),
  );
  await updateEndpointHandler(registryTasksOf)(
    { endpointId: endpoint.id },
    {
      taskId: randomUUID(),
      attempt: 1,
      signal: new AbortController().signal,
      progress: () => {},
      logger: platform.logger,
      platform,
    },
  );
  const updated = await findEndpoint(platform.database, endpoint.id);
  const services: { id: string; type: string; url: string }[] = await platform
    .database('map_registry.services')
    .orderBy('url');
  return {
    imported: updated?.imported,
    message: updated?.message,
    services: services.map(({ type, url }) => `${type} ${url.replace(server.url, '')}`),
    serviceIds: services.map(({ id }) => id),
    requestCount: server.requestCount - before,
  };
}

async function harvest(serviceId: string | undefined) {
  const { signal } = new AbortController();
  await harvestService(site.platform, String(serviceId), { client, signal, sourceOf });
  const service = await site.platform.database('map_registry.services').where({ id: serviceId }).first();
  const layers = await site.platform
    .database('map_registry.layers')
    .where({ service_id: serviceId })
    .orderBy('name');
  return { service, layers, names: layers.map(({ name }) => name) };
}

describe('an endpoint', () => {
  it('that is a WMS 1.1.1 becomes its layers', async () => {
    const { message, services, serviceIds, requestCount } = await update('/water/wms');
    expect([message, services]).toEqual(['1 service/s created', ['OGC:WMS /water/wms']]);
    expect(requestCount).toBeLessThanOrEqual(3);
    const { service, layers } = await harvest(serviceIds[0]);
    expect(service).toMatchObject({
      title: WATER_WMS.title,
      srs: ['EPSG:4326', 'EPSG:3857'],
      layer_count: 9,
    });
    expect(layers.find(({ name }) => name === 'rivers')).toMatchObject({
      keywords: ['river', 'stream', 'water'],
      min_x: -80,
      max_y: 15,
      is_valid: true,
    });
    // What a layer does not state it has of the service.
    expect(layers.find(({ name }) => name === 'coasts')).toMatchObject({ min_x: -180, min_y: -85 });
    const dates = await site.platform.database('map_registry.layer_dates').orderBy('year').pluck('date');
    expect(dates).toEqual(expect.arrayContaining(['1368-01-01', '1999-01-01', '2001-01-01', '2002-01-01']));
  });

  it('that is a WMS 1.3.0 becomes its layers, with latitude first where the server has it so', async () => {
    const { services, serviceIds } = await update('/radar/wms?service=WMS&request=GetCapabilities');
    expect(services).toEqual(['OGC:WMS /radar/wms']);
    const { service, layers } = await harvest(serviceIds[0]);
    expect(service.srs).toHaveLength(4);
    expect(layers.map(({ title }) => title)).toContain('NEXRAD BASE REFLECT');
    expect(layers[0]).toMatchObject({ min_x: -126, min_y: 24, max_x: -66, max_y: 50 });
  });

  it('without a supported system becomes a service that is not valid', async () => {
    const { serviceIds } = await update('/unsupported/wms');
    const { service, layers } = await harvest(serviceIds[0]);
    expect([service.is_valid, layers.map(({ is_valid }) => is_valid)]).toEqual([
      false,
      [false, false, false],
    ]);
  });

  it('that is nothing is not imported', async () => {
    const { imported, message, services } = await update('/none');
    expect([imported, services]).toEqual([false, []]);
    expect(message).toMatch(/^ERROR! Could not detect service type for endpoint http:.*\/none: .*404/);
  });

  it.each(FAULTS)('with the fault %s ends in a message', async (fault) => {
    const { imported, message, services, requestCount } = await update(`/faults/${fault}/wms`);
    const isRead = fault === 'wrong-encoding' && imported === true;
    if (!isRead) {
      expect([imported, services]).toEqual([false, []]);
      expect(message).toMatch(/^ERROR! Could not detect service type for endpoint [^ ]+: .{10,}/s);
    }
    // A host that does not reply in time is asked once.
    if (fault === 'hang' || fault === 'drip') expect(requestCount).toBe(1);
  });

  it('in a network that is not allowed is refused before it is asked', async () => {
    const guarded = await RegistryService.start({
      REGISTRY_ALLOWED_NETWORKS: 'none',
      REGISTRY_ALLOWED_PORTS: `80,${server.port}`,
    });
    const before = server.requestCount;
    for (const url of [
      '/water/wms',
      'http://169.254.169.254/latest/',
      'http://[::1]/wms',
      'http://localhost/wms',
    ]) {
      const { imported, message } = await update(url, guarded);
      expect([url, imported]).toEqual([url, false]);
      expect(message).toMatch(/^ERROR! .*REGISTRY_ALLOWED_NETWORKS/);
    }
    expect(server.requestCount).toBe(before);
    await guarded.stop();
  });
});
