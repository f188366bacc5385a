import { types } from 'node:util';
import pRetry from 'p-retry';
import type { Response } from 'undici';
import { errorMessage } from '../../../platform/error-message.ts';
import { parseExactObject } from '../../../platform/exact-json.ts';
import { OutgoingClient } from '../../../platform/http/outgoing/outgoing-client.ts';
import type { OutgoingNetwork } from '../../../platform/http/outgoing/outgoing-network.ts';
import type { JsonValue } from '../../../queue/index.ts';
import type { CompositeSettings } from '../settings.ts';

/** Characters of a response that an error message shows. */
const SHOWN_CHARACTERS = 2_000;

/** How long a connection may take, as undici has it where nothing else is set. */
const CONNECT_MILLISECONDS = 10_000;

/** A response longer than this is not one that the DLCS sends; reading it would only fill the memory. */
const MAXIMUM_ANSWER_BYTES = 32 * 1024 * 1024;

/** Errors of a request that was never sent: no such host, refused, no route, a certificate that is not trusted. */
const NOT_SENT_CODES =
  /^(ENOTFOUND|EAI_\w+|ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT|ERR_TLS_\w+|CERT_\w+|DEPTH_ZERO_\w+|SELF_SIGNED_\w+|UNABLE_TO_\w+|ERR_INVALID_\w+|UND_ERR_INVALID_ARG)$/;

/** An object of JSON. */
export type JsonObject = { readonly [key: string]: JsonValue | undefined };

/** What the DLCS returned for a batch that it accepted. */
export interface DlcsBatchAnswer {
  /** The batch's `@id`. */
  readonly uri: string;
  /** The whole response. */
  readonly body: JsonObject;
}

/** One page of a `hydra:Collection`. */
export interface DlcsPage {
  readonly members: readonly JsonObject[];
  /** Members on all pages, where the DLCS says so. */
  readonly totalItems: number | undefined;
}

/**
 * Whether a request that failed has had an effect: `refused`, surely none; `unknown`, it may have been carried
 * out, and only its response is missing (a timeout, a lost connection, an error of the server's own, an invalid response).
 */
export type DlcsFailure = 'refused' | 'unknown';

/** The DLCS did not do what it was asked. The message has the DLCS's response, and never a credential. */
export class DlcsError extends Error {
  override readonly name = 'DlcsError';
  /** Whether the DLCS may have carried out the request nevertheless. */
  readonly failure: DlcsFailure;
  /** The status of the response, if there was one. */
  readonly status: number | undefined;

  constructor(
    message: string,
    options: {
      readonly failure: DlcsFailure;
      readonly status?: number | undefined;
      readonly cause?: unknown;
    },
  ) {
    super(message, { cause: options.cause });
    this.failure = options.failure;
    this.status = options.status;
  }
}

interface DlcsRequest {
  readonly method: 'GET' | 'POST';
  /** Below the API's root, with a slash at its start. */
  readonly path: string;
  readonly authorization: string;
  readonly body?: JsonValue;
  readonly signal?: AbortSignal | undefined;
}

interface DlcsResponse {
  readonly status: number;
  readonly text: string;
}

/** How a batch is posted. */
export interface PostOptions {
  /** Whether it goes to the DLCS's priority queue. */
  readonly isPriority?: boolean;
  readonly signal?: AbortSignal | undefined;
}

/** Speaks with the DLCS in the caller's name. */
export class DlcsClient {
  readonly #apiRoot: string;
  readonly #timeoutMilliseconds: number;
  readonly #connections: OutgoingClient;

