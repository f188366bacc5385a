import { types } from 'node:util';
import type { Response } from 'undici';
import { errorMessage } from '../../../platform/error-message.ts';
import { AddressRefusedError } from '../../../platform/http/outgoing/address-guard.ts';
import { OutgoingClient } from '../../../platform/http/outgoing/outgoing-client.ts';
import type { OutgoingNetwork } from '../../../platform/http/outgoing/outgoing-network.ts';
import {
  followRedirects,
  isHttp,
  MAXIMUM_REDIRECTS,
  RedirectError,
  type RedirectFault,
} from '../../../platform/http/outgoing/redirects.ts';
import type { ObjectStorage } from '../../../platform/storage/object-storage.ts';
import type { CompositeSettings } from '../settings.ts';
import { maskUrl, OriginError, OriginRefusedError } from './origin-error.ts';

/** Not found, gone, and withheld for legal reasons; all others may be temporary. */
const PERMANENT_STATUSES = [404, 410, 451];

/** What S3 calls an object, or a bucket, that is not there. */
const ABSENT_IN_S3 = ['NoSuchKey', 'NoSuchBucket'];

/** An origin's body, open from some byte on. */
export interface OriginBody {
  readonly bytes: AsyncIterable<Uint8Array>;
  /** Where it starts; 0 where the origin could not go on from the byte that was asked for. */
  readonly startByte: number;
  /** Bytes in all, where the origin says so. */
  readonly sizeBytes: number | undefined;
  readonly contentType: string | undefined;
  /** Identifies these bytes, so that reading can go on from any of them later. */
  readonly validator: string | undefined;
}

/** Something that a PDF can be read from. */
export interface OriginSource {
  /**
   * Opens the body.
   *
   * @param startByte where to go on; its bytes before that came from the body with the same `validator`.
   * @throws {OriginError}
   */
  open(startByte: number, validator: string | undefined, signal: AbortSignal): Promise<OriginBody>;
  /** Says what went wrong while the body was read. */
  describe(error: unknown): string;
  close(): Promise<void>;
}

/** Options of {@link openOriginSource}. */
export interface OriginSourceOptions {
  /** Whose origin it is: the rules for headers differ by customer. */
  readonly customer: number;
  readonly settings: CompositeSettings['origin'];
  readonly network: OutgoingNetwork;
  readonly objectStorage: ObjectStorage;
}

/**
 * Finds what reads an origin's URL: http, https and s3. All else (`file:` above all) would let a caller read
 * what is not the caller's.
 *
 * @throws {OriginError} on any other URL.
 * @throws {OriginRefusedError} on a bucket that `ORIGIN_S3_BUCKETS` does not list.
 */
export function openOriginSource(origin: string, options: OriginSourceOptions): OriginSource {
  const url = URL.parse(origin);
  if (!url) throw new OriginError(`The origin ${maskUrl(origin)} is not a URL`, { isPermanent: true });
  if (isHttp(url)) return new HttpSource(url, options);
  if (url.protocol === 's3:') return new S3Source(origin, options);
  throw new OriginError(
    `The origin ${maskUrl(origin)} cannot be fetched: ${url.protocol} is not allowed, only http:, https: and s3://bucket/key`,
    { isPermanent: true },
  );
}

/** An origin on the web. */
class HttpSource implements OriginSource {
  readonly #url: URL;
  readonly #options: OriginSourceOptions;
  readonly #client: OutgoingClient;
  /** Values of headers that the rules have added: a server may repeat them in what it says. */
  readonly #secrets = new Set<string>();
  /** Where redirects have led to. */
  #askedUrl: URL;

  constructor(url: URL, options: OriginSourceOptions) {
    this.#url = url;
    this.#askedUrl = url;
    this.#options = options;
    const milliseconds = options.settings.timeoutSeconds * 1_000;
    const timeouts = {
      connectMilliseconds: milliseconds,
      headersMilliseconds: milliseconds,
      bodyMilliseconds: milliseconds,
    };
    this.#client = OutgoingClient.guarded(options.network, timeouts, options.settings.allowedNetworks);
  }

