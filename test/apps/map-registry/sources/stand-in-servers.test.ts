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
import { sourceOf } from '../../../../src/apps/map-registry/sources/index.ts';
import { openTestClient, sourceContext } from './source-context.ts';

let server: StandInServer;
const client = openTestClient(10);
const context = sourceContext(client);
beforeAll(async () => {
  server = await openStandInServer([
    wmsStandIn(WATER_WMS),
    wmsStandIn(RADAR_WMS),
    wmtsStandIn(CLIMATE_WMTS),
    tmsStandIn(BASE_TMS),
  ]);
});
afterAll(async () => {
  await server.close();
  await client.close();
});

describe.each([
  { path: '/water/wms', type: 'OGC:WMS' },
  { path: '/radar/wms', type: 'OGC:WMS' },
  { path: '/climate/wmts/1.0.0/WMTSCapabilities.xml', type: 'OGC:WMTS' },
  { path: '/tms/1.0.0/', type: 'OSGeo:TMS' },
] as const)('the server at $path', ({ path, type }) => {
  it('has layers, each with a picture', async () => {
    const source = sourceOf(type);
    const url = `${server.url}${path}`;
    const service = await source.harvest({ type, url, validators: {} }, context);
    if (service === 'unchanged') throw new Error('it is unchanged');
    expect(service.layers.length).toBeGreaterThan(0);
    const deviations: number[] = [];
    for (const { drawing, box } of service.layers) {
      const opened = source.openDrawing(drawing);
      if (!opened) throw new Error('it cannot be drawn');
      const reply = await client.get(checkPictureUrl(opened, box ?? WORLD_BOX), context);
      const { channels } = await sharp(reply.body).stats();
      deviations.push(...channels.map(({ stdev }) => stdev));
    }
    expect(Math.max(...deviations)).toBeGreaterThan(0);
  });
});
