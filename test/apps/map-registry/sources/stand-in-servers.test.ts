import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import sharp from 'sharp';
import { WORLD_BOX } from '../../../../src/apps/map-registry/layers/layer.ts';
import { tmsStandIn } from '../../../../src/apps/map-registry/sandbox/stand-ins/kinds/tms-stand-in.ts';
import { wmsStandIn } from '../../../../src/apps/map-registry/sandbox/stand-ins/kinds/wms-stand-in.ts';
import { wmtsStandIn } from '../../../../src/apps/map-registry/sandbox/stand-ins/kinds/wmts-stand-in.ts';
import {
  BASE_TMS,
  CLIMATE_WMTS,
  RADAR_WMS,
  WATER_WMS,
} from '../../../../src/apps/map-registry/sandbox/stand-ins/sample-services.ts';
import {
  openStandInServer,
  type StandInServer,
} from '../../../../src/apps/map-registry/sandbox/stand-ins/stand-in-server.ts';
import { checkPictureUrl } from '../../../../src/apps/map-registry/sources/check-picture.ts';
import { sourceOf, sourcesFor } from '../../../../src/apps/map-registry/sources/index.ts';
import type { DetectedService } from '../../../../src/apps/map-registry/sources/map-source.ts';
import { MapServer } from './map-server.ts';

/** Requests that finding out the kind of a server may take where its address names it. */
const MOST_REQUESTS = 3;

let server: StandInServer;
let reader: MapServer;
beforeAll(async () => {
  reader = await MapServer.start();
  server = await openStandInServer([
    wmsStandIn(WATER_WMS),
    wmsStandIn(RADAR_WMS),
    wmtsStandIn(CLIMATE_WMTS),
    tmsStandIn(BASE_TMS),
  ]);
});
afterAll(async () => {
  await server.close();
  await reader.close();
});

async function detect(path: string): Promise<DetectedService> {
  const url = new URL(`${server.url}${path}`);
  for (const source of sourcesFor(url)) {
    const [found] = (await source.detect({ url, isGreedy: false }, reader.context)) ?? [];
    if (found) return found;
  }
  throw new Error('no source knows it');
}

describe.each([
  { path: '/water/wms', type: 'OGC:WMS' },
  { path: '/radar/wms', type: 'OGC:WMS' },
  { path: '/climate/wmts', type: 'OGC:WMTS' },
  { path: '/climate/wmts/1.0.0/WMTSCapabilities.xml', type: 'OGC:WMTS' },
  { path: '/tms/1.0.0/', type: 'OSGeo:TMS' },
] as const)('the server at $path', ({ path, type }) => {
  it('is found in few requests', async () => {
    const before = server.requestCount;
    expect(await detect(path)).toMatchObject({ type });
    expect(server.requestCount - before).toBeLessThanOrEqual(MOST_REQUESTS);
  });

  it('has layers, each with a picture', async () => {
    const source = sourceOf(type);
    const { url } = await detect(path);
    const service = await source.harvest({ type, url, validators: {} }, reader.context);
    if (service === 'unchanged') throw new Error('it is unchanged');
    expect(service.layers.length).toBeGreaterThan(0);
    const deviations: number[] = [];
    for (const { drawing, box } of service.layers) {
      const opened = source.openDrawing(drawing);
      if (!opened) throw new Error('it cannot be drawn');
      const reply = await reader.context.client.get(
        checkPictureUrl(opened, box ?? WORLD_BOX),
        reader.context,
      );
      const { channels } = await sharp(reply.body).stats();
      deviations.push(...channels.map(({ stdev }) => stdev));
    }
    expect(Math.max(...deviations)).toBeGreaterThan(0);
  });
});