  constructor(settings: CompositeSettings['dlcs'], network: OutgoingNetwork) {
    this.#apiRoot = settings.apiRoot;
    this.#timeoutMilliseconds = settings.timeoutSeconds * 1_000;
    this.#connections = OutgoingClient.trusted(network, {
      connectMilliseconds: CONNECT_MILLISECONDS,
      // Others would cut a longer DLCS_TIMEOUT short.
      headersMilliseconds: 0,
      bodyMilliseconds: 0,
    });
  }

  /**
   * Whether the DLCS lets the bearer of these credentials act for a customer: 200 says yes, 401 and 403 say no.
   *
   * @param authorization the caller's `Authorization` header.
   * @throws {DlcsError} on any other response, or on none.
   */
  async isAuthorized(customer: number, authorization: string, signal?: AbortSignal): Promise<boolean> {
    const request: DlcsRequest = { method: 'GET', path: `/customers/${customer}`, authorization, signal };
    const { status, text } = await this.#get(request);
    if (status === 200) return true;
    if (status === 401 || status === 403) return false;
    throw unexpectedAnswer(request, this.#apiRoot, status, text);
  }

  /**
   * Hands a collection of images to the DLCS; 201 alone is success.
   *
   * @param collection the `hydra:Collection` of images.
   * @throws {DlcsError} whose `failure` says whether the DLCS may have the batch nevertheless.
   */
  async postBatch(
    customer: number,
    authorization: string,
    collection: JsonValue,
    { isPriority = false, signal }: PostOptions = {},
  ): Promise<DlcsBatchAnswer> {
    const path = `/customers/${customer}/queue${isPriority ? '/priority' : ''}`;
    const request: DlcsRequest = { method: 'POST', path, authorization, body: collection, signal };
    const { status, text } = await this.#send(request);
    if (status !== 201) throw unexpectedAnswer(request, this.#apiRoot, status, text);
    const body = parseObject(request, this.#apiRoot, status, text);
    const uri = body['@id'];
    if (typeof uri !== 'string' || uri === '') {
      throw senselessAnswer(request, this.#apiRoot, status, text, 'has no @id');
    }
    return { uri, body };
  }

  /**
   * One page of a customer's batches, the images of one of them, or another `hydra:Collection`.
   *
   * @param path below the API's root, such as `/customers/5/queue/batches`.
   * @param pageNumber from 1.
   * @returns `undefined` if the DLCS does not know the path (404, 405).
   * @throws {DlcsError}
   */
  async readPage(
    path: string,
    pageNumber: number,
    pageSize: number,
    authorization: string,
    signal?: AbortSignal,
  ): Promise<DlcsPage | undefined> {
    const request: DlcsRequest = {
      method: 'GET',
      path: `${path}?page=${pageNumber}&pageSize=${pageSize}`,
      authorization,
      signal,
    };
    const { status, text } = await this.#get(request);
    if (status === 404 || status === 405) return undefined;
    if (status !== 200) throw unexpectedAnswer(request, this.#apiRoot, status, text);
    const body = parseObject(request, this.#apiRoot, status, text);
    const members = body['member'] ?? body['hydra:member'];
    if (!Array.isArray(members)) {
      throw senselessAnswer(request, this.#apiRoot, status, text, 'has no member list');
    }
    const totalItems = body['totalItems'] ?? body['hydra:totalItems'];
    return {
      members: members.filter(isObject),
      totalItems: typeof totalItems === 'number' ? totalItems : undefined,
    };
  }

  /** Closes the connections; requests in flight end first. */
  async close(): Promise<void> {
    await this.#connections.close();
  }

  /** Sends a request without effects: a kept connection that the DLCS closed at that moment is worth another try. */
  #get(request: DlcsRequest): Promise<DlcsResponse> {
    return pRetry(() => this.#send(request), {
      retries: 2,
      minTimeout: 50,
      shouldRetry: ({ error }) =>
        error instanceof DlcsError && /^(UND_ERR_SOCKET|ECONNRESET|EPIPE)$/.test(codeOf(error.cause) ?? ''),
      ...(request.signal ? { signal: request.signal } : {}),
    });
  }

  async #send(request: DlcsRequest): Promise<DlcsResponse> {
    const { method, path, authorization, body, signal } = request;
    const timeout = AbortSignal.timeout(this.#timeoutMilliseconds);
    try {
      const response = await this.#connections.fetch(new URL(`${this.#apiRoot}${path}`), {
        method,
        headers: { authorization, 'content-type': 'application/json', accept: 'application/json, */*;q=0.1' },
        signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      return { status: response.status, text: await readBounded(response) };
    } catch (error) {
      signal?.throwIfAborted();
      const what = `${method} ${this.#apiRoot}${path}`;
      if (timeout.aborted) {
        const seconds = this.#timeoutMilliseconds / 1_000;
        throw new DlcsError(`The DLCS gave no answer to ${what} within ${seconds} seconds (DLCS_TIMEOUT)`, {
          failure: 'unknown',
          cause: error,
        });
      }
      const failure = wasSent(error) ? 'unknown' : 'refused';
      const reason = withoutCredentials(reasonOf(error), authorization);
      throw new DlcsError(`The DLCS did not answer ${what}: ${reason}`, { failure, cause: error });
    }
  }
}

/** A status other than the one that means success. A redirect, and a fault of the request, changed nothing. */
function unexpectedAnswer(request: DlcsRequest, apiRoot: string, status: number, text: string): DlcsError {
  const body = shown(text, request.authorization);
  return new DlcsError(
    `The DLCS answered ${status} to ${request.method} ${apiRoot}${request.path}: ${body}`,
    { failure: status >= 300 && status < 500 && status !== 408 ? 'refused' : 'unknown', status },
  );
}

function senselessAnswer(
  request: DlcsRequest,
  apiRoot: string,
  status: number,
  text: string,
  fault: string,
): DlcsError {
  const body = shown(text, request.authorization);
  return new DlcsError(
    `The DLCS answered ${status} to ${request.method} ${apiRoot}${request.path}, but the answer ${fault}: ${body}`,
    { failure: 'unknown', status },
  );
}

function parseObject(request: DlcsRequest, apiRoot: string, status: number, text: string): JsonObject {
  try {
    return parseExactObject(text);
  } catch {
    // Said below, with what came instead.
  }
  throw senselessAnswer(request, apiRoot, status, text, 'is no JSON object');
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

async function readBounded(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of response.body ?? []) {
    sizeBytes += chunk.length;
    if (sizeBytes > MAXIMUM_ANSWER_BYTES) {
      throw new Error(`the answer is longer than ${MAXIMUM_ANSWER_BYTES} bytes`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function shown(text: string, authorization: string): string {
  const safe = withoutCredentials(text, authorization).trim();
  if (safe === '') return '(an empty body)';
  return safe.length > SHOWN_CHARACTERS ? `${safe.slice(0, SHOWN_CHARACTERS)}…` : safe;
}

/** Some servers repeat the request's headers in their error pages. */
function withoutCredentials(text: string, authorization: string): string {
  const token = authorization.replace(/^\S+\s+/, '').trim();
  return [authorization.trim(), token]
    .filter((secret) => secret !== '')
    .reduce((safe, secret) => safe.replaceAll(secret, '[secret]'), text);
}

/** `fetch` throws a bare TypeError for a request that cannot be sent, and one with a cause for what happened to it later. */
function wasSent(error: unknown): boolean {
  const code = codeOf(error);
  if (code !== undefined) return !NOT_SENT_CODES.test(code);
  return !(error instanceof TypeError) || error.cause !== undefined;
}

/** `fetch` says no more than "fetch failed"; what happened is its cause. */
function codeOf(error: unknown): string | undefined {
  for (let current = error; types.isNativeError(current); current = current.cause) {
    if ('code' in current && typeof current.code === 'string') return current.code;
  }
  return undefined;
}

function reasonOf(error: unknown): string {
  let innermost = error;
  while (types.isNativeError(innermost) && innermost.cause !== undefined) innermost = innermost.cause;
  return errorMessage(innermost);
}
