import { indexBatch } from '../../src/apps/map-registry/indexing/index-batch.ts';
import type { Catalog } from '../../src/apps/map-registry/layers/layer.ts';
import { readSearchParameters } from '../../src/apps/map-registry/search/search-parameters.ts';
import { searchReply } from '../../src/apps/map-registry/search/search-reply.ts';
import { PostgresSearchEngine } from '../../src/apps/map-registry/search-engines/postgres/postgres-search-engine.ts';
import type { Database } from '../../src/platform/database/connection.ts';
import { createTestDatabase } from '../../test/support/database.ts';
import { quantile, secondsOf } from '../figures.ts';
import type { Row } from '../report.ts';

/** `BENCH_LAYERS` is for a shorter run. */
const LAYERS = Number(process.env['BENCH_LAYERS'] ?? 1_000_000);
const SERVICES = 3_000;

/** Layers of one transaction, as `REGISTRY_SEARCH_BATCH_SIZE` says by default. */
const BATCH_SIZE = 50;

/** The speed is that of the first layers; the others are indexed in larger batches. */
const MEASURED_LAYERS = Math.min(LAYERS, 50_000);
const LARGE_BATCH_SIZE = 1_000;

/** Searches of each kind in a round. */
const SEARCHES = 20;

const FACETS = {
  'a.time.limit': '1000',
  'a.time.gap': 'P1Y',
  'a.user.limit': '10',
  'a.text.limit': '10',
  'a.hm.limit': '2048',
};

/** What is searched for, with the longest time that 95 of 100 may take. */
const CASES = [
  { work: 'a text and a box, all four facets', goalMilliseconds: 150, parameters: textAndBox },
  {
    work: 'everything, all four facets',
    goalMilliseconds: 50,
    parameters: () => ({ 'q.time': '[* TO *]', ...FACETS }),
  },
  {
    work: 'the newest ten',
    goalMilliseconds: 20,
    parameters: () => ({ 'd.docs.limit': '10', 'd.docs.sort': 'time' }),
  },
  {
    work: 'the best ten of a text',
    goalMilliseconds: undefined,
    parameters: (round: number) => ({ 'd.docs.limit': '10', 'q.text': `word${(round % 10) + 3}` }),
  },
] as const;

/** Indexes a million layers, and searches them in the engine `postgres`. */
export async function benchSearch(rounds: number): Promise<Row[]> {
  const { database, drop } = await createTestDatabase();
  try {
    const catalog = await makeLayers(database);
    const engine = new PostgresSearchEngine(database);
    const seconds = await secondsOf(() => index(database, engine, BATCH_SIZE, MEASURED_LAYERS));
    await index(database, engine, LARGE_BATCH_SIZE, LAYERS);
    await database.raw('VACUUM (ANALYZE) map_registry.layer_index');
    await database.raw('VACUUM (ANALYZE) map_registry.layer_words');
    const rows: Row[] = [
      {
        work: `${MEASURED_LAYERS} of ${LAYERS} layers indexed, ${BATCH_SIZE} a transaction`,
        measured: `${Math.round(MEASURED_LAYERS / seconds)}/s`,
        goal: 'at least 2000/s',
      },
    ];
    for (const { work, goalMilliseconds, parameters } of CASES) {
      const times: number[] = [];
      let matchCount = 0;
      for (let round = 0; round < rounds * SEARCHES; round += 1) {
        const search = readSearchParameters(new URLSearchParams(parameters(round)), {
          finestGridLevel: engine.finestGridLevel,
          isStrict: true,
        });
        times.push(
          await secondsOf(async () => {
            const result = await engine.search(catalog, search.query);
            matchCount = result.matchCount;
            JSON.stringify(searchReply(search, result));
          }),
        );
      }
      // The first of each kind reads what is not in memory yet.
      const milliseconds = times.slice(SEARCHES / 4).map((time) => time * 1_000);
      rows.push({
        work: `${work} (the last matches ${matchCount})`,
        measured: `p95 ${quantile(milliseconds, 0.95).toFixed(1)} ms, median ${quantile(milliseconds, 0.5).toFixed(1)} ms`,
        ...(goalMilliseconds === undefined ? {} : { goal: `p95 at most ${goalMilliseconds} ms` }),
      });
    }
    return rows;
  } finally {
    await drop();
  }
}

/** A frequent word, and 30 degrees in each direction. */
function textAndBox(round: number): Record<string, string> {
  const south = -60 + ((round * 7) % 80);
  const west = -150 + ((round * 13) % 250);
  return {
    'q.text': `word${(round % 10) + 3}`,
    'q.geo': `[${south},${west} TO ${south + 30},${west + 30}]`,
    'q.time': '[* TO *]',
    ...FACETS,
  };
}

/**
 * Layers with 36 words each of 8,000, the first of which are frequent; boxes from a hundredth of a degree to the size of the
 * world; and dates from 1400 to 2024.
 */
async function makeLayers(database: Database): Promise<Catalog> {
  await database.raw(
    `INSERT INTO map_registry.services (catalog_id, type, url, host)
     SELECT c.id, CASE WHEN n % 5 = 0 THEN 'OGC:WMTS' ELSE 'OGC:WMS' END, 'https://host' || n || '.example.org/wms',
       'host' || n || '.example.org'
     FROM map_registry.catalogs c, generate_series(1, ?) n WHERE slug = 'hypermap'`,
    [SERVICES],
  );
  await database.raw(
    `WITH s AS (SELECT array_agg(id ORDER BY id) AS ids, min(catalog_id) AS catalog_id FROM map_registry.services)
     INSERT INTO map_registry.layers (catalog_id, service_id, name, title, abstract, min_x, min_y, max_x, max_y, created)
     SELECT s.catalog_id, s.ids[1 + floor(${SERVICES} * power(random(), 2))::int], 'layer' || n,
       (SELECT string_agg('word' || floor(8000 * power(random(), 4)), ' ') FROM generate_series(1, 6) WHERE n > 0),
       (SELECT string_agg('word' || floor(8000 * power(random(), 4)), ' ') FROM generate_series(1, 30) WHERE n > 0),
       x, y, least(x + size, 180), least(y + size / 2, 90),
       '1400-01-01'::timestamptz + random() * interval '624 years'
     FROM s, generate_series(1, ?) n,
       LATERAL (SELECT random() * 359 - 180 AS x, random() * 179 - 90 AS y, 0.01 * power(36000, power(random(), 2)) AS size
         WHERE n > 0) box`,
    [LAYERS],
  );
  await database.raw('VACUUM (ANALYZE) map_registry.layers');
  await database.raw(
    `INSERT INTO map_registry.layers_to_index (layer_id, catalog_id, action)
     SELECT id, catalog_id, 'index' FROM map_registry.layers ORDER BY id`,
  );
  await database.raw('VACUUM (ANALYZE) map_registry.layers_to_index');
  return database<Catalog>('map_registry.catalogs')
    .where({ slug: 'hypermap' })
    .first('id', 'slug', 'name', 'url')
    .then((row) => row ?? Promise.reject(new Error('There is no catalogue')));
}

async function index(
  database: Database,
  engine: PostgresSearchEngine,
  batchSize: number,
  layerCount: number,
): Promise<void> {
  for (let done = 0; done < layerCount; ) {
    const { claimedCount } = await database.transaction((transaction) =>
      indexBatch(transaction, engine, batchSize),
    );
    done += claimedCount;
    if (claimedCount < batchSize) return;
  }
}
