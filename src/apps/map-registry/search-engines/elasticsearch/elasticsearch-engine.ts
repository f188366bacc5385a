import type { estypes } from '@elastic/elasticsearch';
import type { Knex } from 'knex';
import { type BulkAction, sendBulks } from '../../../../platform/search-engines/bulk.ts';
import {
  IndexNotFoundError,
  SearchEngineUnavailableError,
} from '../../../../platform/search-engines/search-engine-errors.ts';
import {
  openWireClient,
  titleOf,
  type WireAddress,
  type WireClient,
  type WireRequest,
} from '../../../../platform/search-engines/wire-client.ts';
import { failureOfResponse } from '../../../../platform/search-engines/wire-failures.ts';
import type { CatalogIndex } from '../../indexing/catalog-index.ts';
import type { IndexDocument } from '../../indexing/index-document.ts';
import type { Catalog } from '../../layers/layer.ts';
import type { IndexBatch, RefusedLayer, SearchEngine, SearchResult } from '../search-engine.ts';
import type { SearchQuery } from '../search-query.ts';
import { fieldsOf, INDEXED_GRID_LEVEL, indexBody } from './index-body.ts';
import { searchBody } from './search-body.ts';
import { type LayerAggregations, readAggregations } from './search-response.ts';

/** The reply of a search. */
type LayerSearchResponse = Omit<estypes.SearchResponse<IndexDocument>, 'aggregations'> & {
  readonly aggregations?: LayerAggregations;
};

/**
 * Stores and finds layers in Elasticsearch 8 and 9, or in OpenSearch.
 *
 * A bulk of a worker that was killed may arrive after all that has been written since. So each bulk has a version of Postgres, and a document
 * keeps that of the newest bulk, removed ones for an hour; and each generation of an index has a name of its own, which is an alias, so that
 * no bulk creates an index.
 */
export class ElasticsearchEngine implements SearchEngine {
  readonly title: string;
  readonly finestGridLevel = INDEXED_GRID_LEVEL;
  readonly #address: WireAddress;
  #client: Promise<WireClient> | undefined;

  constructor(address: WireAddress) {
    this.#address = address;
    this.title = titleOf(address);
  }

  async write(
    { layers, removed }: IndexBatch,
    transaction: Knex.Transaction,
    signal?: AbortSignal,
  ): Promise<readonly RefusedLayer[]> {
    const order = { version: await nextVersion(transaction), requiresAlias: true };
    const indexes = new Map<string, CatalogIndex>();
    const actions: BulkAction[] = [];
    const add = (
      index: CatalogIndex,
      action: { id: string } & ({ kind: 'delete' } | { kind: 'index'; fields: object }),
    ) => {
      const { write } = namesOf(index);
      indexes.set(write, index);
      actions.push({ ...action, ...order, indexName: write });
    };
    for (const layer of layers)
      add(layer.index, { kind: 'index', id: layer.layerId, fields: fieldsOf(layer) });
    for (const { index, layerId } of removed) {
      // The index of a catalogue that was deleted belongs to none any more.
      if (index) add(index, { kind: 'delete', id: layerId });
    }
    for (const index of indexes.values()) await this.#ensureIndex(index, signal);
    // A newer version than that of a transaction which holds its layers is that of another database: the layer stays noted, with the reason.
    const failed = await sendBulks((lines) => this.#bulk(lines, signal), actions, signal);
    return failed.map(({ id, reason }) => ({ layerId: id, reason }));
  }

  async finish(indexes: readonly CatalogIndex[], signal?: AbortSignal): Promise<void> {
    for (const index of indexes) {
      const { index: indexName } = namesOf(index);
      await this.#unlessGone(
        this.#request(indexName, { method: 'POST', path: `${pathOf(indexName)}/_refresh` }, signal),
      );
    }
  }

  async clear(catalog: CatalogIndex, signal?: AbortSignal): Promise<void> {
    const { index: indexName } = namesOf(catalog);
    await this.#unlessGone(this.#request(indexName, { method: 'DELETE', path: pathOf(indexName) }, signal));
  }

