import express, { type NextFunction, type Request, type RequestHandler, type Response } from 'express';
import { type LocalServer, listenLocally } from '../../../../app-kit/sandbox/local-server.ts';
import { batchBody, batchUri, collectionBody, customerBody, type Page } from './dlcs-bodies.ts';
import {
  carryOut,
  errorBody,
  type FailingRoute,
  type SandboxFailure,
  SandboxFailures,
} from './dlcs-failures.ts';
import { InvalidBodyError, readFailure, readImages } from './dlcs-schema.ts';
import { type BatchSelection, type PostedImage, SandboxDlcsStore, type StoredBatch } from './dlcs-store.ts';

/** The `Authorization` that every customer of a sandbox accepts where no credentials are given. */
export const SANDBOX_AUTHORIZATION = `Basic ${Buffer.from('sandbox:sandbox').toString('base64')}`;

/** Who may call. */
export interface SandboxCredential {
  /** The whole `Authorization` header: `Basic …` or `Bearer …`. */
  readonly authorization: string;
  /** The one customer that it opens; without it, it opens all. */
  readonly customer?: number;
}

/** Options of {@link startSandboxDlcs}. */
export interface SandboxDlcsOptions {
  /** Where it listens on 127.0.0.1; a free port where it is left out. */
  readonly port?: number;
  /** The SQLite file that keeps its data; without it the data is gone with the sandbox. */
  readonly dataFile?: string;
  /** Who may call; {@link SANDBOX_AUTHORIZATION} for all customers where it is left out. */
  readonly credentials?: readonly SandboxCredential[];
  /** How long a batch stays active before all its images are completed; 0 where it is left out. */
  readonly processingMilliseconds?: number;
}

/** A batch that the sandbox took, with its images as they were posted. */
export interface TakenBatch {
  /** The batch's `@id`. */
  readonly uri: string;
  readonly images: readonly PostedImage[];
}

/** A running stand-in for a DLCS; its `url` is what `DLCS_API_ROOT` is set to. */
export interface SandboxDlcs extends LocalServer {
  /** Makes the next requests of a route fail; as `POST /sandbox/failures` does. */
  fail(failure: SandboxFailure): void;
  /** Takes back all failures still to come; as `DELETE /sandbox/failures` does. */
  clearFailures(): void;
  /** Everything that a customer's queue took, oldest first. For tests: all of it is held at once. */
  takenBatches(customer: number): TakenBatch[];
}

const DEFAULT_PAGE_SIZE = 100;
const MAXIMUM_PAGE_SIZE = 1_000;

/**
 * Starts a stand-in for a DLCS: customers with credentials, the queue, batches and their images, in hydra JSON.
 * It fetches and shows no image.
 *
 * @throws what the system says where the port is taken.
 */
export async function startSandboxDlcs(options: SandboxDlcsOptions = {}): Promise<SandboxDlcs> {
  const store = new SandboxDlcsStore(options.dataFile);
  const failures = new SandboxFailures();
  // The address is known once it listens, and requests come only then.
  let url = '';
  const application = express();
  application.disable('x-powered-by');
  application.use(express.json({ limit: '20mb', type: ['application/json', 'application/ld+json'] }));
  application.use('/sandbox/failures', failureRoutes(failures));
  application.use(
    '/customers/:customer',
    customerRoutes(
      store,
      failures,
      options.credentials ?? [{ authorization: SANDBOX_AUTHORIZATION }],
      options.processingMilliseconds ?? 0,
      () => url,
    ),
  );
  application.use((_request: Request, response: Response) => {
    response.status(404).json(errorBody('Not Found', 'There is nothing here.'));
  });
  application.use(answerError);

  const server = await listenLocally(application, options.port).catch((error: unknown) => {
    store.close();
    throw error;
  });
  url = server.url;
  return {
    ...server,
    fail: (failure) => failures.add(failure),
    clearFailures: () => failures.clear(),
    takenBatches: (customer) =>
      store
        .batches(customer, 'all', { limit: -1, offset: 0 })
        .batches.reverse()
        .map(({ id }) => ({
          uri: batchUri(url, customer, id),
          images: store.images(id, { limit: -1, offset: 0 }),
        })),
    async close() {
      await server.close();
      store.close();
    },
  };
}

function failureRoutes(failures: SandboxFailures): express.Router {
  const router = express.Router();
  router.get('/', (_request, response) => {
    response.json(failures.list());
  });
  router.post('/', (request, response) => {
    failures.add(readFailure(request.body));
    response.status(201).json(failures.list());
  });
  router.delete('/', (_request, response) => {
    failures.clear();
    response.status(204).end();
  });
  return router;
}

