import type { Knex } from 'knex';
import type { Database } from '../../../../platform/database/connection.ts';
import { errorMessage } from '../../../../platform/error-message.ts';
import { SearchEngineUnavailableError } from '../../../../platform/search-engines/search-engine-errors.ts';
import { UnindexableLayerError } from '../../indexing/box-to-index.ts';
import { type IndexDocument, layerToIndex } from '../../indexing/index-document.ts';
import { type IndexableLayer, readIndexableLayers } from '../../indexing/indexable-layers.ts';
import type { Catalog } from '../../layers/layer.ts';
import { FINEST_GRID_LEVEL } from '../heat-map-grid.ts';
import type { IndexBatch, RefusedLayer, SearchEngine, SearchResult } from '../search-engine.ts';
import type { SearchQuery } from '../search-query.ts';
import { type FacetsRow, facetsStatement, readFacets } from './facets.ts';
import { matchingLayers, type Sql, wordsCondition } from './matching-layers.ts';
import { clearCatalog, writeIndex } from './write-index.ts';

/** How long a search may take. */
const SEARCH_TIMEOUT_SECONDS = 30;

/** So that 300,000 matches fit. Postgres takes no more of it than it needs. */
const MEMORY_OF_A_STEP_MEBIBYTES = 32;

/** Matches that are ranked by their words: of more, the newest. Pages end at half of it. */
const RANKED_LAYERS = 20_000;

/** Classes of SQLSTATE for which the values are to blame: data exceptions, constraints, limits of the program. */
const FAULTS_OF_VALUES = ['22', '23', '54'];

/** Likewise for faults that pass: lost connections, too few resources, a statement that took too long, a server that ends. */
const TEMPORARY_FAULTS = ['08', '53', '57'];

/** What Postgres says of a statement that it has ended. */
const CANCELED = '57014';

/** Stores and finds layers in the database itself. */
export class PostgresSearchEngine implements SearchEngine {
  readonly title = 'postgres';
  readonly finestGridLevel = FINEST_GRID_LEVEL;
  readonly #database: Database;
  readonly #searchTimeoutSeconds: number;

  constructor(database: Database, { searchTimeoutSeconds = SEARCH_TIMEOUT_SECONDS } = {}) {
    this.#database = database;
    this.#searchTimeoutSeconds = searchTimeoutSeconds;
  }

  async write(batch: IndexBatch, transaction: Knex.Transaction): Promise<readonly RefusedLayer[]> {
    try {
      await transaction.transaction((savepoint) => writeIndex(savepoint, batch));
      return [];
    } catch (error) {
      if (!isFaultOfValues(error)) throw error;
      return this.#writeInHalves(batch, transaction, error);
    }
  }

  async finish(): Promise<void> {}

  async clear({ id }: Pick<Catalog, 'id'>): Promise<void> {
    await this.#database.transaction((transaction) => clearCatalog(transaction, id));
  }

  async search({ id }: Catalog, query: SearchQuery): Promise<SearchResult> {
    try {
      return await this.#find(id, query);
    } catch (error) {
      throw isTemporary(error) ? this.#unavailable(error) : error;
    }
  }

  async close(): Promise<void> {}

  /** Callers get a reason; the message of the database has the statement in it. */
  #unavailable(error: unknown): SearchEngineUnavailableError {
    const message =
      codeOf(error) === CANCELED
        ? `The search took longer than ${this.#searchTimeoutSeconds} seconds. Narrow it.`
        : 'The database is not available at the moment.';
    return new SearchEngineUnavailableError(message, { cause: error });
  }

  /** Counts and documents are those of one moment. */
  #find(id: string, query: SearchQuery): Promise<SearchResult> {
    return this.#database.transaction(
      async (transaction) => {
        await setLimits(transaction, query, this.#searchTimeoutSeconds);
        const facets = await readRow(transaction, id, query);
        const documents = await readDocuments(transaction, await bestLayers(transaction, id, query));
        return {
          ...readFacets(query, facets),
          documents,
          original: { ...facets, layers: documents.map((document) => document.id) },
        };
      },
      { isolationLevel: 'repeatable read', readOnly: true },
    );
  }

  /** Finds the layers of a batch that cannot be written, and writes the others. */
  async #writeInHalves(
    { layers, removed }: IndexBatch,
    transaction: Knex.Transaction,
    fault: unknown,
  ): Promise<readonly RefusedLayer[]> {
    const [first] = layers;
    if (first === undefined) throw fault;
    if (layers.length === 1) {
      await writeIndex(transaction, { layers: [], removed });
      return [{ layerId: first.layerId, reason: errorMessage(fault) }];
    }
    const middle = Math.ceil(layers.length / 2);
    return [
      ...(await this.write({ layers: layers.slice(0, middle), removed }, transaction)),
      ...(await this.write({ layers: layers.slice(middle), removed: [] }, transaction)),
    ];
  }
}

