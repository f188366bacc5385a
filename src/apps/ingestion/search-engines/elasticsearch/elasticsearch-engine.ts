import type { estypes } from '@elastic/elasticsearch';
import { sendBulks } from '../../../../platform/search-engines/bulk.ts';
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
  type WireResponse,
} from '../../../../platform/search-engines/wire-client.ts';
import { failureOfResponse, reasonOf } from '../../../../platform/search-engines/wire-failures.ts';
import { MODELS } from '../../models/index.ts';
import type { IngestionModel } from '../../models/model.ts';
import { checkIndexName } from '../index-names.ts';
import type {
  AliasMove,
  BulkOutcome,
  DescribedName,
  EngineCallOptions,
  EngineHealth,
  FilteredCopy,
  IndexFigures,
  SearchDocument,
  SearchEngine,
  SearchHits,
  SearchQuery,
} from '../search-engine.ts';
import { IndexInUseError, NameTakenError } from '../search-engine-errors.ts';
import { EngineTasks } from './engine-tasks.ts';
import { indexBody, LOADED_SETTINGS } from './index-body.ts';
import { searchBody, termClauses } from './queries.ts';

/** Options of {@link ElasticsearchEngine}. */
export interface ElasticsearchOptions {
  /** Documents that are copied in a second at most, so that searches go on. */
  readonly copiedPerSecond: number;
}

/** Stores and finds documents in Elasticsearch 8 and 9, or in OpenSearch, by their official clients. */
export class ElasticsearchEngine implements SearchEngine {
  readonly title: string;
  readonly #address: WireAddress;
  readonly #copiedPerSecond: number;
  readonly #tasks: EngineTasks;
  #client: Promise<WireClient> | undefined;

  constructor(address: WireAddress, { copiedPerSecond }: ElasticsearchOptions = { copiedPerSecond: 20_000 }) {
    this.#copiedPerSecond = copiedPerSecond;
    this.#address = address;
    this.title = titleOf(address);
    this.#tasks = new EngineTasks(this.title, (request, signal) => this.#send(request, signal));
  }

