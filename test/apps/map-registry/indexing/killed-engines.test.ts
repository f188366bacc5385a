import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { indexCachedLayers } from '../../../../src/apps/map-registry/tasks.ts';
import type { Database } from '../../../../src/platform/database/connection.ts';
import { eventually } from '../../../support/eventually.ts';
import { type NodeProcess, startNodeProcess } from '../../../support/node-process.ts';
import { RegistryService } from '../registry-service.ts';
import {
  type ElasticsearchStandIn,
  startElasticsearchStandIn,
} from '../search-engines/elasticsearch-stand-in.ts';

/** `INDEXED_LAYERS=100000` is the large case; it takes some minutes. */
const LAYERS = Number(process.env['INDEXED_LAYERS'] ?? 1_500);

const IS_LARGE = LAYERS > 10_000;

const BATCH_SIZE = IS_LARGE ? 100 : 10;

/** Engines are killed when so many parts of the layers still wait. */
const KILLED_AT = [0.8, 0.4];

const DEADLINE_MILLISECONDS = IS_LARGE ? 1_500_000 : 150_000;

jest.setTimeout(2 * DEADLINE_MILLISECONDS);

describe('layers that are indexed while engines are killed', () => {
  let service: RegistryService;
  let standIn: ElasticsearchStandIn | undefined;
  let engines: NodeProcess[] = [];
  afterEach(async () => {
    for (const engine of engines) kill(engine);
    await Promise.all(engines.map(({ ended }) => ended));
    engines = [];
    await service.stop();
    await standIn?.close();
  });

  async function startEngine(searchUrl: string): Promise<void> {
    const engine = startNodeProcess(new URL('../../../../dist/engine.js', import.meta.url), {
      INSTALLED_APPS: 'map-registry',
      DATABASE_URL: service.platform.settings.databaseUrl,
      DJANGO_SECRET_KEY: 'the secret key of a test, fifty characters long ok',
      REGISTRY_SEARCH_URL: searchUrl,
      REGISTRY_SEARCH_BATCH_SIZE: String(BATCH_SIZE),
      ENGINE_WORKER_COUNT: '2',
      LOG_LEVEL: 'info',
    });
    engines.push(engine);
    await engine.waitForLine(({ msg }) => msg === 'engine started');
  }

  /** The tasks of killed engines come again later; the schedule would enqueue others meanwhile. */
  const enqueue = () => service.queue.asyncTask(indexCachedLayers, {});

  async function indexWhileKilling(searchUrl: string): Promise<readonly string[]> {
    const { database } = service.platform;
    const ids = await noteLayers(database);
    await Promise.all([startEngine(searchUrl), startEngine(searchUrl)]);
    await Promise.all([enqueue(), enqueue(), enqueue()]);
    for (const part of KILLED_AT) {
      await eventually(async () => (await waitingCount(database)) <= part * LAYERS, DEADLINE_MILLISECONDS, 5);
      const killed = engines.shift();
      if (killed) kill(killed);
      await Promise.all([startEngine(searchUrl), enqueue(), enqueue()]);
    }
    await eventually(async () => (await waitingCount(database)) === 0, DEADLINE_MILLISECONDS);
    return ids;
  }

  it('are in Postgres as in the database, each once, and the counts agree', async () => {
    service = await RegistryService.start();
    const { database } = service.platform;
    const ids = await indexWhileKilling('postgres');
    expect(await database('map_registry.layer_index').orderBy('layer_id').pluck('layer_id')).toEqual(ids);
    expect(await database('map_registry.layer_words').orderBy('layer_id').pluck('layer_id')).toEqual(ids);
    const counts = await database('map_registry.layer_counts')
      .groupBy('kind')
      .select('kind')
      .sum('count AS count');
    expect(Object.fromEntries(counts.map(({ kind, count }) => [kind, Number(count)]))).toEqual({
      all: LAYERS,
      month: LAYERS,
      originator: LAYERS,
      type: LAYERS,
      corner: 4 * LAYERS,
    });
  });

  it('are in Elasticsearch as in the database, each once', async () => {
    standIn = await startElasticsearchStandIn();
    const searchUrl = `elasticsearch+http://127.0.0.1:${standIn.port}`;
    service = await RegistryService.start({ REGISTRY_SEARCH_URL: searchUrl });
    const ids = await indexWhileKilling(searchUrl);
    expect(standIn.idsOf('hypermap').toSorted((one, other) => Number(one) - Number(other))).toEqual(ids);
  });
});

async function noteLayers(database: Database): Promise<readonly string[]> {
  await database.raw(
    `WITH service AS (
       INSERT INTO map_registry.services (catalog_id, type, url, host)
       SELECT id, 'OGC:WMS', 'https://maps.example.org/wms', 'maps.example.org'
       FROM map_registry.catalogs WHERE slug = 'hypermap' RETURNING id, catalog_id
     )
     INSERT INTO map_registry.layers (catalog_id, service_id, name, title, min_x, max_x, created)
     SELECT catalog_id, id, 'layer ' || n, 'A layer of rivers', n % 180 - 180, n % 180,
       '1900-01-01'::timestamptz + n * interval '1 day'
     FROM service, generate_series(1, ?) n`,
    [LAYERS],
  );
  await database.raw(
    `INSERT INTO map_registry.layers_to_index (layer_id, catalog_id, action)
     SELECT id, catalog_id, 'index' FROM map_registry.layers`,
  );
  return database('map_registry.layers').orderBy('id').pluck('id');
}

async function waitingCount(database: Database): Promise<number> {
  const [row] = await database('map_registry.layers_to_index').count({ count: '*' });
  return Number(row?.['count']);
}

/** Kills an engine with its workers. */
function kill({ pid }: NodeProcess): void {
  for (const each of [pid, ...childrenOf(pid)]) {
    try {
      process.kill(each, 'SIGKILL');
    } catch {
      // It has ended meanwhile.
    }
  }
}

function childrenOf(pid: number): readonly number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
  } catch {
    return [];
  }
}