function authenticate(credentials: readonly SandboxCredential[]): RequestHandler {
  return (request, response, next) => {
    const customer = customerOf(request);
    if (customer < 0) return next('router');
    const given = credentials.filter(({ authorization }) => authorization === request.headers.authorization);
    if (given.length === 0) {
      response
        .status(401)
        .set('WWW-Authenticate', 'Basic realm="DLCS"')
        .json(errorBody('Unauthorized', 'The credentials are missing or wrong.'));
    } else if (!given.some((credential) => [undefined, customer].includes(credential.customer))) {
      response.status(403).json(errorBody('Forbidden', 'These credentials are for another customer.'));
    } else next();
  };
}

function customerRoutes(
  store: SandboxDlcsStore,
  failures: SandboxFailures,
  credentials: readonly SandboxCredential[],
  processingMilliseconds: number,
  rootUrl: () => string,
): express.Router {
  const router = express.Router({ mergeParams: true });
  const failing =
    (route: FailingRoute): RequestHandler =>
    async (_request, response, next) => {
      const failure = failures.take(route);
      if (failure?.when === 'afterStoring') response.locals['failure'] = failure;
      else if (failure && (await carryOut(failure, response))) return;
      next();
    };

  router.use(authenticate(credentials));

  router.get('/', failing('customer'), (request, response) => {
    response.json(customerBody(rootUrl(), customerOf(request)));
  });

  router.post(['/queue', '/queue/priority'], failing('queue'), async (request, response) => {
    const customer = customerOf(request);
    const batch = store.addBatch(customer, readImages(request.body), processingMilliseconds);
    const failure = response.locals['failure'] as SandboxFailure | undefined;
    if (failure && (await carryOut(failure, response))) return;
    const uri = batchUri(rootUrl(), customer, batch.id);
    // The images of a batch that was just taken are still to be fetched.
    response
      .status(201)
      .location(uri)
      .json(batchBody(uri, batch, batch.submitted, false));
  });

  const list =
    (selection: BatchSelection): RequestHandler =>
    (request, response) => {
      const customer = customerOf(request);
      const page = pageOf(request);
      const { batches, total } = store.batches(customer, selection, page);
      const members = batches.map((batch) => batchBody(batchUri(rootUrl(), customer, batch.id), batch));
      response.json(collectionBody(`${rootUrl()}${request.baseUrl}${request.path}`, members, total, page));
    };
  router.get('/queue/batches', failing('batches'), list('all'));
  router.get('/queue/active', failing('batches'), list('active'));
  router.get('/queue/recent', failing('batches'), list('recent'));

  router.get('/queue/batches/:batch', failing('batches'), (request, response, next) => {
    const batch = findBatch(store, request);
    if (!batch) return next();
    response.json(batchBody(batchUri(rootUrl(), batch.customer, batch.id), batch));
  });
  router.get('/queue/batches/:batch/images', failing('batches'), (request, response, next) => {
    const batch = findBatch(store, request);
    if (!batch) return next();
    const page = pageOf(request);
    const members = store.images(batch.id, page).map((image) => ({
      '@id': `${rootUrl()}/customers/${batch.customer}/spaces/${image.space}/images/${encodeURIComponent(image.id)}`,
      '@type': 'vocab:Image',
      ...image,
    }));
    const uri = `${batchUri(rootUrl(), batch.customer, batch.id)}/images`;
    response.json(collectionBody(uri, members, batch.count, page));
  });
  return router;
}

function pageOf(request: Request): Page {
  const number = (name: string, fallback: number, maximum: number) => {
    const value = Number(request.query[name] ?? fallback);
    return Number.isInteger(value) && value >= 1 ? Math.min(value, maximum) : fallback;
  };
  const page = number('page', 1, 1_000_000_000);
  const limit = number('pageSize', DEFAULT_PAGE_SIZE, MAXIMUM_PAGE_SIZE);
  return { page, limit, offset: (page - 1) * limit };
}

function customerOf(request: Request): number {
  return wholeNumber(request.params['customer']);
}

function findBatch(store: SandboxDlcsStore, request: Request): StoredBatch | undefined {
  return store.batch(customerOf(request), wholeNumber(request.params['batch']));
}

/** -1, which is the id of nothing, for what is no whole number. */
function wholeNumber(text: unknown): number {
  return typeof text === 'string' && /^\d{1,15}$/.test(text) ? Number(text) : -1;
}

/** What body-parser's errors carry. */
interface HttpError {
  readonly status: number;
  readonly message: string;
}

function isHttpError(error: unknown): error is HttpError {
  return error instanceof Error && 'status' in error && typeof error.status === 'number';
}

// Express knows an error handler by its four parameters.
function answerError(error: unknown, _request: Request, response: Response, _next: NextFunction): void {
  if (error instanceof InvalidBodyError) {
    response.status(400).json(errorBody('Bad Request', error.message));
  } else if (isHttpError(error)) {
    response.status(error.status).json(errorBody('Bad Request', error.message));
  } else {
    const message = error instanceof Error ? error.message : String(error);
    response.status(500).json(errorBody('Internal Server Error', message));
  }
}
