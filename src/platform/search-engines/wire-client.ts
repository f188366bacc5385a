import { errorMessage } from '../error-message.ts';
import { SearchEngineRefusalError, SearchEngineUnavailableError } from './search-engine-errors.ts';
import type { SearchEngineAddress } from './search-engine-url.ts';

/** Where an engine that speaks the protocol of Elasticsearch is. */
export type WireAddress = Exclude<SearchEngineAddress, { readonly kind: 'postgres' }>;

/** A request of the protocol. */
export interface WireRequest {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | boolean>>;
  readonly body?: object;
  /** The body of a bulk: an object a line. */
  readonly lines?: readonly object[];
}

/** A response, whatever its status. */
export interface WireResponse<Body> {
  readonly status: number;
  readonly body: Body;
}

/** Sends requests by an official client. Nothing that it throws holds a password. */
export interface WireClient {
  /**
   * @throws {SearchEngineUnavailableError} if there is no response.
   * @throws {SearchEngineRefusalError} if the other side is no such engine.
   * @throws the signal's reason.
   */
  send<Body>(request: WireRequest, signal?: AbortSignal): Promise<WireResponse<Body>>;
  close(): Promise<void>;
}

const REQUEST_TIMEOUT_MILLISECONDS = 120_000;
const MOST_RETRIES = 2;

/** Errors of the clients after which the same request may succeed. */
const TEMPORARY_ERRORS = ['ConnectionError', 'TimeoutError', 'NoLivingConnectionsError'];

/** What the official clients have in common. They throw responses with statuses from 400 on; these are returned. */
interface Transport {
  send<Body>(request: WireRequest, signal: AbortSignal | undefined): Promise<WireResponse<Body>>;
  close(): Promise<void>;
}

/** Opens the official client of an engine, which is loaded now. */
export async function openWireClient(address: WireAddress): Promise<WireClient> {
  const { node, auth } = connectionOf(address);
  const options = {
    node,
    ...(auth ? { auth } : {}),
    maxRetries: MOST_RETRIES,
    requestTimeout: REQUEST_TIMEOUT_MILLISECONDS,
  };
  const transport =
    address.kind === 'opensearch' ? await openOpenSearch(options) : await openElasticsearch(options);
  return {
    async send<Body>(request: WireRequest, signal?: AbortSignal) {
      signal?.throwIfAborted();
      try {
        return await transport.send<Body>(request, signal);
      } catch (error) {
        signal?.throwIfAborted();
        throw failureOf(error, titleOf(address));
      }
    },
    close: () => transport.close(),
  };
}

/** Returns an engine's name for people, without credentials. */
export function titleOf(address: WireAddress): string {
  return `${address.kind} at ${connectionOf(address).node}`;
}

/** The client takes credentials apart from the URL, so that no error of a connection holds them. */
function connectionOf({ url }: WireAddress) {
  const parsed = new URL(url);
  const auth = {
    username: decodeURIComponent(parsed.username),
    password: decodeURIComponent(parsed.password),
  };
  parsed.username = '';
  parsed.password = '';
  return {
    node: parsed.href.replace(/\/+$/, ''),
    auth: auth.username === '' && auth.password === '' ? undefined : auth,
  };
}

interface ClientOptions {
  readonly node: string;
  readonly auth?: { readonly username: string; readonly password: string };
  readonly maxRetries: number;
  readonly requestTimeout: number;
}

async function openElasticsearch(options: ClientOptions): Promise<Transport> {
  const { Client, errors } = await import('@elastic/elasticsearch');
  const client = new Client({ ...options });
  return {
    async send<Body>(request: WireRequest, signal: AbortSignal | undefined) {
      try {
        const options = { meta: true as const, ...(signal ? { signal } : {}) };
        const { statusCode, body } = await client.transport.request<Body>(parametersOf(request), options);
        return { status: statusCode, body };
      } catch (error) {
        if (!(error instanceof errors.ResponseError)) throw error;
        return { status: error.statusCode ?? 0, body: error.body };
      }
    },
    close: () => client.close(),
  };
}

async function openOpenSearch(options: ClientOptions): Promise<Transport> {
  const { Client, errors } = await import('@opensearch-project/opensearch');
  const client = new Client({ ...options });
  return {
    async send(request, signal) {
      const sent = client.transport.request(parametersOf(request));
      const abort = () => sent.abort();
      signal?.addEventListener('abort', abort, { once: true });
      try {
        const { statusCode, body } = await sent;
        return { status: statusCode ?? 0, body };
      } catch (error) {
        if (!(error instanceof errors.ResponseError)) throw error;
        return { status: error.statusCode, body: error.body };
      } finally {
        signal?.removeEventListener('abort', abort);
      }
    },
    close: () => client.close(),
  };
}

function parametersOf({ method, path, query, body, lines }: WireRequest) {
  return {
    method,
    path,
    ...(query ? { querystring: query } : {}),
    ...(body ? { body } : {}),
    ...(lines ? { bulkBody: [...lines] } : {}),
  };
}

/** The clients' own errors hold requests with their headers; a log would write them. */
function failureOf(error: unknown, title: string): Error {
  const message = `${title}: ${errorMessage(error)}`;
  const isTemporary = error instanceof Error && TEMPORARY_ERRORS.includes(error.name);
  return isTemporary ? new SearchEngineUnavailableError(message) : new SearchEngineRefusalError(message);
}
