import { types } from 'node:util';
import { Agent, fetch, type Response } from 'undici';
import { errorMessage } from '../../../platform/error-message.ts';
import type { ObjectStorage } from '../../../platform/storage/object-storage.ts';
import { maskUrl, OriginError } from './origin-error.ts';

/** Redirects that are followed before the origin counts as one that leads nowhere. */
const MAXIMUM_REDIRECTS = 20;

/** Not found, gone, and withheld for legal reasons; all others may be temporary. */
const PERMANENT_STATUSES = [404, 410, 451];

/** What S3 calls an object, or a bucket, that is not there. */
const ABSENT_IN_S3 = ['NoSuchKey', 'NoSuchBucket'];

const REDIRECT_STATUSES = [301, 302, 303, 307, 308];

/** An origin's body, open from some byte on. */
export interface OriginBody {
  readonly bytes: AsyncIterable<Uint8Array>;
  /** Where it starts; 0 where the origin could not go on from the byte that was asked for. */
  readonly startByte: number;
  /** Bytes in all, where the origin says so. */
  readonly sizeBytes: number | undefined;
  readonly contentType: string | undefined;
  /** What stands for these very bytes, and allows to go on from any of them later. */
  readonly validator: string | undefined;
}

/** Something that a PDF can be read from. */
export interface OriginSource {
  /**
   * Opens the body.
   *
   * @param startByte where to go on, with the `validator` of the body of which that many bytes are there.
   * @throws {OriginError}
   */
  open(startByte: number, validator: string | undefined, signal: AbortSignal): Promise<OriginBody>;
  /** Says what went wrong while the body was read. */
  describe(error: unknown): string;
  close(): Promise<void>;
}

/** Options of {@link openOriginSource}. */
export interface OriginSourceOptions {
  /** How long the origin may be silent. */
  readonly timeoutSeconds: number;
  readonly objectStorage: ObjectStorage;
}

/**
 * Finds what reads an origin's URL: http, https and s3. All else (`file:` above all) would let a caller read
 * what is not the caller's.
 *
 * @throws {OriginError} on any other URL.
 */
export function openOriginSource(origin: string, options: OriginSourceOptions): OriginSource {
  const url = URL.parse(origin);
  if (!url) throw new OriginError(`The origin ${maskUrl(origin)} is not a URL`, { isPermanent: true });
  if (isHttp(url)) return new HttpSource(url, options.timeoutSeconds);
  if (url.protocol === 's3:') return new S3Source(origin, options.objectStorage);
  throw new OriginError(
    `The origin ${maskUrl(origin)} cannot be fetched: ${url.protocol} is not allowed, only http:, https: and s3://bucket/key`,
    { isPermanent: true },
  );
}

function isHttp(url: URL): boolean {
  return url.protocol === 'http:' || url.protocol === 'https:';
}

/** An origin on the web. */
class HttpSource implements OriginSource {
  readonly #url: URL;
  readonly #timeoutSeconds: number;
  readonly #connections: Agent;
  /** Where redirects have led to. */
  #askedUrl: URL;

  constructor(url: URL, timeoutSeconds: number) {
    this.#url = url;
    this.#askedUrl = url;
    this.#timeoutSeconds = timeoutSeconds;
    const milliseconds = timeoutSeconds * 1_000;
    this.#connections = new Agent({
      connect: { timeout: milliseconds },
      headersTimeout: milliseconds,
      bodyTimeout: milliseconds,
    });
  }

  async open(startByte: number, validator: string | undefined, signal: AbortSignal): Promise<OriginBody> {
    const response = await this.#request(
      startByte > 0 && validator !== undefined ? { range: `bytes=${startByte}-`, 'if-range': validator } : {},
      signal,
    );
    if (!response.ok) {
      await response.body?.cancel();
      const status = `${response.status} ${response.statusText}`.trim();
      throw new OriginError(`The origin answered ${status} for ${maskUrl(response.url)}`, {
        isPermanent: PERMANENT_STATUSES.includes(response.status),
      });
    }
    if (!response.body || response.status === 204) {
      throw new OriginError(`The origin ${maskUrl(response.url)} sent an empty body`, { isPermanent: true });
    }
    const range = parseContentRange(response.headers.get('content-range'));
    if (response.status === 206 && range?.startByte !== startByte) {
      await response.body.cancel();
      throw new OriginError(
        `The origin ${maskUrl(response.url)} was asked to go on at byte ${startByte}, and sent another part`,
        { isCutShort: true },
      );
    }
    // A decoded body has another length than the header says, and other byte positions than a range counts.
    const isEncoded = !['', 'identity'].includes(response.headers.get('content-encoding') ?? '');
    const lengthBytes = numberOf(response.headers.get('content-length'));
    return {
      bytes: response.body,
      startByte: response.status === 206 ? startByte : 0,
      sizeBytes: isEncoded ? undefined : response.status === 206 ? range?.sizeBytes : lengthBytes,
      contentType: response.headers.get('content-type') ?? undefined,
      validator: isEncoded ? undefined : strongValidator(response.headers),
    };
  }

  describe(error: unknown): string {
    const { host, hostname } = this.#askedUrl;
    const cause = innermost(error);
    const code = types.isNativeError(cause) && 'code' in cause ? String(cause.code) : '';
    if (/^(ENOTFOUND|EAI_AGAIN)$/.test(code)) return `there is no host named ${hostname}`;
    if (code === 'ECONNREFUSED') return `${host} refuses connections`;
    if (/^UND_ERR_(CONNECT|HEADERS|BODY)_TIMEOUT$/.test(code)) {
      return `${host} was silent for ${this.#timeoutSeconds} seconds (ORIGIN_TIMEOUT)`;
    }
    return [code, errorMessage(cause)].filter((part) => part !== '').join(': ');
  }

  async close(): Promise<void> {
    await this.#connections.destroy();
  }

  /** Follows redirects itself, as `fetch` does not say which one was one too many. */
  async #request(headers: Record<string, string>, signal: AbortSignal): Promise<Response> {
    let url = this.#url;
    const seen = new Set<string>();
    for (;;) {
      const response = await this.#fetch(url, headers, signal);
      const location = response.headers.get('location');
      if (!REDIRECT_STATUSES.includes(response.status) || location === null) return response;
      await response.body?.cancel();
      seen.add(url.href);
      const target = URL.parse(location, url.href);
      if (!target || !isHttp(target)) {
        throw new OriginError(
          `The origin ${maskUrl(url.href)} redirects to ${maskUrl(location)}, and only http: and https: are followed`,
          { isPermanent: true },
        );
      }
      if (seen.has(target.href)) {
        throw new OriginError(
          `The origin ${maskUrl(this.#url.href)} redirects in a loop: ${maskUrl(target.href)} comes again`,
        );
      }
      if (seen.size > MAXIMUM_REDIRECTS) {
        throw new OriginError(
          `The origin ${maskUrl(this.#url.href)} redirects more than ${MAXIMUM_REDIRECTS} times`,
        );
      }
      // The same server wants the same credentials; no other one may see them.
      if (target.origin === url.origin && target.username === '' && target.password === '') {
        target.username = url.username;
        target.password = url.password;
      }
      url = target;
    }
  }

  async #fetch(url: URL, headers: Record<string, string>, signal: AbortSignal): Promise<Response> {
    this.#askedUrl = url;
    // `fetch` takes no URL with a user in it.
    const bare = new URL(url);
    bare.username = '';
    bare.password = '';
    bare.hash = '';
    try {
      return await fetch(bare, {
        headers: {
          accept: 'application/pdf, */*;q=0.5',
          'accept-encoding': 'identity',
          'user-agent': 'composite-handler',
          ...(url.username === '' && url.password === '' ? {} : { authorization: basicAuthorization(url) }),
          ...headers,
        },
        redirect: 'manual',
        dispatcher: this.#connections,
        signal,
      });
    } catch (error) {
      signal.throwIfAborted();
      throw new OriginError(`The origin ${maskUrl(url.href)} cannot be fetched: ${this.describe(error)}`, {
        cause: error,
      });
    }
  }
}

