import type { Database } from '../../../platform/database/connection.ts';
import type { RefreshState } from '../refreshes/states.ts';
import { hasEnded } from '../refreshes/states.ts';
import type { SearchEngine } from '../search-engines/search-engine.ts';
import { IndexInUseError } from '../search-engines/search-engine-errors.ts';

/** How long an index is kept at the least that no alias has pointed to yet: its alias may be about to be pointed there. */
const LEAST_HOURS_UNUSED = 24;

/** Indexes of a model that one run looks at. */
const MOST_INDEXES = 1_000;

interface StoredIndex {
  readonly name: string;
  /** Of the refresh that made it; `null` if it is forgotten. */
  readonly state: RefreshState | null;
  readonly isRetired: boolean;
  /** Whether it is out of use for long enough. */
  readonly isOld: boolean;
}

/** Stores that an alias has ceased to point to an index, or is about to. */
export async function markRetired(database: Database, indexName: string | null): Promise<void> {
  await database('ingestion.indexes')
    .where({ name: indexName })
    .update({ retired: database.raw('clock_timestamp()') });
}

/**
 * Deletes indexes of a model that refreshes have made and that no alias points to: those of refreshes that were not successful, and
 * those that are out of use for long enough. Indexes of refreshes that run, and of copies that wait for their promotion, stay.
 *
 * @param keptHours for how long an index stays once an alias has ceased to point to it.
 */
export async function removeUnusedIndexes(
  database: Database,
  searchEngine: SearchEngine,
  model: string,
  keptHours: number,
): Promise<void> {
  for (const index of await listIndexes(database, model, keptHours)) {
    if (index.state !== null && (!hasEnded(index.state) || index.state === 'ready')) continue;
    const described = await searchEngine.describe(index.name);
    const isUsed = described.kind === 'index' && described.aliases.length > 0;
    if (isUsed && index.isRetired) {
      await database('ingestion.indexes').where({ name: index.name }).update({ retired: null });
    }
    if (!isUsed && (index.isOld || isAbandoned(index))) await remove(database, searchEngine, index.name);
  }
}

/** An index that was in use is kept for a while, whatever became of its refresh. */
function isAbandoned({ state, isRetired }: StoredIndex): boolean {
  return (state === 'failed' || state === 'cancelled') && !isRetired;
}

async function remove(database: Database, searchEngine: SearchEngine, name: string): Promise<void> {
  try {
    await searchEngine.deleteIndex(name);
  } catch (error) {
    // An alias was pointed to it meanwhile.
    if (error instanceof IndexInUseError) return;
    throw error;
  }
  await database('ingestion.indexes').where({ name }).delete();
}

async function listIndexes(
  database: Database,
  model: string,
  keptHours: number,
): Promise<readonly StoredIndex[]> {
  const { rows } = await database.raw<{ rows: StoredIndex[] }>(
    `SELECT name, refreshes.state, indexes.retired IS NOT NULL AS "isRetired",
       CASE WHEN indexes.retired IS NULL
         THEN indexes.created < statement_timestamp() - make_interval(hours => greatest(:keptHours::integer, :leastHours::integer))
         ELSE indexes.retired <= statement_timestamp() - make_interval(hours => :keptHours::integer)
       END AS "isOld"
     FROM ingestion.indexes LEFT JOIN ingestion.refreshes ON refreshes.id = indexes.refresh_id
     WHERE indexes.model = :model ORDER BY indexes.created LIMIT :most`,
    { model, keptHours, leastHours: LEAST_HOURS_UNUSED, most: MOST_INDEXES },
  );
  return rows;
}
