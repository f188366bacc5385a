import { indexBatch, layersOfTransaction } from '../../src/apps/map-registry/indexing/index-batch.ts';
import type { Catalog } from '../../src/apps/map-registry/layers/layer.ts';
import { readSearchParameters } from '../../src/apps/map-registry/search/search-parameters.ts';
import { searchReply } from '../../src/apps/map-registry/search/search-reply.ts';
import { PostgresSearchEngine } from '../../src/apps/map-registry/search-engines/postgres/postgres-search-engine.ts';
import type { Database } from '../../src/platform/database/connection.ts';
import { createTestDatabase } from '../../test/support/database.ts';
import { quantile, secondsOf } from '../figures.ts';
import { processorSeconds } from '../queue/processor-time.ts';
import type { Row } from '../report.ts';
import { storeIndexedLayers } from './indexed-layers.ts';

/** `BENCH_LAYERS` is for a shorter run. */
const LAYERS = Number(process.env['BENCH_LAYERS'] ?? 1_000_000);

/** As `REGISTRY_SEARCH_BATCH_SIZE` says by default. */
const BATCH_SIZE = 50;

/** The product indexes so many layers beside the others. */
const MEASURED_LAYERS = Math.min(LAYERS / 2, 30_000);

/** Searches of each kind in a round; a quarter of those that have no goal. */
const SEARCHES = 12;

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
    work: 'the newest ten of a frequent text',
    goalMilliseconds: undefined,
    parameters: (round: number) => ({
      'd.docs.limit': '10',
      'd.docs.sort': 'time',
      'q.text': `word${(round % 10) + 3}`,
    }),
  },
  {
    work: 'the newest ten of a word that no layer has',
    goalMilliseconds: undefined,
    parameters: (round: number) => ({
      'd.docs.limit': '10',
      'd.docs.sort': 'time',
      'q.text': `nothing${round}`,
    }),
  },
  {
    work: 'the best ten of a frequent text',
    goalMilliseconds: undefined,
    parameters: (round: number) => ({ 'd.docs.limit': '10', 'q.text': `word${(round % 10) + 3}` }),
  },
] as const;

/** Indexes layers beside a million others, and searches all of them in the engine `postgres`. */
export async function benchSearch(
  rounds: number,
  { postgresPid }: { readonly postgresPid: number },
): Promise<Row[]> {
  const { database, drop } = await createTestDatabase();
  try {
    const catalog = await storeIndexedLayers(database, {
      count: LAYERS,
      indexedCount: LAYERS - MEASURED_LAYERS,
    });
    const engine = new PostgresSearchEngine(database);
    const rows = [await measureIndexing(database, engine, postgresPid)];
    await database.raw('VACUUM (ANALYZE) map_registry.layer_index');
    await database.raw('VACUUM (ANALYZE) map_registry.layer_words');
    for (const each of CASES) {
      const search = (round: number) => searchOnce(engine, catalog, each.parameters(round));
      // The first of each kind read what is not in memory yet.
      for (let round = 0; round < SEARCHES / 4; round += 1) await search(round);
      const count = rounds * (each.goalMilliseconds === undefined ? SEARCHES / 4 : SEARCHES);
      const milliseconds: number[] = [];
      let matchCount = 0;
      const used = await processorTimeOf(postgresPid, async () => {
        for (let round = 0; round < count; round += 1)
          milliseconds.push(
            1_000 *
              (await secondsOf(async () => {
                matchCount += await search(round);
              })),
          );
      });
      rows.push({
        work: `${each.work} (${Math.round(matchCount / count)} matches)`,
        measured: `p95 ${quantile(milliseconds, 0.95).toFixed(1)} ms, median ${quantile(milliseconds, 0.5).toFixed(1)} ms; ${describe(used, count)}`,
        ...(each.goalMilliseconds === undefined ? {} : { goal: `p95 at most ${each.goalMilliseconds} ms` }),
      });
    }
    return rows;
  } finally {
    await drop();
  }
}

async function measureIndexing(
  database: Database,
  engine: PostgresSearchEngine,
  postgresPid: number,
): Promise<Row> {
  let seconds = 0;
  const used = await processorTimeOf(postgresPid, async () => {
    seconds = await secondsOf(() => indexAll(database, engine));
  });
  return {
    work: `${MEASURED_LAYERS} layers indexed beside ${LAYERS - MEASURED_LAYERS}`,
    measured: `${Math.round(MEASURED_LAYERS / seconds)}/s; ${describe(used, MEASURED_LAYERS)}`,
    goal: 'at least 2000/s',
  };
}

async function indexAll(database: Database, engine: PostgresSearchEngine): Promise<void> {
  const layerCount = layersOfTransaction({ batchSize: BATCH_SIZE });
  for (;;) {
    const { claimedCount } = await database.transaction((transaction) =>
      indexBatch(transaction, engine, layerCount),
    );
    if (claimedCount < layerCount) return;
  }
}

/** Returns how many layers match. */
async function searchOnce(
  engine: PostgresSearchEngine,
  catalog: Catalog,
  parameters: Readonly<Record<string, string>>,
): Promise<number> {
  const search = readSearchParameters(new URLSearchParams(parameters), {
    finestGridLevel: engine.finestGridLevel,
    isStrict: true,
  });
  const result = await engine.search(catalog, search.query);
  JSON.stringify(searchReply(search, result));
  return result.matchCount;
}

/** Processor time of Postgres and of this process. */
interface ProcessorTime {
  readonly postgresSeconds: number;
  readonly ownSeconds: number;
}

async function processorTimeOf(postgresPid: number, work: () => Promise<void>): Promise<ProcessorTime> {
  const postgresBefore = (await processorSeconds(postgresPid)) ?? Number.NaN;
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  const postgresAfter = (await processorSeconds(postgresPid)) ?? Number.NaN;
  return { postgresSeconds: postgresAfter - postgresBefore, ownSeconds: (user + system) / 1e6 };
}

function describe({ postgresSeconds, ownSeconds }: ProcessorTime, count: number): string {
  const milliseconds = (seconds: number) => ((1_000 * seconds) / count).toFixed(2);
  return `CPU ${milliseconds(postgresSeconds)} + ${milliseconds(ownSeconds)} ms`;
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