  async open(startByte: number, validator: string | undefined, signal: AbortSignal): Promise<OriginBody> {
    const response = await this.#request(
      startByte > 0 && validator !== undefined ? { range: `bytes=${startByte}-`, 'if-range': validator } : {},
      signal,
    );
    if (!response.ok) {
      await response.body?.cancel();
      const status = `${response.status} ${response.statusText}`.trim();
      throw this.#error(`The origin answered ${status} for ${maskUrl(response.url)}`, {
        isPermanent: PERMANENT_STATUSES.includes(response.status),
      });
    }
    if (!response.body || response.status === 204) {
      throw this.#error(`The origin ${maskUrl(response.url)} sent an empty body`, { isPermanent: true });
    }
    const range = parseContentRange(response.headers.get('content-range'));
    if (response.status === 206 && range?.startByte !== startByte) {
      await response.body.cancel();
      throw this.#error(
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
      contentType: this.#masked(response.headers.get('content-type') ?? '') || undefined,
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
      return `${host} was silent for ${this.#options.settings.timeoutSeconds} seconds (ORIGIN_TIMEOUT)`;
    }
    return this.#masked([code, errorMessage(cause)].filter((part) => part !== '').join(': '));
  }

  async close(): Promise<void> {
    await this.#client.destroy();
  }

  async #request(range: Record<string, string>, signal: AbortSignal): Promise<Response> {
    try {
      return await followRedirects(this.#url, (url) => this.#fetch(url, range, signal));
    } catch (error) {
      if (!(error instanceof RedirectError)) throw error;
      throw this.#error(describeRedirects(this.#url, error.fault), {
        cause: error,
        isPermanent: error.fault.kind === 'scheme',
      });
    }
  }

  async #fetch(url: URL, range: Record<string, string>, signal: AbortSignal): Promise<Response> {
    this.#askedUrl = url;
    // `fetch` takes no URL with a user in it.
    const bare = new URL(url);
    bare.username = '';
    bare.password = '';
    bare.hash = '';
    try {
      return await this.#client.fetch(bare, { headers: this.#headersFor(url, range), signal });
    } catch (error) {
      signal.throwIfAborted();
      if (innermost(error) instanceof AddressRefusedError) {
        throw new OriginRefusedError(
          `The origin ${maskUrl(url.href)} is not allowed: ${url.host} is in a network that ORIGIN_ALLOWED_NETWORKS does not list`,
        );
      }
      throw this.#error(`The origin ${maskUrl(url.href)} cannot be fetched: ${this.describe(error)}`, {
        cause: error,
      });
    }
  }

  /** A server that the origin redirects to gets the headers of the rules that it matches itself. */
  #headersFor(url: URL, range: Record<string, string>): Record<string, string> {
    const { customer, settings } = this.#options;
    const byRules = [...(url.origin === this.#url.origin ? [this.#url] : []), url].flatMap((each) => [
      ...settings.httpRules.headersFor(customer, each),
    ]);
    for (const [, value] of byRules) this.#secrets.add(value);
    return {
      accept: 'application/pdf, */*;q=0.5',
      'accept-encoding': 'identity',
      'user-agent': 'composite-handler',
      ...(url.username === '' && url.password === '' ? {} : { authorization: basicAuthorization(url) }),
      ...Object.fromEntries(byRules),
      ...range,
    };
  }

  #error(message: string, options?: ConstructorParameters<typeof OriginError>[1]): OriginError {
    return new OriginError(this.#masked(message), options);
  }

  #masked(text: string): string {
    return [...this.#secrets]
      .filter((secret) => secret !== '')
      .reduce((masked, secret) => masked.replaceAll(secret, '***'), text);
  }
}

function describeRedirects(origin: URL, fault: RedirectFault): string {
  switch (fault.kind) {
    case 'scheme':
      return `The origin ${maskUrl(fault.from.href)} redirects to ${maskUrl(fault.location)}, and only http: and https: are followed`;
    case 'loop':
      return `The origin ${maskUrl(origin.href)} redirects in a loop: ${maskUrl(fault.target.href)} comes again`;
    case 'too many':
      return `The origin ${maskUrl(origin.href)} redirects more than ${MAXIMUM_REDIRECTS} times`;
  }
}

/** An object of an S3 bucket: `s3://bucket/key`. */
class S3Source implements OriginSource {
  readonly #origin: string;
  readonly #bucketName: string;
  readonly #key: string;
  readonly #objectStorage: ObjectStorage;

  constructor(origin: string, { settings, objectStorage }: OriginSourceOptions) {
    // Not by URL, as a key may hold what a URL would read as a query or a dot segment.
    const [, bucketName, key] = /^s3:\/\/([^/]+)\/(.+)$/is.exec(origin) ?? [];
    // A bucket's name holds no "@": somebody meant credentials, which no error may show.
    if (bucketName === undefined || key === undefined || bucketName.includes('@')) {
      throw new OriginError(`The origin ${maskUrl(origin)} is not of the form s3://bucket/key`, {
        isPermanent: true,
      });
    }
    if (!settings.bucketNames.includes(bucketName)) {
      throw new OriginRefusedError(
        `The origin ${maskUrl(origin)} is not allowed: ORIGIN_S3_BUCKETS does not list the bucket ${bucketName}`,
      );
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
