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

/** Stores and finds layers in Elasticsearch 8 and 9, or in OpenSearch. The index of a catalogue has its slug as the name. */
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
    _transaction: Knex.Transaction,
    signal?: AbortSignal,
  ): Promise<readonly RefusedLayer[]> {
    const actions: BulkAction[] = layers.map((layer) => ({
      kind: 'index',
      indexName: indexNameOf(layer.slug),
      id: layer.layerId,
      fields: fieldsOf(layer),
    }));
    for (const { slug, layerId } of removed) {
      // The index of a catalogue that was deleted belongs to none any more.
      if (slug !== null) actions.push({ kind: 'delete', indexName: indexNameOf(slug), id: layerId });
    }
    for (const indexName of new Set(actions.map((action) => action.indexName)))
      await this.#ensureIndex(indexName, signal);
    const failed = await sendBulks((lines) => this.#bulk(lines, signal), actions, signal);
    return failed.map(({ id, reason }) => ({ layerId: id, reason }));
  }

  async finish(slugs: readonly string[], signal?: AbortSignal): Promise<void> {
    for (const slug of slugs) {
      const indexName = indexNameOf(slug);
      await this.#unlessGone(
        this.#request(indexName, { method: 'POST', path: `${pathOf(indexName)}/_refresh` }, signal),
      );
    }
  }

  async clear({ slug }: Catalog, signal?: AbortSignal): Promise<void> {
    const indexName = indexNameOf(slug);
    await this.#unlessGone(this.#request(indexName, { method: 'DELETE', path: pathOf(indexName) }, signal));
  }

  async search({ slug }: Catalog, query: SearchQuery, signal?: AbortSignal): Promise<SearchResult> {
    const indexName = indexNameOf(slug);
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

  /** A bulk would create an index that does not exist, with mappings of its own. */
  async #ensureIndex(indexName: string, signal: AbortSignal | undefined): Promise<void> {
    const path = pathOf(indexName);
    const client = await this.#open();
    if ((await client.send({ method: 'HEAD', path }, signal)).status < 400) return;
    const created = await client.send({ method: 'PUT', path, body: indexBody() }, signal);
    if (created.status < 400) return;
    // Another process may have created it meanwhile.
    const found = await client.send({ method: 'HEAD', path }, signal);
    if (found.status >= 400) throw failureOfResponse(created, this.title, indexName);
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

/** Names of indexes begin with a letter or a digit. */
function indexNameOf(slug: string): string {
  return slug.startsWith('_') ? `catalog${slug}` : slug;
}

function pathOf(indexName: string): string {
  return `/${encodeURIComponent(indexName)}`;
}
