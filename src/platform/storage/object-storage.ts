import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import type { S3Client } from '@aws-sdk/client-s3';
import type { LoadedConfigSelectors } from '@smithy/core/config';
import { awsAgents } from '../aws-connections.ts';
import { AWS_REGION } from '../aws-region.ts';
import { OutgoingNetwork } from '../http/outgoing/outgoing-network.ts';
import { checksumsWhereRequired, requireMd5 } from './checksums.ts';
import { type BucketVariables, describeStorageFailure, ObjectStorageError } from './object-storage-error.ts';

/** `DeleteObjects` takes this many keys at once (Amazon S3's API reference). */
const KEYS_IN_ONE_DELETE = 1_000;

const CONNECTION_TIMEOUT_MILLISECONDS = 10_000;

/** Sockets beside those of the uploads: for listings, removals, and origins. */
const SPARE_SOCKETS = 8;

/** A file is stored in parts of this size, or of larger ones where S3 would not take so many. */
const PART_BYTES = 8 * 1024 ** 2;
const MOST_PARTS = 9_000;
const PARTS_AT_ONCE = 3;

/** An object that is open for reading. */
export interface StoredObject {
  /** The bytes, from the first one that was asked for. */
  readonly body: Readable;
  /** Bytes of the whole object. */
  readonly sizeBytes: number | undefined;
  readonly contentType: string | undefined;
  /** Stands for these very bytes. */
  readonly etag: string | undefined;
}

/** An object, as a list of objects has it. */
export interface ListedObject {
  readonly key: string;
  readonly sizeBytes: number;
}

/** Options of {@link ObjectStorage.read}. */
export interface ReadOptions {
  /** Where to start; 0 where it is left out. */
  readonly startByte?: number;
  /** Bytes that are read, at least 1; fewer if the object ends before. Default: all. */
  readonly lengthBytes?: number;
  /** Reads only if the object is still the one with this ETag. */
  readonly etag?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** The settings of one bucket, which an app reads from its variables. */
export interface BucketSettings {
  readonly name: string;
  /** Requests that are made side by side. */
  readonly requestsAtOnce: number;
  /** What an operator changes where the bucket does not do: the names of the variables. */
  readonly variables: BucketVariables;
}

/** How long S3 is given. */
export interface Patience {
  /** Tries of one request, the first included; the SDK waits longer before each. */
  readonly maximumAttempts: number;
  /**
   * How long S3 may be silent. The time of a whole upload has no limit, as a page may be large and a link slow.
   */
  readonly idleTimeoutMilliseconds: number;
}

const PATIENCE: Patience = { maximumAttempts: 5, idleTimeoutMilliseconds: 60_000 };

/** Options of {@link ObjectStorage}. */
export interface ObjectStorageOptions {
  /** Default: no proxy, and the authorities that Node trusts. */
  readonly network?: OutgoingNetwork;
  readonly patience?: Patience | undefined;
}

/**
 * One bucket of S3. Credentials, region and endpoint come from the environment and from
 * the profile, as the AWS SDK reads them.
 */
export class ObjectStorage {
  readonly #bucketName: string;
  readonly #settings: BucketSettings;
  readonly #endpoint: string | undefined;
  readonly #network: OutgoingNetwork;
  readonly #patience: Patience;
  #connection: Promise<Connection> | undefined;
  #urlBase: Promise<string> | undefined;

  /** @param endpoint where S3 is, where that is not Amazon's and the profile does not say it. */
  constructor(
    settings: BucketSettings,
    endpoint: string | undefined,
    { network = OutgoingNetwork.PLAIN, patience = PATIENCE }: ObjectStorageOptions = {},
  ) {
    this.#bucketName = settings.name;
    this.#settings = settings;
    this.#endpoint = endpoint;
    this.#network = network;
    this.#patience = patience;
  }

  /** Stores one object, over whatever the key held. @throws {ObjectStorageError} */
  async put(key: string, body: Buffer, contentType: string, signal?: AbortSignal): Promise<void> {
    await this.#attempt(`store ${key}`, signal, ({ sdk, client }) =>
      client.send(
        new sdk.PutObjectCommand({
          Bucket: this.#bucketName,
          Key: key,
          Body: body,
          ContentType: contentType,
        }),
        optionsOf(signal),
      ),
    );
  }

