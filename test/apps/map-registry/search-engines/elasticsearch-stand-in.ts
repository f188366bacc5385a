import express, { type ErrorRequestHandler, type Express } from 'express';
import { listen } from '../../../../src/platform/http/web-server.ts';
import { Indexes, WireError } from './elasticsearch-indexes.ts';
import { DocumentQueries, type Source } from './elasticsearch-queries.ts';

/** A stand-in that listens. It keeps documents in memory. */
export interface ElasticsearchStandIn {
  readonly port: number;
  /** The names of all indexes. */
  indexNames(): readonly string[];
  /** The ids of the documents of an index, by its name or an alias. */
  idsOf(indexName: string): readonly string[];
  /** A document of an index. */
  documentOf(indexName: string, id: string): Source | undefined;
  /** Lets time pass: the versions of deleted documents are forgotten in it. */
  letPass(seconds: number): void;
  close(): Promise<void>;
}

/** Options of {@link startElasticsearchStandIn}. */
export interface StandInOptions {
  /** Default: a free one. */
  readonly port?: number;
  /** Called with each request; a status that it returns is the reply. The request waits for it. */
  readonly intercept?: (method: string, path: string) => number | undefined | Promise<number | undefined>;
  /** Returns the status with which a document is refused; `undefined` where it is stored. */
  readonly refuse?: (id: string) => number | undefined;
}

/** Starts a server that speaks as much of the protocol of Elasticsearch 8 as the map registry uses. */
export async function startElasticsearchStandIn(options: StandInOptions = {}): Promise<ElasticsearchStandIn> {
  let passedSeconds = 0;
  const indexes = new Indexes(() => Date.now() / 1_000 + passedSeconds);
  const server = await listen(createStandIn(indexes, options), options.port ?? 0, '127.0.0.1');
  return {
    port: server.port,
    indexNames: () => indexes.names,
    idsOf: (indexName) => [...(indexes.find(indexName)?.documents.keys() ?? [])],
    documentOf: (indexName, id) => indexes.find(indexName)?.documents.get(id),
    letPass(seconds) {
      passedSeconds += seconds;
    },
    async close() {
      await server.stop(0);
    },
  };
}

function createStandIn(indexes: Indexes, { intercept, refuse }: StandInOptions): Express {
  const application = express();
  application.disable('etag');
  application.use(express.text({ type: () => true, limit: '100mb' }));
  application.use(async (request, response, next) => {
    response.setHeader('x-elastic-product', 'Elasticsearch');
    const { accept } = request.headers;
    const isVendored = accept?.startsWith('application/vnd.elasticsearch+json') === true;
    response.setHeader('content-type', isVendored ? accept : 'application/json');
    const status = await intercept?.(request.method, request.path);
    if (status === undefined) next();
    else next(new WireError(status, 'intercepted_exception', 'the test says so'));
  });
  application.post('/_bulk', (request, response) => {
    const items = carryOut(String(request.body), indexes, refuse);
    response.json({ errors: items.some((item) => JSON.stringify(item).includes('"error"')), items });
  });
  application.post('/:index/_refresh', (request, response) => {
    indexes.get(request.params.index);
    response.json({});
  });
  application.post('/:index/_search', (request, response) => {
    const { documents } = indexes.get(request.params.index);
    response.json({
      timed_out: false,
      ...new DocumentQueries(documents).search(JSON.parse(String(request.body))),
    });
  });
  application
    .route('/:index')
    .head((request, response) => void response.status(indexes.find(request.params.index) ? 200 : 404).end())
    .put((request, response) => {
      const { index } = request.params;
      const body = JSON.parse(String(request.body));
      if (body.mappings.dynamic !== false) throw new Error('It would be dynamic');
      indexes.create(index, body);
      response.json({ acknowledged: true });
    })
    .delete((request, response) => {
      indexes.delete(request.params.index);
      response.json({ acknowledged: true });
    });
  application.use((request) => {
    throw new WireError(
      400,
      'illegal_argument_exception',
      `no handler for ${request.method} ${request.path}`,
    );
  });
  application.use(replyError);
  return application;
}

const replyError: ErrorRequestHandler = (error: unknown, _request, response, _next) => {
  const { status, type, message } =
    error instanceof WireError ? error : { status: 400, type: 'parse_exception', message: String(error) };
  response.status(status).json({ error: { type, reason: message }, status });
};

function carryOut(
  text: string,
  indexes: Indexes,
  refuse: StandInOptions['refuse'] = () => undefined,
): readonly object[] {
  const lines = text.split('\n').filter((line) => line !== '');
  const items: object[] = [];
  while (lines.length > 0) {
    const action = JSON.parse(lines.shift() ?? '');
    const [kind = ''] = Object.keys(action);
    const { _index, _id } = action[kind];
    const source = kind === 'index' ? JSON.parse(lines.shift() ?? '') : undefined;
    try {
      const refused = refuse(_id);
      if (refused !== undefined) throw new WireError(refused, 'refused_exception', 'the test says so');
      const index = indexes.target(kind, action[kind]);
      const result = kind === 'index' ? index.store(action[kind], source) : index.remove(action[kind]);
      items.push({ [kind]: { _index, ...result } });
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
      const { status, type, message } = error;
      items.push({ [kind]: { _index, _id, status, error: { type, reason: message } } });
    }
  }
  return items;
}
