import { timingSafeEqual } from 'node:crypto';
import express, { type ErrorRequestHandler, type Express, type Request, type RequestHandler } from 'express';
import { listen } from '../../../../platform/http/web-server.ts';
import type { PostgresSearchEngine } from '../../search-engines/postgres/postgres-search-engine.ts';
import type { BulkOutcome, SearchEngine } from '../../search-engines/search-engine.ts';
import { BackgroundTasks, type TaskPurpose, type TaskWork } from './background-tasks.ts';
import {
  type BulkAction,
  listOf,
  modelOfIndex,
  objectOf,
  readBulk,
  readPhrases,
  readSearch,
  textOf,
} from './wire-bodies.ts';
import { WireError } from './wire-error.ts';

/** The status of what there is no room for at the moment. */
const NO_ROOM = 429;

const MOST_BODY_BYTES = 100_000_000;

/** Statuses and types of Elasticsearch for the errors of search engines. */
const WIRE_ERRORS: Readonly<Record<string, readonly [number, string]>> = {
  IndexNotFoundError: [404, 'index_not_found_exception'],
  NameTakenError: [400, 'invalid_index_name_exception'],
  InvalidIndexNameError: [400, 'invalid_index_name_exception'],
  IndexInUseError: [400, 'illegal_argument_exception'],
  SearchEngineUnavailableError: [503, 'unavailable_shards_exception'],
};

/** Options of {@link startElasticsearchStandIn}. */
export interface StandInOptions {
  /** Where the documents are. */
  readonly engine: PostgresSearchEngine;
  /** 0 for a free one. */
  readonly port: number;
  /** What requests have to have as `Authorization: Basic`; not set: nothing. */
  readonly credentials?: { readonly username: string; readonly password: string };
  /** Called with each request before it is carried out; what it throws is the response. For tests. */
  readonly intercept?: (method: string, path: string, query: Request['query']) => void;
  /** Called with each document of a bulk: what it returns is the response to that document, which is not stored. For tests. */
  readonly refuse?: (id: string) => BulkRefusal | undefined;
  /** Called when a task begins; the task does nothing before that has ended. For tests. */
  readonly holdTask?: (description: string) => Promise<void>;
}

/** Why a document of a bulk is not stored. */
export interface BulkRefusal {
  /** 429 where there is no room at the moment. */
  readonly status: number;
  readonly reason: string;
}

/** A stand-in that listens. */
export interface ElasticsearchStandIn {
  readonly port: number;
  close(): Promise<void>;
}

/**
 * Starts a server that speaks as much of the protocol of Elasticsearch 8 as the ingestion app uses, in front of the search engine
 * `postgres`. It is for trying things out and for tests: it ranks and cuts words as Postgres does.
 */
export async function startElasticsearchStandIn(options: StandInOptions): Promise<ElasticsearchStandIn> {
  const tasks = new BackgroundTasks();
  const server = await listen(createStandIn(options, tasks), options.port, '127.0.0.1');
  return {
    port: server.port,
    async close() {
      await server.stop(0);
      await tasks.close();
    },
  };
}

function createStandIn(
  { engine, credentials, intercept, refuse, holdTask }: StandInOptions,
  tasks: BackgroundTasks,
): Express {
  const start: StartTask = (purpose, work) =>
    tasks.start(purpose, async (signal, progress) => {
      await holdTask?.(purpose.description);
      signal.throwIfAborted();
      return work(signal, progress);
    });
  const application = express();
  application.disable('x-powered-by');
  application.disable('etag');
  application.use(speakProtocol);
  if (credentials) application.use(authenticate(credentials));
  application.use(express.text({ type: () => true, limit: MOST_BODY_BYTES }));
  application.use((request, _response, next) => {
    intercept?.(request.method, request.path, request.query);
    next();
  });
  addClusterRoutes(application, tasks);
  addDocumentRoutes(application, engine, start, refuse);
  addAliasRoutes(application, engine);
  addIndexRoutes(application, engine);
  application.use((request) => {
    throw new WireError(
      400,
      'illegal_argument_exception',
      `no handler found for ${request.method} ${request.path}`,
    );
  });
  application.use(answerError);
  return application;
}