  /**
   * The keys that start with a prefix and hold no slash behind it, in order, page by page.
   *
   * @throws {ObjectStorageError}
   */
  async *list(prefix: string, signal?: AbortSignal): AsyncGenerator<string> {
    for await (const { key } of this.#listPages(prefix, { Delimiter: '/' }, signal)) yield key;
  }

  /**
   * All objects whose keys start with a prefix, in order, page by page.
   *
   * @throws {ObjectStorageError}
   */
  listAll(prefix: string, signal?: AbortSignal): AsyncGenerator<ListedObject> {
    return this.#listPages(prefix, {}, signal);
  }

  async *#listPages(
    prefix: string,
    options: { readonly Delimiter?: string },
    signal: AbortSignal | undefined,
  ): AsyncGenerator<ListedObject> {
    try {
      const { sdk, client } = await this.#connect();
      const pages = sdk.paginateListObjectsV2(
        { client },
        { Bucket: this.#bucketName, Prefix: prefix, ...options },
        optionsOf(signal),
      );
      for await (const page of pages) {
        for (const { Key, Size = 0 } of page.Contents ?? []) {
          if (Key !== undefined) yield { key: Key, sizeBytes: Size };
        }
      }
    } catch (error) {
      signal?.throwIfAborted();
      throw describeStorageFailure(`list ${prefix}`, this.#bucketName, this.#settings.variables, error);
    }
  }

  /** Returns the size of an object in bytes; `undefined` if there is none. @throws {ObjectStorageError} */
  async sizeOf(key: string, signal?: AbortSignal): Promise<number | undefined> {
    try {
      const found = await this.#attempt(`look for ${key}`, signal, ({ sdk, client }) =>
        client.send(new sdk.HeadObjectCommand({ Bucket: this.#bucketName, Key: key }), optionsOf(signal)),
      );
      return found.ContentLength ?? 0;
    } catch (error) {
      if (error instanceof ObjectStorageError && error.isMissingObject) return undefined;
      throw error;
    }
  }

  /**
   * Stores a file of this machine as one object, over whatever the key held; a large one in parts, so that its size costs no memory.
   * The object is there when all of it is.
   *
   * @throws {ObjectStorageError}
   */
  async putFile(key: string, localFile: string, contentType: string, signal?: AbortSignal): Promise<void> {
    const { size } = await stat(localFile);
    const { Upload } = await import('@aws-sdk/lib-storage');
    await this.#attempt(`store ${key}`, signal, async ({ client }) => {
      const body = createReadStream(localFile);
      const abortController = new AbortController();
      const abort = () => abortController.abort(signal?.reason);
      signal?.addEventListener('abort', abort);
      try {
        await new Upload({
          client,
          params: { Bucket: this.#bucketName, Key: key, Body: body, ContentType: contentType },
          partSize: Math.max(PART_BYTES, Math.ceil(size / MOST_PARTS)),
          queueSize: PARTS_AT_ONCE,
          abortController,
        }).done();
      } finally {
        signal?.removeEventListener('abort', abort);
        body.destroy();
      }
    });
  }

  /** Removes objects; a key that holds nothing is no error. @throws {ObjectStorageError} */
  async remove(keys: readonly string[], signal?: AbortSignal): Promise<void> {
    for (let start = 0; start < keys.length; start += KEYS_IN_ONE_DELETE) {
      const Objects = keys.slice(start, start + KEYS_IN_ONE_DELETE).map((Key) => ({ Key }));
      await this.#attempt(`remove ${Objects.length} objects`, signal, async ({ sdk, client }) => {
        const { Errors } = await client.send(
          new sdk.DeleteObjectsCommand({ Bucket: this.#bucketName, Delete: { Objects, Quiet: true } }),
          optionsOf(signal),
        );
        const [first] = Errors ?? [];
        if (first) throw new Error(`${first.Code}: ${first.Message} (${first.Key})`);
      });
    }
  }

  /** Opens any object of any bucket for reading (an `s3://` origin). @throws {ObjectStorageError} */
  async read(bucketName: string, key: string, options: ReadOptions = {}): Promise<StoredObject> {
    const { startByte = 0, lengthBytes, etag, signal } = options;
    const answer = await this.#attempt(
      `read ${key}`,
      signal,
      ({ sdk, client }) =>
        client.send(
          new sdk.GetObjectCommand({
            Bucket: bucketName,
            Key: key,
            ...rangeOf(startByte, lengthBytes),
            ...(etag === undefined ? {} : { IfMatch: etag }),
          }),
          optionsOf(signal),
        ),
      bucketName,
    );
    if (!(answer.Body instanceof Readable)) {
      throw describeStorageFailure(
        `read ${key}`,
        bucketName,
        this.#settings.variables,
        new Error('the answer has no body'),
      );
    }
    if (etag !== undefined && answer.ETag !== etag) {
      // Not every store that speaks S3's protocol heeds the condition.
      answer.Body.destroy();
      throw describeStorageFailure(
        `read on in ${key}`,
        bucketName,
        this.#settings.variables,
        new Error('the object was replaced'),
      );
    }
    return {
      body: answer.Body,
      sizeBytes: wholeSizeOf(answer.ContentRange) ?? sumOf(startByte, answer.ContentLength),
      contentType: answer.ContentType,
      etag: answer.ETag,
    };
  }

  /**
   * The URL by which others fetch a key: with the bucket's region, or below the custom endpoint. The
   * region is asked once. Behind Amazon's hosts the key is in the URL as it is: those who fetch it take it from there without
   * decoding it; elsewhere it is percent-encoded.
   *
   * @throws {ObjectStorageError}
   */
  async urlOf(key: string): Promise<string> {
    const bucketUrl = await this.#bucketUrl();
    return `${bucketUrl}${isAmazons(bucketUrl) ? key : key.split('/').map(encodePathSegment).join('/')}`;
  }

  /**
   * The key of a URL that {@link urlOf} made; undefined where it was made for another bucket or endpoint.
   *
   * @throws {ObjectStorageError}
   */
  async keyOf(url: string): Promise<string | undefined> {
    const bucketUrl = await this.#bucketUrl();
    if (!url.startsWith(bucketUrl)) return undefined;
    const path = url.slice(bucketUrl.length);
    return isAmazons(bucketUrl) ? path : path.split('/').map(decodeURIComponent).join('/');
  }

  /**
   * A URL by which anybody can read an object for some time, without credentials.
   *
   * @throws {ObjectStorageError}
   */
  async signedUrlOf(key: string, lifeSeconds: number): Promise<string> {
    const { getSignedUrl } = await import('@aws-sdk/s3-request-presigner');
    return this.#attempt(`make a link to ${key}`, undefined, ({ sdk, client }) =>
      getSignedUrl(client, new sdk.GetObjectCommand({ Bucket: this.#bucketName, Key: key }), {
        expiresIn: lifeSeconds,
      }),
    );
  }

  /** Opens an object of our bucket for reading. @throws {ObjectStorageError} */
  readOwn(key: string, options: ReadOptions = {}): Promise<StoredObject> {
    return this.read(this.#bucketName, key, options);
  }

  async #bucketUrl(): Promise<string> {
    this.#urlBase ??= this.#findUrlBase().catch((error: unknown) => {
      this.#urlBase = undefined;
      throw error;
    });
    return `${await this.#urlBase}/${this.#bucketName}/`;
  }

