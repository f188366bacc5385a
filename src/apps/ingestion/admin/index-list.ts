import type { RowPage } from '../../../app-kit/admin/row-page.ts';
import type { AppContext } from '../../../app-kit/app-context.ts';
import type { Database } from '../../../platform/database/connection.ts';
import { isoTimestamp } from '../../../platform/database/timestamps.ts';
import { errorMessage } from '../../../platform/error-message.ts';
import { openIngestionDatabases } from '../databases/ingestion-databases.ts';
import { openSearchEngine } from '../search-engines/open-search-engine.ts';
import type { SearchEngine } from '../search-engines/search-engine.ts';
import { ingestionSettings } from '../settings.ts';
import type { EngineState, IndexRow } from './shapes.ts';

/** Indexes that are read of the search engine for one page; of more, the first ones by name are shown. */
const MOST_INDEXES = 1_000;

const PAGE_ROWS = 25;

/** How long the search engine may take for a page. */
const TIMEOUT_MILLISECONDS = 5_000;

/** One page of the indexes of the search engine, and how it is. */
export interface IndexPage extends RowPage<IndexRow> {
  readonly engine: EngineState;
}

/**
 * Reads one page of the indexes that the search engine has, by name. Where it cannot be reached, there are none, and the page says
 * why.
 *
 * @param after the name of the last index of the page before.
 */
export async function listIndexRows(context: AppContext, after: string | undefined): Promise<IndexPage> {
  const { platform } = context;
  const databases = openIngestionDatabases(platform);
  try {
    const searchEngine = openSearchEngine(platform, databases);
    try {
      return await readIndexes(platform.database, searchEngine, after);
    } finally {
      await searchEngine.close();
    }
  } catch (error) {
    platform.logger.warn({ err: error }, 'the search engine cannot be shown');
    const { kind } = platform.settingsOf(ingestionSettings).search.engine;
    return emptyPage({ title: kind, status: null, fault: errorMessage(error), freeBytes: null });
  } finally {
    await databases.close();
  }
}

async function readIndexes(
  database: Database,
  searchEngine: SearchEngine,
  after: string | undefined,
): Promise<IndexPage> {
  const signal = AbortSignal.timeout(TIMEOUT_MILLISECONDS);
  const [{ status }, freeBytes, indexes] = await Promise.all([
    searchEngine.health({ signal }),
    searchEngine.freeBytes(),
    searchEngine.listIndexes(MOST_INDEXES),
  ]);
  const further = indexes.filter(({ name }) => after === undefined || name > after);
  const shown = further.slice(0, PAGE_ROWS);
  const known = await findKnown(
    database,
    shown.map(({ name }) => name),
  );
  return {
    engine: { title: searchEngine.title, status, fault: null, freeBytes: freeBytes ?? null },
    rows: shown.map(({ name, documentCount, bytes, aliases }) => ({
      id: name,
      aliases,
      documentCount,
      bytes,
      known: known.get(name) ?? null,
    })),
    next: further.length > PAGE_ROWS ? (shown.at(-1)?.name ?? null) : null,
    isPartial: false,
    count: { count: indexes.length, isEstimated: false, isMinimum: indexes.length === MOST_INDEXES },
  };
}

function emptyPage(engine: EngineState): IndexPage {
  return { engine, rows: [], next: null, isPartial: false, count: null };
}

async function findKnown(
  database: Database,
  names: readonly string[],
): Promise<ReadonlyMap<string, NonNullable<IndexRow['known']>>> {
  const found = await database('ingestion.indexes')
    .whereIn('name', names)
    .select<(NonNullable<IndexRow['known']> & { name: string })[]>(
      'name',
      'model',
      'state',
      'refresh_id AS refreshId',
      isoTimestamp(database, 'indexes.created', 'created'),
    );
  return new Map(found.map(({ name, ...known }) => [name, known]));
}
