import express, { type ErrorRequestHandler, type Express } from 'express';
import { listen } from '../../../../src/platform/http/web-server.ts';
import { DocumentQueries, type Source } from './elasticsearch-queries.ts';

/** A stand-in that listens. It keeps documents in memory. */
export interface ElasticsearchStandIn {
  readonly port: number;
  /** The ids of the documents of an index. */
  idsOf(indexName: string): readonly string[];
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

/** An error as Elasticsearch writes it. */
class WireError extends Error {
  override readonly name = 'WireError';
  readonly status: number;
  readonly type: string;

  constructor(status: number, type: string, reason: string) {
    super(reason);
    this.status = status;
    this.type = type;
  }
}

/** Starts a server that speaks as much of the protocol of Elasticsearch 8 as the map registry uses. */
export async function startElasticsearchStandIn(options: StandInOptions = {}): Promise<ElasticsearchStandIn> {
  const indexes = new Map<string, Map<string, Source>>();
  const server = await listen(createStandIn(indexes, options), options.port ?? 0, '127.0.0.1');
  return {
    port: server.port,
    idsOf: (indexName) => [...(indexes.get(indexName)?.keys() ?? [])],
    async close() {
      await server.stop(0);
    },
  };
}

function createStandIn(
  indexes: Map<string, Map<string, Source>>,
  { intercept, refuse }: StandInOptions,
): Express {
  const documentsOf = (indexName: string) => {
    const documents = indexes.get(indexName);
    if (!documents) throw new WireError(404, 'index_not_found_exception', `no such index [${indexName}]`);
    return documents;
  };
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
    response.json({ errors: false, items: carryOut(String(request.body), documentsOf, refuse) });
  });
  application.post('/:index/_refresh', (request, response) => {
    documentsOf(request.params.index);
    response.json({});
  });
  application.post('/:index/_search', (request, response) => {
    const documents = documentsOf(request.params.index);
    response.json({
      timed_out: false,
      ...new DocumentQueries(documents).search(JSON.parse(String(request.body))),
    });
  });
  application
    .route('/:index')
    .head((request, response) => void response.status(indexes.has(request.params.index) ? 200 : 404).end())
    .put((request, response) => {
      const { index } = request.params;
      if (indexes.has(index)) throw new WireError(400, 'resource_already_exists_exception', index);
      if (JSON.parse(String(request.body)).mappings.dynamic !== false) throw new Error('It would be dynamic');
      indexes.set(index, new Map());
      response.json({ acknowledged: true });
    })
    .delete((request, response) => {
      documentsOf(request.params.index);
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
  documentsOf: (indexName: string) => Map<string, Source>,
  refuse: StandInOptions['refuse'] = () => undefined,
): readonly object[] {
  const lines = text.split('\n').filter((line) => line !== '');
  const items: object[] = [];
  while (lines.length > 0) {
    const action = JSON.parse(lines.shift() ?? '');
    const [kind = ''] = Object.keys(action);
    const { _index, _id } = action[kind];
    const refused = refuse(_id);
    const isStored = kind === 'index';
    const source = isStored ? JSON.parse(lines.shift() ?? '') : undefined;
    if (refused !== undefined) {
      items.push({
        [kind]: { _id, status: refused, error: { type: 'refused_exception', reason: 'the test says so' } },
      });
      continue;
    }
    if (isStored) documentsOf(_index).set(_id, source);
    else documentsOf(_index).delete(_id);
    items.push({ [kind]: { _id, status: 200 } });
  }
  return items;
}