  /** Asks whether the bucket is there and open to us. @throws {ObjectStorageError} */
  async ping(): Promise<void> {
    await this.#attempt('be reached', undefined, ({ sdk, client }) =>
      client.send(new sdk.HeadBucketCommand({ Bucket: this.#bucketName })),
    );
  }

  /** Closes the connections. */
  close(): void {
    const connection = this.#connection;
    this.#connection = undefined;
    connection?.then(
      ({ client }) => client.destroy(),
      () => undefined,
    );
  }

  #findUrlBase(): Promise<string> {
    return this.#attempt('say its region', undefined, async ({ sdk, client, endpoint }) => {
      if (endpoint !== undefined) return endpoint;
      const { LocationConstraint } = await client.send(
        new sdk.GetBucketLocationCommand({ Bucket: this.#bucketName }),
      );
      if (!LocationConstraint) return 'https://s3.amazonaws.com';
      // Buckets of S3's first years may still say "EU", which is no region's name.
      const region = LocationConstraint === 'EU' ? 'eu-west-1' : LocationConstraint;
      return `https://s3-${region}.amazonaws.com`;
    });
  }

  async #attempt<T>(
    what: string,
    signal: AbortSignal | undefined,
    request: (connection: Connection) => Promise<T>,
    bucketName = this.#bucketName,
  ): Promise<T> {
    signal?.throwIfAborted();
    try {
      return await request(await this.#connect());
    } catch (error) {
      signal?.throwIfAborted();
      throw describeStorageFailure(what, bucketName, this.#settings.variables, error);
    }
  }

  #connect(): Promise<Connection> {
    this.#connection ??= connect(this.#settings, this.#endpoint, this.#network, this.#patience).catch(
      (error: unknown) => {
        this.#connection = undefined;
        throw error;
      },
    );
    return this.#connection;
  }
}

