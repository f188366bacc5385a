import { within } from '../../../platform/deadline.ts';
import { errorMessage } from '../../../platform/error-message.ts';
import type { IngestionDatabases, NamedDatabase } from '../databases/ingestion-databases.ts';
import type { SearchEngine } from '../search-engines/search-engine.ts';

/** How long each dependency may take. */
const TIMEOUT_MILLISECONDS = 3_000;

/** What is wrong with what the server needs, by the names of the original server. */
export type DependencyFaults = { readonly es: readonly string[]; readonly db: readonly string[] };

/** Checks the search engine and both databases; returns `undefined` if all is well. */
export async function checkDependencies(
  searchEngine: SearchEngine,
  { upstream, api }: IngestionDatabases,
): Promise<DependencyFaults | undefined> {
  const [ofEngine, ofUpstream, ofApi] = await Promise.all([
    faultsOf('the search engine', () => checkEngine(searchEngine)),
    faultsOf('the upstream database', () => checkDatabase(upstream)),
    faultsOf('the API database', () => checkDatabase(api)),
  ]);
  const faults = { es: ofEngine, db: [...ofUpstream, ...ofApi] };
  return faults.es.length + faults.db.length > 0 ? faults : undefined;
}

async function checkEngine(searchEngine: SearchEngine): Promise<void> {
  const { status } = await searchEngine.health();
  if (status !== 'green') throw new Error(`its status is ${status}`);
}

async function checkDatabase({ pool }: NamedDatabase): Promise<void> {
  await pool.raw('SELECT 1');
}

async function faultsOf(what: string, check: () => Promise<void>): Promise<readonly string[]> {
  try {
    await within(TIMEOUT_MILLISECONDS, check());
    return [];
  } catch (error) {
    return [`${what}: ${errorMessage(error)}`];
  }
}
