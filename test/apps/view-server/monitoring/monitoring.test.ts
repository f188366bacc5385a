import { rm } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { RegistrationSite } from '../registrar/registration-site.ts';
import { sampleGeoTiff } from '../registrar/sample-geotiff.ts';

const TILE = '/cache/ows/wmts/1.0.0/collection/default/WGS84/3/1/8.png';

let site: RegistrationSite;
let url: string;

beforeEach(async () => {
  site = await RegistrationSite.start({
    collections: {
      collection: {
        source: { type: 'local', kwargs: { folder: 'SOURCE' } },
        target: { type: 'local', kwargs: { folder: 'TARGET' } },
      },
    },
  });
  url = await site.serve();
});

afterEach(() => site.stop());

async function read(path: string): Promise<string> {
  return (await fetch(`${url}${path}`)).text();
}

describe('the metrics of the view server', () => {
  it('count items by stage and state', async () => {
    await site.put({ 'a_20180601/image.tif': sampleGeoTiff({ minX: 0, minY: 0, maxX: 1, maxY: 1 }) });
    await site.register('a_20180601');
    await site.register('missing');
    await site.push('register', 'waits');
    const metrics = await read('/metrics');
    expect(metrics).toContain('view_server_up 1');
    expect(metrics).toContain('view_server_items{stage="register",state="success"} 1');
    expect(metrics).toContain('view_server_items{stage="register",state="failure"} 1');
    expect(metrics).toContain('view_server_items{stage="register",state="waiting"} 1');
    expect(metrics).toMatch(/^view_server_oldest_waiting_seconds\{stage="register"\} /m);
  });

  it('say where tiles came from, and how many bytes they had', async () => {
    const bytes =
      (await read(TILE)).length && Number((await fetch(url + TILE)).headers.get('content-length'));
    const metrics = await read('/metrics');
    expect(metrics).toContain('view_server_tiles_served{from="drawing"} 1');
    expect(metrics).toContain('view_server_tiles_served{from="memory"} 1');
    expect(metrics).toContain(`view_server_tile_bytes_served ${2 * bytes}`);
  });
});

describe('the health check of the view server', () => {
  it('says whether its files can be reached', async () => {
    const check = async () =>
      JSON.parse(await read('/health-check/?format=json&strict')) as Record<string, string>;
    expect(await check()).toMatchObject({ 'view-server: files': 'working' });
    await rm(site.target, { recursive: true });
    expect((await check())['view-server: files']).toContain('is not there');
  });
});