/** A client of S3, the SDK that it comes from, and the custom endpoint that it uses, where one is configured. */
interface Connection {
  readonly sdk: typeof import('@aws-sdk/client-s3');
  readonly client: S3Client;
  readonly endpoint: string | undefined;
}

/** Loads the SDK, which most processes can do without. */
async function connect(
  settings: BucketSettings,
  configuredEndpoint: string | undefined,
  network: OutgoingNetwork,
  patience: Patience,
): Promise<Connection> {
  const [sdk, { loadConfig }] = await Promise.all([
    import('@aws-sdk/client-s3'),
    import('@smithy/core/config'),
  ]);
  const profileEndpoint = (await loadConfig<string>(PROFILE_ENDPOINT)()).replace(/\/+$/, '');
  const endpoint = configuredEndpoint ?? (profileEndpoint || undefined);
  const client = new sdk.S3Client({
    region: loadConfig<string>(REGION),
    maxAttempts: patience.maximumAttempts,
    followRegionRedirects: true,
    // Otherwise each page of more than 2 MiB would be sent on a connection of its own.
    expectContinueHeader: false,
    // Stores that are not Amazon's often have no certificate for a host of the bucket's name.
    ...(endpoint === undefined ? {} : { endpoint, forcePathStyle: true, ...checksumsWhereRequired() }),
    requestHandler: {
      connectionTimeout: CONNECTION_TIMEOUT_MILLISECONDS,
      socketTimeout: patience.idleTimeoutMilliseconds,
      ...awsAgents(network, { keepAlive: true, maxSockets: settings.requestsAtOnce + SPARE_SOCKETS }),
    },
  });
  if (endpoint !== undefined) requireMd5(client);
  return { sdk, client, endpoint };
}

/** Without a region anywhere the SDK throws; the deployed service's (boto3) takes this one for S3. */
const REGION = {
  ...AWS_REGION,
  default: 'us-east-1',
} satisfies LoadedConfigSelectors<string>;

/** `endpoint_url` of the profile, or of its `services` section; empty where there is none. */
const PROFILE_ENDPOINT = {
  environmentVariableSelector: () => undefined,
  configFileSelector: (profile, configFile) =>
    configFile?.[`services.${profile['services']}`]?.['s3.endpoint_url'] ?? profile['endpoint_url'],
  default: '',
} satisfies LoadedConfigSelectors<string>;

function rangeOf(startByte: number, lengthBytes: number | undefined): { Range?: string } {
  if (lengthBytes !== undefined) return { Range: `bytes=${startByte}-${startByte + lengthBytes - 1}` };
  return startByte > 0 ? { Range: `bytes=${startByte}-` } : {};
}

/** The size of the whole object in `bytes 0-9/100`. */
function wholeSizeOf(contentRange: string | undefined): number | undefined {
  const size = /\/(\d+)$/.exec(contentRange ?? '')?.[1];
  return size === undefined ? undefined : Number(size);
}

function sumOf(startByte: number, lengthBytes: number | undefined): number | undefined {
  return lengthBytes === undefined ? undefined : startByte + lengthBytes;
}

function optionsOf(signal: AbortSignal | undefined): { abortSignal?: AbortSignal } {
  return signal ? { abortSignal: signal } : {};
}

/** Whether a URL is one of Amazon's own hosts. */
function isAmazons(url: string): boolean {
  return /\.amazonaws\.com(\.cn)?$/.test(URL.parse(url)?.hostname ?? '');
}

/** `encodeURIComponent` leaves some characters that S3 wants encoded as well. */
function encodePathSegment(segment: string): string {
  return encodeURIComponent(segment).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