  async health({ signal }: EngineCallOptions = {}): Promise<EngineHealth> {
    const { status } = await this.#request<estypes.ClusterHealthResponse>(
      '',
      { method: 'GET', path: '/_cluster/health' },
      signal,
    );
    return { status };
  }

  async createIndex(
    indexName: string,
    model: IngestionModel,
    { signal }: EngineCallOptions = {},
  ): Promise<void> {
    const response = await this.#send<unknown>(
      { method: 'PUT', path: pathOf(indexName), body: indexBody(model.index) },
      signal,
    );
    if (response.status < 400) return;
    const { kind } = await this.describe(indexName);
    if (kind === 'alias') throw new NameTakenError(`${indexName} is an alias`);
    if (kind === 'missing') throw failureOfResponse(response, this.title, indexName);
  }

  async bulkIndex(
    indexName: string,
    documents: readonly SearchDocument[],
    { signal }: EngineCallOptions = {},
  ): Promise<BulkOutcome> {
    await this.#checkExistence(indexName, signal);
    const failed = await sendBulks(
      (lines) => this.#bulk(indexName, lines, signal),
      documents.map(({ id, fields }) => ({ kind: 'index', indexName, id, fields })),
      signal,
    );
    return { storedCount: documents.length - failed.length, failed };
  }

  async removeDocuments(
    indexName: string,
    ids: readonly string[],
    { signal }: EngineCallOptions = {},
  ): Promise<void> {
    await this.#checkExistence(indexName, signal);
    if (ids.length === 0) return;
    const { items } = await this.#bulk(
      indexName,
      ids.map((id) => ({ delete: { _index: indexName, _id: id } })),
      signal,
    );
    const failed = items.find((item) => item.delete?.error);
    if (failed) throw new SearchEngineUnavailableError(`${this.title}: ${reasonOf(failed.delete?.error)}`);
  }

  async finishIndex(indexName: string, { signal }: EngineCallOptions = {}): Promise<void> {
    const path = pathOf(indexName);
    await this.#request(
      indexName,
      { method: 'PUT', path: `${path}/_settings`, body: LOADED_SETTINGS },
      signal,
    );
    await this.#request(indexName, { method: 'POST', path: `${path}/_refresh` }, signal);
  }

  async count(name: string, { signal }: EngineCallOptions = {}): Promise<number> {
    const { count } = await this.#request<estypes.CountResponse>(
      name,
      { method: 'GET', path: `${pathOf(name)}/_count` },
      signal,
    );
    return count;
  }

  async describe(name: string): Promise<DescribedName> {
    const response = await this.#send<estypes.IndicesGetAliasResponse>({
      method: 'GET',
      path: `${pathOf(name)}/_alias`,
    });
    if (response.status === 404) return { kind: 'missing' };
    if (response.status >= 400) throw failureOfResponse(response, this.title, name);
    const index = response.body[name];
    if (index) return { kind: 'index', aliases: Object.keys(index.aliases).sort() };
    const [indexName] = Object.keys(response.body).sort();
    return indexName === undefined ? { kind: 'missing' } : { kind: 'alias', indexName };
  }

  async pointAliases(moves: readonly AliasMove[]): Promise<void> {
    const actions: estypes.IndicesUpdateAliasesAction[] = [];
    for (const { alias, indexName } of moves) {
      checkIndexName(alias);
      const { kind } = await this.describe(indexName);
      if (kind !== 'index') throw new IndexNotFoundError(indexName);
      if ((await this.describe(alias)).kind === 'index') throw new NameTakenError(`${alias} is an index`);
      actions.push(...(await this.#removals(alias)), { add: { index: indexName, alias } });
    }
    await this.#updateAliases(actions);
  }

  async removeAliases(aliases: readonly string[]): Promise<void> {
    for (const alias of aliases) checkIndexName(alias);
    const removals = await Promise.all(aliases.map((alias) => this.#removals(alias)));
    await this.#updateAliases(removals.flat());
  }

  async copyWithout(
    sourceName: string,
    targetIndexName: string,
    { index }: IngestionModel,
    terms: readonly string[],
    { signal, progress = () => {} }: Parameters<SearchEngine['copyWithout']>[4] = {},
  ): Promise<FilteredCopy> {
    const totalCount = await this.count(sourceName, signal ? { signal } : {});
    await this.#checkExistence(targetIndexName, signal);
    await this.#tasks.endWritersOf(targetIndexName, signal);
    // A query takes so many terms; documents with others are removed again.
    const [first = [], ...others] = termClauses(index, terms);
    await this.#tasks.run(
      {
        path: '/_reindex',
        query: { slices: 'auto', requests_per_second: this.#copiedPerSecond },
        body: {
          source: { index: sourceName, query: { bool: { must_not: first } } },
          dest: { index: targetIndexName },
        },
      },
      sourceName,
      signal,
      (done) => progress(Math.min(done, totalCount), totalCount),
    );
    await this.#refresh(targetIndexName, signal);
    for (const should of others) {
      await this.#tasks.run(
        {
          path: `${pathOf(targetIndexName)}/_delete_by_query`,
          query: { conflicts: 'proceed', refresh: true },
          body: { query: { bool: { should, minimum_should_match: 1 } } },
        },
        targetIndexName,
        signal,
      );
    }
    const copiedCount = await this.count(targetIndexName, signal ? { signal } : {});
    progress(totalCount, totalCount);
    return { copiedCount, leftOutCount: totalCount - copiedCount };
  }

  async deleteIndex(indexName: string): Promise<void> {
    // Documents that a task writes after the deletion would make the index anew.
    await this.#tasks.endWritersOf(checkIndexName(indexName));
    const described = await this.describe(indexName);
    if (described.kind === 'missing') return;
    if (described.kind === 'alias') throw new NameTakenError(`${indexName} is an alias`);
    if (described.aliases.length > 0) throw new IndexInUseError(indexName, described.aliases);
    const response = await this.#send({ method: 'DELETE', path: pathOf(indexName) });
    if (response.status >= 400 && response.status !== 404) {
      throw failureOfResponse(response, this.title, indexName);
    }
  }

  async listIndexes(limit: number): Promise<readonly IndexFigures[]> {
    const patterns = [...MODELS.keys()].map((model) => `${model}-*`).join();
    const indexes = await this.#request<estypes.CatIndicesResponse>('', {
      method: 'GET',
      path: `/_cat/indices/${patterns}`,
      query: { format: 'json', bytes: 'b', h: 'index,docs.count,store.size', s: 'index' },
    });
    const aliases = await this.#request<estypes.IndicesGetAliasResponse>('', {
      method: 'GET',
      path: `/${patterns}/_alias`,
    });
    return indexes.slice(0, limit).map((index) => ({
      name: index.index ?? '',
      documentCount: Number(index['docs.count'] ?? 0),
      bytes: Number(index['store.size'] ?? 0),
      aliases: Object.keys(aliases[index.index ?? '']?.aliases ?? {}).sort(),
    }));
  }

  async search(name: string, query: SearchQuery): Promise<SearchHits> {
    const { mappings } = await this.#modelOf(name);
    const found = await this.#request<estypes.SearchResponse>(name, {
      method: 'POST',
      path: `${pathOf(name)}/_search`,
      body: searchBody({ fields: mappings }, query),
    });
    if (found.timed_out) throw new SearchEngineUnavailableError(`${this.title}: the search took too long`);
    const { total = 0, hits } = found.hits;
    return {
      total: typeof total === 'number' ? total : total.value,
      ids: hits.map(({ _id }) => _id ?? ''),
    };
  }

  async freeBytes(): Promise<number | undefined> {
    const { nodes } = await this.#request<estypes.NodesStatsResponse>('', {
      method: 'GET',
      path: '/_nodes/stats/fs',
    });
    const free = Object.values(nodes).map(({ fs }) => fs?.total?.available_in_bytes);
    return free.some((bytes) => bytes === undefined)
      ? undefined
      : free.reduce<number>((sum, bytes = 0) => sum + bytes, 0);
  }

  async close(): Promise<void> {
    const client = await this.#client?.catch(() => undefined);
    await client?.close();
  }

  /** The model whose index it is, by its name or by that of its alias's index. */
  async #modelOf(name: string) {
    const described = await this.describe(name);
    const indexName = described.kind === 'alias' ? described.indexName : name;
    const model = [...MODELS.values()].find((candidate) => indexName.startsWith(`${candidate.name}-`));
    if (described.kind === 'missing' || !model) throw new IndexNotFoundError(name);
    return { mappings: model.index.fields };
  }

  async #checkExistence(indexName: string, signal: AbortSignal | undefined): Promise<void> {
    // A bulk would create an index that does not exist, with mappings of its own.
    const response = await this.#send({ method: 'HEAD', path: pathOf(indexName) }, signal);
    if (response.status >= 400) throw failureOfResponse(response, this.title, indexName);
  }

  #bulk(
    indexName: string,
    lines: readonly object[],
    signal: AbortSignal | undefined,
  ): Promise<estypes.BulkResponse> {
    return this.#request(indexName, { method: 'POST', path: '/_bulk', lines }, signal);
  }

  async #refresh(indexName: string, signal: AbortSignal | undefined): Promise<void> {
    await this.#request(indexName, { method: 'POST', path: `${pathOf(indexName)}/_refresh` }, signal);
  }

  /** Actions that take an alias away from every index that it points to. */
  async #removals(alias: string): Promise<estypes.IndicesUpdateAliasesAction[]> {
    const response = await this.#send<estypes.IndicesGetAliasResponse>({
      method: 'GET',
      path: `/_alias/${encodeURIComponent(alias)}`,
    });
    if (response.status === 404) return [];
    if (response.status >= 400) throw failureOfResponse(response, this.title, alias);
    return Object.keys(response.body).map((index) => ({ remove: { index, alias } }));
  }

  async #updateAliases(actions: readonly estypes.IndicesUpdateAliasesAction[]): Promise<void> {
    if (actions.length === 0) return;
    await this.#request('', { method: 'POST', path: '/_aliases', body: { actions } });
  }

  async #request<Body>(name: string, request: WireRequest, signal?: AbortSignal): Promise<Body> {
    const response = await this.#send<Body>(request, signal);
    if (response.status >= 400) throw failureOfResponse(response, this.title, name);
    return response.body;
  }

  async #send<Body>(request: WireRequest, signal?: AbortSignal): Promise<WireResponse<Body>> {
    this.#client ??= openWireClient(this.#address);
    return (await this.#client).send(request, signal);
  }
}

function pathOf(name: string): string {
  return `/${encodeURIComponent(checkIndexName(name))}`;
}
