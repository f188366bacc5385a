import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import sharp from 'sharp';
import { createTestDatabase, type TestDatabase } from '../../../support/database.ts';
import { type NodeProcess, startNodeProcess } from '../../../support/node-process.ts';
import { sampleGeoTiff } from '../registrar/sample-geotiff.ts';

jest.setTimeout(180_000);

const DIST = new URL('../../../../dist/', import.meta.url);

/** The tile that the product fills. */
const TILE = '/cache/ows/wmts/1.0.0/images/default/WGS84/3/3/8.png';

/** A server of its own would be one of a cluster elsewhere: these two share Postgres and the files, and nothing else. */
describe('two servers and an engine', () => {
  let test: TestDatabase;
  let folder: string;
  const processes: NodeProcess[] = [];
  let urls: string[];

  beforeAll(async () => {
    test = await createTestDatabase();
    folder = await mkdtemp(join(tmpdir(), 'replaced-'));
    await mkdir(join(folder, 'in', 'a'), { recursive: true });
    const metadata = { id: 'A', begin: '2018-06-01T10:00:00Z', end: '2018-06-01T10:05:00Z' };
    await writeFile(join(folder, 'in', 'a', '_metadata.json'), JSON.stringify(metadata));
    const start = (entryPoint: string) => {
      const started = startNodeProcess(new URL(entryPoint, DIST), {
        INSTALLED_APPS: 'view-server',
        DATABASE_URL: test.url,
        DJANGO_SECRET_KEY: 'the secret key of a test, fifty characters long ok',
        COLLECTION: 'images',
        VIEW_SERVER_SOURCE: folder,
        VIEW_SERVER_TARGET: folder,
        GUNICORN_WORKERS: '1',
        ENGINE_WORKER_COUNT: '1',
        PORT: '0',
      });
      processes.push(started);
      return started;
    };
    const servers = [start('server.js'), start('server.js')];
    const engine = start('engine.js');
    await engine.waitForLine(({ msg }) => msg === 'engine started');
    urls = await Promise.all(
      servers.map(async (server) => {
        const { port } = await server.waitForLine(({ msg }) => msg === 'listening');
        return `http://127.0.0.1:${port}`;
      }),
    );
  });

  afterAll(async () => {
    for (const each of processes) each.kill('SIGTERM');
    await Promise.all(processes.map(({ ended }) => ended));
    await rm(folder, { recursive: true, force: true });
    await test.drop();
  });

  /** Registers the product with an image of one grey. */
  async function register(grey: number): Promise<void> {
    const image = sampleGeoTiff({ minX: 0, minY: 0, maxX: 22.5, maxY: 22.5 });
    image.fill(grey, image.length - 16 * 16 * 3);
    await writeFile(join(folder, 'in', 'a', 'image.tif'), image);
    const response = await fetch(`${urls[0]}/register/`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ type: 'product', url: `${pathToFileURL(folder).href}/in/a` }),
    });
    expect([response.status, await response.text()]).toEqual([200, expect.stringContaining('successfully')]);
  }

  /** Returns the grey in the middle of the tile that one of the servers sends. */
  async function greyOf(server: number): Promise<number> {
    const response = await fetch(`${urls[server]}${TILE}`);
    if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
    const { data, info } = await sharp(Buffer.from(await response.arrayBuffer()))
      .raw()
      .toBuffer({ resolveWithObject: true });
    return data[(128 * 256 + 128) * info.channels] ?? 0;
  }

  it('send no old tile of a product after the registration that replaces it has ended', async () => {
    await register(40);
    expect(await Promise.all([greyOf(0), greyOf(1)])).toEqual([40, 40]);
    let registered = 40;
    let isOver = false;
    const stale: string[] = [];
    const clients = [0, 1].map(async (server) => {
      while (!isOver) {
        const before = registered;
        const grey = await greyOf(server);
        if (grey < before) stale.push(`server ${server} sent ${grey} after ${before}`);
      }
    });
    for (const grey of [80, 120, 160, 200]) {
      await register(grey);
      registered = grey;
      expect(await Promise.all([greyOf(0), greyOf(1)])).toEqual([grey, grey]);
    }
    isOver = true;
    await Promise.all(clients);
    expect(stale).toEqual([]);
  });
});