function isFaultOfValues(error: unknown): boolean {
  return FAULTS_OF_VALUES.some((fault) => codeOf(error).startsWith(fault));
}

function isTemporary(error: unknown): boolean {
  return TEMPORARY_FAULTS.some((fault) => codeOf(error).startsWith(fault));
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

/**
 * Words are always found by their index: without it, the words of each layer would be read. Parallel workers would take half
 * as much processor time again, and searches run beside each other anyhow.
 */
async function setLimits(
  transaction: Knex.Transaction,
  { text }: SearchQuery,
  timeoutSeconds: number,
): Promise<void> {
  await transaction.raw(
    `SELECT set_config('statement_timeout', ?, true), set_config('jit', 'off', true), set_config('work_mem', ?, true),
       set_config('max_parallel_workers_per_gather', '0', true),
       set_config('enable_seqscan', ?, true)`,
    [
      String(timeoutSeconds * 1_000),
      `${MEMORY_OF_A_STEP_MEBIBYTES}MB`,
      wordsCondition(text) === undefined ? 'on' : 'off',
    ],
  );
}

async function readRow(
  transaction: Knex.Transaction,
  catalogId: string,
  query: SearchQuery,
): Promise<FacetsRow> {
  const { sql, values } = facetsStatement(catalogId, query);
  const { rows } = await transaction.raw<{ rows: FacetsRow[] }>(sql, [...values]);
  return rows[0] ?? { matchCount: '0' };
}

/** The ids of the layers whose documents are to be returned, in order. */
async function bestLayers(
  transaction: Knex.Transaction,
  catalogId: string,
  query: SearchQuery,
): Promise<readonly string[]> {
  const { limit, offset, sort } = query.documents;
  if (limit === 0) return [];
  const best = bestMatches(catalogId, query, sort);
  const { rows } = await transaction.raw<{ rows: { id: string }[] }>(
    `${best.sql} i.moment DESC, i.layer_id LIMIT ? OFFSET ?`,
    [...best.values, limit, offset],
  );
  return rows.map(({ id }) => id);
}

/** Returns `SELECT … ORDER BY` without the end, which is that the newest come first. */
function bestMatches(catalogId: string, query: SearchQuery, sort: SearchQuery['documents']['sort']): Sql {
  const matching = matchingLayers(catalogId, query);
  const words = wordsCondition(query.text);
  if (words === undefined)
    return { sql: `SELECT i.layer_id AS id ${matching.sql} ORDER BY`, values: matching.values };
  // All matches are found first. Otherwise Postgres may read the words of one layer after the other, from the newest, and
  // where few match, of all of them.
  const sql = `WITH i AS MATERIALIZED (SELECT i.layer_id, i.moment ${matching.sql})`;
  if (sort === 'time')
    return { sql: `${sql} SELECT i.layer_id AS id FROM i ORDER BY`, values: matching.values };
  return {
    sql: `${sql}, newest AS (SELECT * FROM i ORDER BY moment DESC, layer_id LIMIT ${RANKED_LAYERS})
      SELECT i.layer_id AS id FROM newest i JOIN map_registry.layer_words w USING (layer_id)
      ORDER BY ts_rank(w.words, ?::tsquery) DESC,`,
    values: [...matching.values, words],
  };
}

/** A layer that was deleted a moment ago has no document any more. */
async function readDocuments(
  transaction: Knex.Transaction,
  layerIds: readonly string[],
): Promise<readonly IndexDocument[]> {
  const layers = await readIndexableLayers(transaction, layerIds);
  const documents = new Map(layers.map((layer) => [layer.id, documentOf(layer)]));
  return layerIds.flatMap((id) => documents.get(id) ?? []);
}

/** A layer may have changed since it was indexed, so that it cannot be indexed now. */
function documentOf(layer: IndexableLayer): readonly IndexDocument[] {
  try {
    return [layerToIndex(layer).document];
  } catch (error) {
    if (error instanceof UnindexableLayerError) return [];
    throw error;
  }
}
