import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { Agent, get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { COLLECTION } from '../../test/apps/view-server/map-service.ts';
import { seededRandom } from '../../test/support/seeded-random.ts';
import { median, quantile } from '../figures.ts';
import { processorSeconds } from '../queue/processor-time.ts';
import type { Row } from '../report.ts';
import { getByFastCgi } from './fast-cgi.ts';
import { MapServerPeer, PEER_LAYER } from './map-server-peer.ts';
import { SCENE } from './sample-scene.ts';

const TILES = 300;
const CLIENTS = 2;

/** Degrees of a tile of the levels 10 to 13 of the grid WGS84. */
const TILE_DEGREES = [10, 11, 12, 13].map((zoom) => 180 / 2 ** zoom);

/** What all tiles of a round took. */
interface Round {
  readonly tilesPerSecond: number;
  readonly processorMilliseconds: number | undefined;
  readonly latencyMilliseconds: readonly number[];
}

/** GetMap of random tiles by two clients, each with a process of its own, as MapServer's FastCGI processes; the blocks of all are cached. */
export async function benchTiles(rounds: number): Promise<Row[]> {
  const folder = await mkdtemp(join(tmpdir(), 'view-server-bench-'));
  const children = Array.from({ length: CLIENTS }, () =>
    fork(fileURLToPath(new URL('map-service-process.ts', import.meta.url))),
  );
  let peer: MapServerPeer | undefined;
  try {
    const services = await Promise.all(children.map(startedService));
    peer = await MapServerPeer.start(folder, services[0]?.imageFile ?? '', CLIENTS);
    const boxes = tileBoxes();
    const agent = new Agent({ keepAlive: true, maxSockets: CLIENTS });
    const ourTile = (client: number) => (query: string) =>
      fetchTile(agent, `${services[client]?.url}?${query}`);
    const ourPids = children.flatMap(({ pid }) => pid ?? []);
    const ours: Round[] = [];
    const peers: Round[] = [];
    const first = await measure(boxes, COLLECTION, ourTile, ourPids);
    const { sockets = [], pids = [] } = peer ?? {};
    const peerTile = (client: number) => async (query: string) => {
      const body = await getByFastCgi(sockets[client] ?? '', query);
      if (body[0] !== 0xff) throw new Error(`MapServer: ${body.toString().slice(0, 300)}`);
    };
    if (peer) await measure(boxes, PEER_LAYER, peerTile, pids);
    for (let round = 0; round < rounds; round += 1) {
      ours.push(await measure(boxes, COLLECTION, ourTile, ourPids));
      if (peer) peers.push(await measure(boxes, PEER_LAYER, peerTile, pids));
    }
    agent.destroy();
    return [
      compared('tiles rendered, blocks cached', ours, peers),
      {
        work: 'tiles rendered, first pass, 95 of 100',
        measured: `${quantile(first.latencyMilliseconds, 0.95).toFixed(1)} ms`,
        goal: '≤ 50 ms',
      },
    ];
  } finally {
    peer?.stop();
    await Promise.all(
      children.map(async (child) => {
        child.disconnect();
        await once(child, 'exit');
      }),
    );
    await rm(folder, { recursive: true });
  }
}

function compared(work: string, ours: readonly Round[], peers: readonly Round[]): Row {
  const rate = (rounds: readonly Round[]) => median(rounds.map(({ tilesPerSecond }) => tilesPerSecond));
  return {
    work: `${work}, median of ${ours.length} × ${TILES}`,
    measured: inWords(ours, rate(ours)),
    peer: peers.length > 0 ? inWords(peers, rate(peers)) : 'MapServer is not installed',
    ratio: peers.length > 0 ? `${(rate(ours) / rate(peers)).toFixed(2)}×` : '',
    goal: '≥ 1×',
  };
}

function inWords(rounds: readonly Round[], tilesPerSecond: number): string {
  const used = rounds.flatMap(({ processorMilliseconds = [] }) => processorMilliseconds);
  const cost = used.length > 0 ? `, ${median(used).toFixed(1)} ms of processor time each` : '';
  return `${tilesPerSecond.toFixed(0)}/s${cost}`;
}

async function measure(
  boxes: readonly string[],
  layer: string,
  tileOf: (client: number) => (query: string) => Promise<unknown>,
  pids: readonly number[],
): Promise<Round> {
  const usedBefore = await usedSeconds(pids);
  const begun = performance.now();
  const latencyMilliseconds: number[] = [];
  const waiting = [...boxes];
  await Promise.all(
    Array.from({ length: CLIENTS }, async (_, client) => {
      const draw = tileOf(client);
      for (let bbox = waiting.pop(); bbox !== undefined; bbox = waiting.pop()) {
        const started = performance.now();
        await draw(queryOf(layer, bbox));
        latencyMilliseconds.push(performance.now() - started);
      }
    }),
  );
  const seconds = (performance.now() - begun) / 1_000;
  const usedAfter = await usedSeconds(pids);
  return {
    tilesPerSecond: boxes.length / seconds,
    processorMilliseconds:
      usedBefore === undefined || usedAfter === undefined
        ? undefined
        : ((usedAfter - usedBefore) * 1_000) / boxes.length,
    latencyMilliseconds,
  };
}

async function usedSeconds(pids: readonly number[]): Promise<number | undefined> {
  const used = await Promise.all(pids.map(processorSeconds));
  return used.reduce<number | undefined>(
    (sum, seconds) => (sum === undefined || seconds === undefined ? undefined : sum + seconds),
    0,
  );
}

function queryOf(layer: string, bbox: string): string {
  return `SERVICE=WMS&VERSION=1.1.1&REQUEST=GetMap&LAYERS=${layer}&STYLES=&SRS=EPSG:4326&BBOX=${bbox}&WIDTH=256&HEIGHT=256&FORMAT=image/jpeg`;
}

/** Random tiles inside the scene. */
function tileBoxes(): string[] {
  const { below } = seededRandom(13);
  const share = () => below(1_000_000) / 1_000_000;
  return Array.from({ length: TILES }, (_, index) => {
    const size = TILE_DEGREES[index % TILE_DEGREES.length] ?? 0;
    const minX = SCENE.minX + share() * (SCENE.maxX - SCENE.minX - size);
    const minY = SCENE.minY + share() * (SCENE.maxY - SCENE.minY - size);
    return [minX, minY, minX + size, minY + size].join(',');
  });
}

async function fetchTile(agent: Agent, url: string): Promise<void> {
  const [response] = await once(get(url, { agent }), 'response');
  const body = await buffer(response);
  if (response.statusCode !== 200 || body[0] !== 0xff) throw new Error(body.toString().slice(0, 300));
}

async function startedService(
  child: ChildProcess,
): Promise<{ readonly url: string; readonly imageFile: string }> {
  const [message]: { url: string; imageFile: string }[] = await once(child, 'message');
  if (!message) throw new Error('the map service has not started');
  return message;
}