/** Clients stop where the product is not said, and read the type that they have asked for. */
const speakProtocol: RequestHandler = (request, response, next) => {
  response.setHeader('x-elastic-product', 'Elasticsearch');
  const { accept } = request.headers;
  const isVendored = accept?.startsWith('application/vnd.elasticsearch+json') === true;
  response.setHeader('content-type', isVendored ? accept : 'application/json');
  next();
};

function authenticate({ username, password }: { username: string; password: string }): RequestHandler {
  const wanted = Buffer.from(`Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`);
  return (request, _response, next) => {
    const given = Buffer.from(request.headers.authorization ?? '');
    if (given.length === wanted.length && timingSafeEqual(given, wanted)) next();
    else next(new WireError(401, 'security_exception', 'unable to authenticate'));
  };
}

function addClusterRoutes(application: Express, tasks: BackgroundTasks): void {
  application.get('/', (_request, response) => {
    response.json({
      name: 'stand-in',
      cluster_name: 'stand-in',
      version: { number: '8.19.2', build_flavor: 'default' },
      tagline: 'You Know, for Search',
    });
  });
  application.get('/_cluster/health', (_request, response) => {
    response.json({ cluster_name: 'stand-in', status: 'green', timed_out: false, number_of_nodes: 1 });
  });
  application.get('/_nodes/stats/fs', (_request, response) => {
    response.json({ nodes: { 'stand-in': { name: 'stand-in' } } });
  });
  application.get('/_tasks', (request, response) => {
    const actions = textOf(request.query['actions']).split(',');
    const running = tasks.running().filter(({ action }) => actions.some((wanted) => ends(action, wanted)));
    const listed = running.map(({ id, action, description }) => [
      id,
      {
        node: 'stand-in',
        action,
        cancellable: true,
        // Left out where details are not asked for.
        ...(request.query['detailed'] === 'true' ? { description } : {}),
      },
    ]);
    response.json({ nodes: { 'stand-in': { name: 'stand-in', tasks: Object.fromEntries(listed) } } });
  });
  application.get('/_tasks/:id', ({ params: { id } }, response) => {
    const task = tasks.find(id);
    if (!task) throw new WireError(404, 'resource_not_found_exception', `task [${id}] isn't running`);
    const status = { created: task.createdCount, updated: 0 };
    response.json({
      completed: task.isCompleted,
      task: { node: 'stand-in', status },
      ...(task.error ? { error: task.error } : {}),
      ...(task.isCompleted && !task.error ? { response: { ...status, failures: [] } } : {}),
    });
  });
  application.post('/_tasks/:id/_cancel', ({ params: { id } }, response) => {
    tasks.cancel(id);
    response.json({ nodes: {} });
  });
}

/** Starts a task; returns its id. */
type StartTask = (purpose: TaskPurpose, work: TaskWork) => string;

