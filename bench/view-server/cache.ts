import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Agent } from 'undici';
import { footprintOfBox } from '../../src/apps/view-server/catalogue/footprint.ts';
import { storeProduct } from '../../src/apps/view-server/catalogue/store-product.ts';
import type { Box } from '../../src/map-kit/box.ts';
import { sampleGeoTiff } from '../../test/apps/view-server/registrar/sample-geotiff.ts';
import { createTestDatabase, type TestDatabase } from '../../test/support/database.ts';
import { type NodeProcess, startNodeProcess } from '../../test/support/node-process.ts';
import type { Row } from '../report.ts';
import { startMapCache } from './map-cache-peer.ts';

/** As `ab -k -c 4` has them. */
const CLIENTS = 4;

const SECONDS = 8;
const WARM_UP_SECONDS = 3;

/** What the product covers: a tile of level 3. */
const BOX: Box = { minX: 0, minY: 0, maxX: 22.5, maxY: 22.5 };
const PIXELS = 16 * 16 * 3;

/** Ticks of the clock that Linux counts the time of processes by. */
const TICKS_PER_SECOND = 100;

/** Tiles that are stored already, over HTTP: from the memory of the server, from their files, and to clients that have them. */
export async function benchTileCache(): Promise<Row[]> {
  const [test, folder] = await Promise.all([createTestDatabase(), mkdtemp(join(tmpdir(), 'bench-tiles-'))]);
  try {
    await storeScene(test, folder);
    const memory = await measure(test, folder, {});
    const hasTags = await measure(test, folder, {}, true);
    const files = await measure(test, folder, { TILE_CACHE_MEMORY: '0' });
    return [
      rowOf('from memory', memory),
      rowOf('to clients that have them (304)', hasTags),
      rowOf('from their rows and files', files),
    ];
  } finally {
    await test.drop();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Stores a product with an image that does not compress well. */
async function storeScene({ database }: TestDatabase, folder: string): Promise<void> {
  const image = sampleGeoTiff(BOX);
  for (let at = image.length - PIXELS; at < image.length; at += 1) image[at] = (at * 7_919) % 256;
  await mkdir(join(folder, 'a'));
  await writeFile(join(folder, 'a', 'image.tif'), image);
  const moment = new Date('2018-06-01T10:00:00Z');
  await database.transaction((transaction) =>
    storeProduct(
      transaction,
      {
        identifier: 'A',
        type: 'optical',
        level: 'L1',
        footprint: footprintOfBox(BOX),
        begins: moment,
        ends: moment,
        prefix: 'a',
        collections: ['images'],
        coverages: [
          {
            identifier: 'A_image',
            coverageType: 'image',
            path: 'a/image.tif',
            widthPixels: 16,
            heightPixels: 16,
            bandCount: 3,
            srs: 'EPSG:4326',
            box: BOX,
          },
        ],
        masks: [],
        files: [],
        properties: {},
      },
      { replaces: true },
    ),
  );
}

/** Tiles that were sent, and what they took. */
interface Sent {
  readonly tilesPerSecond: number;
  readonly cpuMilliseconds: number;
  readonly kilobytes: number;
}

interface Measured {
  readonly ours: Sent;
  /** MapCache in the same minute, with the same tiles from its disk; `undefined` where it is not installed. */
  readonly peer: Sent | undefined;
}

function rowOf(work: string, { ours, peer }: Measured): Row {
  return {
    work: `stored tiles ${work}, ${CLIENTS} clients, one server process`,
    measured: textOf(ours),
    peer:
      peer === undefined ? 'none: apache2 with mod_mapcache is not installed' : `MapCache: ${textOf(peer)}`,
    ...(peer === undefined ? {} : { ratio: (ours.tilesPerSecond / peer.tilesPerSecond).toFixed(2) }),
    goal: '1',
  };
}

function textOf({ tilesPerSecond, cpuMilliseconds, kilobytes }: Sent): string {
  return `${Math.round(tilesPerSecond)} tiles/s, ${cpuMilliseconds.toFixed(2)} ms CPU each, ${kilobytes.toFixed(1)} kB`;
}

async function measure(
  test: TestDatabase,
  folder: string,
  environment: NodeJS.ProcessEnv,
  hasTags = false,
): Promise<Measured> {
  const server = startNodeProcess(new URL('../../dist/server.js', import.meta.url), {
    INSTALLED_APPS: 'view-server',
    DATABASE_URL: test.url,
    DJANGO_SECRET_KEY: 'the secret key of a bench, fifty characters long ok',
    COLLECTION: 'images',
    VIEW_SERVER_SOURCE: folder,
    VIEW_SERVER_TARGET: folder,
    LOG_LEVEL: 'info',
    // A second one would share the two cores with the clients and Postgres.
    GUNICORN_WORKERS: '1',
    PORT: '0',
    ...environment,
  });
  const agent = new Agent({ connections: CLIENTS });
  try {
    const origin = `http://127.0.0.1:${await portOf(server)}`;
    const ours = await send(new TileClient(agent, origin, ourPathOf), server.pid, hasTags);
    const mapCache = await startMapCache(`${origin}/ows`, 'images');
    if (!mapCache) return { ours, peer: undefined };
    try {
      const peer = await send(new TileClient(agent, mapCache.url, mapCache.pathOf), mapCache.pid, hasTags);
      return { ours, peer };
    } finally {
      await mapCache.stop();
    }
  } finally {
    server.kill('SIGTERM');
    await server.ended;
    await agent.close();
  }
}

async function send(tiles: TileClient, pid: number, hasTags: boolean): Promise<Sent> {
  await tiles.fetchAll();
  await tiles.run(WARM_UP_SECONDS, hasTags);
  const before = await cpuSecondsOf(pid);
  const { count, bytes } = await tiles.run(SECONDS, hasTags);
  const cpuMilliseconds = ((await cpuSecondsOf(pid)) - before) * 1_000;
  return {
    tilesPerSecond: count / SECONDS,
    cpuMilliseconds: cpuMilliseconds / count,
    kilobytes: bytes / count / 1_000,
  };
}

/** The path of a tile of the grid `WGS84`. */
type PathOf = (level: number, row: number, column: number) => string;

const ourPathOf: PathOf = (level, row, column) =>
  `/cache/ows/wmts/1.0.0/images/default/WGS84/${level}/${row}/${column}.mixed`;

/** Clients that ask for the tiles of two levels in turn. */
class TileClient {
  readonly #agent: Agent;
  readonly #origin: string;
  readonly #paths: readonly string[];
  readonly #tags = new Map<string, string>();

  constructor(agent: Agent, origin: string, pathOf: PathOf) {
    this.#agent = agent;
    this.#origin = origin;
    this.#paths = [4, 5].flatMap((level) => {
      const side = 2 ** (level - 3);
      return Array.from({ length: side * side }, (_, index) => {
        const [row, column] = [3 * side + Math.floor(index / side), 8 * side + (index % side)];
        return pathOf(level, row, column);
      });
    });
  }

  async fetchAll(): Promise<void> {
    for (const path of this.#paths) await this.#get(path, false);
  }

  async run(seconds: number, hasTags: boolean): Promise<{ readonly count: number; readonly bytes: number }> {
    const end = performance.now() + seconds * 1_000;
    let count = 0;
    let bytes = 0;
    await Promise.all(
      Array.from({ length: CLIENTS }, async () => {
        while (performance.now() < end) {
          const path = this.#paths[count % this.#paths.length] ?? '';
          count += 1;
          bytes += await this.#get(path, hasTags);
        }
      }),
    );
    return { count, bytes };
  }

  async #get(path: string, hasTag: boolean): Promise<number> {
    const tag = hasTag ? this.#tags.get(path) : undefined;
    const { statusCode, headers, body } = await this.#agent.request({
      origin: this.#origin,
      path,
      method: 'GET',
      ...(tag === undefined ? {} : { headers: { 'if-none-match': tag } }),
    });
    const content = await body.arrayBuffer();
    if (statusCode !== 200 && statusCode !== 304) throw new Error(`${path}: ${statusCode}`);
    if (typeof headers['etag'] === 'string') this.#tags.set(path, headers['etag']);
    return content.byteLength;
  }
}

async function portOf(server: NodeProcess): Promise<number> {
  const { port } = await server.waitForLine(({ msg }) => msg === 'listening');
  return Number(port);
}

/** User and system time of a process and of the one that serves for it. */
async function cpuSecondsOf(pid: number): Promise<number> {
  const children = (await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8'))
    .trim()
    .split(' ')
    .filter(Boolean);
  let ticks = 0;
  for (const each of [String(pid), ...children]) {
    const stat = await readFile(`/proc/${each}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    ticks += Number(fields[11]) + Number(fields[12]);
  }
  return ticks / TICKS_PER_SECOND;
}