  async search(catalog: Catalog, query: SearchQuery, signal?: AbortSignal): Promise<SearchResult> {
    const { index: indexName } = namesOf(catalog);
    const response = await this.#findOrNothing(indexName, query, signal);
    if (response.timed_out) throw new SearchEngineUnavailableError(`${this.title}: the search took too long`);
    const { total = 0, hits } = response.hits;
    return {
      matchCount: typeof total === 'number' ? total : total.value,
      documents: hits.flatMap(({ _source }) => _source ?? []),
      ...readAggregations(query, response.aggregations),
      original: response,
    };
  }

  async close(): Promise<void> {
    const client = await this.#client?.catch(() => undefined);
    await client?.close();
  }

  /** An index that was emptied meanwhile is nothing to do. */
  async #unlessGone(request: Promise<unknown>): Promise<void> {
    try {
      await request;
    } catch (error) {
      if (!(error instanceof IndexNotFoundError)) throw error;
    }
  }

  async #findOrNothing(
    indexName: string,
    query: SearchQuery,
    signal: AbortSignal | undefined,
  ): Promise<Pick<LayerSearchResponse, 'timed_out' | 'hits' | 'aggregations'>> {
    try {
      return await this.#request<LayerSearchResponse>(
        indexName,
        { method: 'POST', path: `${pathOf(indexName)}/_search`, body: searchBody(query) },
        signal,
      );
    } catch (error) {
      if (!(error instanceof IndexNotFoundError)) throw error;
      return { timed_out: false, hits: { total: 0, hits: [] } };
    }
  }

  async #ensureIndex(index: CatalogIndex, signal: AbortSignal | undefined): Promise<void> {
    const names = namesOf(index);
    const path = pathOf(names.index);
    const client = await this.#open();
    if ((await client.send({ method: 'HEAD', path }, signal)).status < 400) return;
    const created = await client.send(
      { method: 'PUT', path, body: indexBody([names.write, names.read]) },
      signal,
    );
    if (created.status < 400) return;
    // Another process may have created it meanwhile.
    const found = await client.send({ method: 'HEAD', path }, signal);
    if (found.status >= 400) throw failureOfResponse(created, this.title, names.index);
  }

  #bulk(lines: readonly object[], signal: AbortSignal | undefined): Promise<estypes.BulkResponse> {
    return this.#request('', { method: 'POST', path: '/_bulk', lines }, signal);
  }

  async #request<Body>(indexName: string, request: WireRequest, signal?: AbortSignal): Promise<Body> {
    const response = await (await this.#open()).send<Body>(request, signal);
    if (response.status >= 400) throw failureOfResponse(response, this.title, indexName);
    return response.body;
  }

  #open(): Promise<WireClient> {
    this.#client ??= openWireClient(this.#address);
    return this.#client;
  }
}

/** The names of one generation of the index of a catalogue. Slugs have no dot. */
interface IndexNames {
  readonly index: string;
  /** An alias that bulks are sent to. */
  readonly write: string;
  /** An alias by which others may read it. */
  readonly read: string;
}

function namesOf({ slug, indexGeneration }: CatalogIndex): IndexNames {
  // Names of indexes begin with a letter or a digit.
  const read = slug.startsWith('_') ? `catalog${slug}` : slug;
  return { index: `${read}.${indexGeneration}`, write: `${read}.${indexGeneration}.write`, read };
}

/** Returns a number that grows with each batch. Batches that have a layer in common come one after the other: each holds its layers. */
async function nextVersion(transaction: Knex.Transaction): Promise<number> {
  const { rows } = await transaction.raw<{ rows: { version: string }[] }>(
    `SELECT nextval('map_registry.index_versions') AS version`,
  );
  return Number(rows[0]?.version);
}

function pathOf(indexName: string): string {
  return `/${encodeURIComponent(indexName)}`;
}