function addDocumentRoutes(
  application: Express,
  engine: PostgresSearchEngine,
  start: StartTask,
  refuse: StandInOptions['refuse'] = () => undefined,
): void {
  application.post('/_bulk', async (request, response) => {
    const items = await carryOut(engine, readBulk(textOf(request.body)), refuse);
    response.json({
      took: 1,
      errors: items.some((item) => Object.values(item).some(({ error }) => error)),
      items,
    });
  });
  application.post('/_reindex', async (request, response) => {
    const { source, dest } = objectOf(bodyOf(request));
    const sourceName = textOf(objectOf(source)['index']);
    const targetName = textOf(objectOf(dest)['index']);
    const query = objectOf(objectOf(source)['query'] ?? { bool: { must_not: [] } });
    const terms = readPhrases(objectOf(query['bool'])['must_not']);
    await engine.count(sourceName);
    const purpose = {
      action: 'indices:data/write/reindex',
      description: `reindex from [${sourceName}] to [${targetName}]`,
    };
    const task = start(purpose, async (signal, progress) => {
      const model = modelOfIndex(targetName);
      const { copiedCount } = await engine.copyWithout(sourceName, targetName, model, terms, {
        signal,
        progress,
      });
      return copiedCount;
    });
    response.json({ task });
  });
  application.post('/:index/_delete_by_query', async (request, response) => {
    const { index } = request.params;
    const bool = objectOf(objectOf(objectOf(bodyOf(request))['query'])['bool']);
    const terms = readPhrases(bool['should']);
    await engine.count(index);
    const purpose = {
      action: 'indices:data/write/delete/byquery',
      description: `delete-by-query [${index}]`,
    };
    response.json({
      task: start(purpose, () => engine.removeWithTerms(index, modelOfIndex(index), terms)),
    });
  });
  const count: RequestHandler<{ index: string }> = async (request, response) => {
    response.json({ count: await engine.count(request.params.index), _shards: SHARDS });
  };
  application.route('/:index/_count').get(count).post(count);
  const search: RequestHandler<{ index: string }> = async (request, response) => {
    const { total, ids } = await engine.search(request.params.index, readSearch(bodyOf(request)));
    response.json({
      took: 1,
      timed_out: false,
      _shards: SHARDS,
      hits: {
        total: { value: total, relation: 'eq' },
        hits: ids.map((_id) => ({ _index: request.params.index, _id })),
      },
    });
  };
  application.route('/:index/_search').get(search).post(search);
}

function addAliasRoutes(application: Express, engine: SearchEngine): void {
  application.post('/_aliases', async (request, response) => {
    const moves = [];
    const removed = [];
    for (const action of listOf(objectOf(bodyOf(request))['actions'])) {
      const [[kind, given] = ['', {}]] = Object.entries(objectOf(action));
      const { index, alias } = objectOf(given);
      if (kind === 'add') moves.push({ alias: textOf(alias), indexName: textOf(index) });
      else removed.push(textOf(alias));
    }
    await engine.pointAliases(moves);
    const moved = moves.map(({ alias }) => alias);
    await engine.removeAliases(removed.filter((alias) => !moved.includes(alias)));
    response.json(ACKNOWLEDGED);
  });
  application.get('/_alias/:alias', async ({ params: { alias } }, response) => {
    const described = await engine.describe(alias);
    if (described.kind === 'alias') response.json({ [described.indexName]: { aliases: { [alias]: {} } } });
    else response.status(404).json({ error: `alias [${alias}] missing`, status: 404 });
  });
  application.get('/:name/_alias', async ({ params: { name } }, response) => {
    response.json(await aliasesOf(engine, name));
  });
}

function addIndexRoutes(application: Express, engine: SearchEngine): void {
  application.get('/_cat/indices/:names', async ({ params: { names } }, response) => {
    const indexes = (await engine.listIndexes(10_000)).filter(({ name }) => matches(names, name));
    response.json(
      indexes.map(({ name, documentCount, bytes }) => ({
        index: name,
        'docs.count': String(documentCount),
        'store.size': String(bytes),
      })),
    );
  });
  application.post('/:index/_refresh', async ({ params: { index } }, response) => {
    await engine.finishIndex(index);
    response.json({ _shards: SHARDS });
  });
  application.put('/:index/_settings', async ({ params: { index } }, response) => {
    await engine.count(index);
    response.json(ACKNOWLEDGED);
  });
  application.head('/:index', async ({ params: { index } }, response) => {
    const { kind } = await engine.describe(index);
    response.status(kind === 'missing' ? 404 : 200).end();
  });
  application.put('/:index', async (request, response) => {
    const { index } = request.params;
    objectOf(objectOf(bodyOf(request))['mappings']);
    if ((await engine.describe(index)).kind === 'index') {
      throw new WireError(400, 'resource_already_exists_exception', `index [${index}] already exists`);
    }
    await engine.createIndex(index, modelOfIndex(index));
    response.json({ ...ACKNOWLEDGED, index });
  });
  application.delete('/:index', async ({ params: { index } }, response) => {
    if ((await engine.describe(index)).kind === 'missing') {
      throw new WireError(404, 'index_not_found_exception', `no such index [${index}]`);
    }
    await engine.deleteIndex(index);
    response.json(ACKNOWLEDGED);
  });
}