/** An object of an S3 bucket: `s3://bucket/key`. */
class S3Source implements OriginSource {
  readonly #origin: string;
  readonly #bucketName: string;
  readonly #key: string;
  readonly #objectStorage: ObjectStorage;

  constructor(origin: string, objectStorage: ObjectStorage) {
    // Not by URL, as a key may hold what a URL would read as a query or a dot segment.
    const [, bucketName, key] = /^s3:\/\/([^/]+)\/(.+)$/is.exec(origin) ?? [];
    // A bucket's name holds no "@": somebody meant credentials, which no error may show.
    if (bucketName === undefined || key === undefined || bucketName.includes('@')) {
      throw new OriginError(`The origin ${maskUrl(origin)} is not of the form s3://bucket/key`, {
        isPermanent: true,
      });
    }
    this.#origin = origin;
    this.#bucketName = bucketName;
    this.#key = key;
    this.#objectStorage = objectStorage;
  }

  async open(startByte: number, validator: string | undefined, signal: AbortSignal): Promise<OriginBody> {
    const from = validator === undefined ? 0 : startByte;
    try {
      const object = await this.#objectStorage.read(this.#bucketName, this.#key, {
        startByte: from,
        etag: from > 0 ? validator : undefined,
        signal,
      });
      return {
        bytes: object.body,
        startByte: from,
        sizeBytes: object.sizeBytes,
        contentType: object.contentType,
        validator: object.etag,
      };
    } catch (error) {
      signal.throwIfAborted();
      const cause = innermost(error);
      throw new OriginError(`The origin ${this.#origin} cannot be fetched: ${this.describe(error)}`, {
        cause: error,
        isPermanent: types.isNativeError(cause) && ABSENT_IN_S3.includes(cause.name),
      });
    }
  }

  describe(error: unknown): string {
    return errorMessage(error);
  }

  async close(): Promise<void> {}
}

function basicAuthorization(url: URL): string {
  const user = decodeURIComponent(url.username);
  const password = decodeURIComponent(url.password);
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
}

/** A strong ETag, or a time of change that was no longer fresh when it was sent (RFC 9110, 8.8.2.2). */
function strongValidator(headers: Response['headers']): string | undefined {
  if (headers.get('accept-ranges') === 'none') return undefined;
  const etag = headers.get('etag');
  if (etag?.startsWith('"')) return etag;
  const lastModified = headers.get('last-modified');
  const ageMilliseconds = Date.parse(headers.get('date') ?? '') - Date.parse(lastModified ?? '');
  return lastModified !== null && ageMilliseconds >= 1_000 ? lastModified : undefined;
}

function parseContentRange(header: string | null) {
  const [, start, size] = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(header ?? '') ?? [];
  return start === undefined ? undefined : { startByte: Number(start), sizeBytes: numberOf(size) };
}

function numberOf(text: string | null | undefined): number | undefined {
  return text && /^\d+$/.test(text) ? Number(text) : undefined;
}

/** `fetch` says no more than "fetch failed" or "terminated"; what happened is the innermost cause. */
function innermost(error: unknown): unknown {
  let current = error;
  while (types.isNativeError(current) && current.cause !== undefined) current = current.cause;
  return current;
}