const SHARDS = { total: 1, successful: 1, failed: 0 };
const ACKNOWLEDGED = { acknowledged: true };

/** What became of the actions of a bulk, in their order. */
async function carryOut(
  engine: SearchEngine,
  actions: readonly BulkAction[],
  refuse: NonNullable<StandInOptions['refuse']>,
): Promise<Record<string, { _index: string; _id: string; status: number; error?: object }>[]> {
  const failures = new Map<string, BulkRefusal>();
  for (const action of actions) {
    const refusal = action.kind === 'index' ? refuse(action.document.id) : undefined;
    if (action.kind === 'index' && refusal) failures.set(action.document.id, refusal);
  }
  for (const [indexName, some] of Map.groupBy(actions, (action) => action.indexName)) {
    const documents = some
      .flatMap((action) => (action.kind === 'index' ? [action.document] : []))
      .filter(({ id }) => !failures.has(id));
    const { failed }: BulkOutcome = await engine.bulkIndex(indexName, documents);
    for (const { id, reason } of failed) failures.set(id, { status: 400, reason });
    await engine.removeDocuments(
      indexName,
      some.flatMap((action) => (action.kind === 'delete' ? [action.id] : [])),
    );
  }
  return actions.map((action) => {
    const _id = action.kind === 'index' ? action.document.id : action.id;
    const failure = failures.get(_id);
    const type =
      failure?.status === NO_ROOM ? 'es_rejected_execution_exception' : 'document_parsing_exception';
    const error = failure ? { error: { type, reason: failure.reason } } : {};
    return { [action.kind]: { _index: action.indexName, _id, status: failure?.status ?? 200, ...error } };
  });
}

/** The indexes of names or patterns, with their aliases. */
async function aliasesOf(engine: SearchEngine, names: string) {
  const byIndex = (indexName: string, aliases: readonly string[]) =>
    [indexName, { aliases: Object.fromEntries(aliases.map((alias) => [alias, {}])) }] as const;
  if (names.includes('*')) {
    const indexes = (await engine.listIndexes(10_000)).filter(({ name }) => matches(names, name));
    return Object.fromEntries(indexes.map(({ name, aliases }) => byIndex(name, aliases)));
  }
  const described = await engine.describe(names);
  if (described.kind === 'missing') {
    throw new WireError(404, 'index_not_found_exception', `no such index [${names}]`);
  }
  const entry =
    described.kind === 'alias' ? byIndex(described.indexName, [names]) : byIndex(names, described.aliases);
  return Object.fromEntries([entry]);
}

function matches(patterns: string, name: string): boolean {
  return patterns
    .split(',')
    .some((pattern) => (pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern));
}

function ends(action: string, pattern: string): boolean {
  return pattern.startsWith('*') && action.endsWith(pattern.slice(1));
}

function bodyOf(request: Pick<Request, 'body'>): unknown {
  const text: unknown = request.body;
  return typeof text === 'string' && text !== '' ? JSON.parse(text) : {};
}

const answerError: ErrorRequestHandler = (error: unknown, _request, response, _next) => {
  const [status, type, reason] = describeError(error);
  response.status(status).json({ error: { root_cause: [{ type, reason }], type, reason }, status });
};

function describeError(error: unknown): readonly [number, string, string] {
  if (error instanceof WireError) return [error.status, error.type, error.message];
  if (error instanceof SyntaxError) return [400, 'parse_exception', error.message];
  if (!(error instanceof Error)) return [500, 'exception', String(error)];
  const [status, type] = WIRE_ERRORS[error.name] ?? [500, 'exception'];
  return [status, type, error.message];
}
