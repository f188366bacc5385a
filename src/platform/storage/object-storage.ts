import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { OutgoingNetwork } from '../http/outgoing/outgoing-network.ts';
import { type BucketVariables, describeStorageFailure, ObjectStorageError } from './object-storage-error.ts';
import { findBucketUrl, keyOfUrl, urlOfKey } from './object-urls.ts';
import { connectToS3, type Patience, type S3Connection } from './s3-connection.ts';

/** `DeleteObjects` takes this many keys at once (Amazon S3's API reference). */
const KEYS_IN_ONE_DELETE = 1_000;

/** A file is stored in parts of this size, or of larger ones where S3 would not take so many. */
const PART_BYTES = 8 * 1024 ** 2;
const MOST_PARTS = 9_000;
const PARTS_AT_ONCE = 3;

/** An object that is open for reading. */
export interface StoredObject {
  /** The bytes, from the first one that was requested. */
  readonly body: Readable;
  /** Bytes of the whole object. */
  readonly sizeBytes: number | undefined;
  readonly contentType: string | undefined;
  /** S3's name for these bytes; other bytes have another one. */
  readonly etag: string | undefined;
}

/** An object in a list of objects. */
export interface ListedObject {
  readonly key: string;
  readonly sizeBytes: number;
}

/** Options of {@link ObjectStorage.read}. */
export interface ReadOptions {
  /** The first byte to read. Default: 0. */
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
  /** Requests that are made at the same time. */
  readonly requestsAtOnce: number;
  /** The names of the variables that an operator changes if something is wrong with the bucket. */
  readonly variables: BucketVariables;
}

const PATIENCE: Patience = { maximumAttempts: 5, idleTimeoutMilliseconds: 60_000 };

/** Options of {@link ObjectStorage}. */
export interface ObjectStorageOptions {
  /** Default: no proxy, and the authorities that Node trusts. */
  readonly network?: OutgoingNetwork;
  /** Default: five tries, and a minute of silence. */
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
  #connection: Promise<S3Connection> | undefined;
  #bucketUrl: Promise<string> | undefined;

  /** @param endpoint the URL of a service that replaces Amazon's. Default: that of the profile, or else Amazon's. */
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

  /** Stores one object, in place of what the key held. @throws {ObjectStorageError} */
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
   * Stores a local file as one object, in place of what the key held. A large one is sent in parts, so that its size
   * costs no memory. The object appears when all of it is stored.
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
    const response = await this.#attempt(
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
    if (!(response.Body instanceof Readable)) {
      throw describeStorageFailure(
        `read ${key}`,
        bucketName,
        this.#settings.variables,
        new Error('the response has no body'),
      );
    }
    if (etag !== undefined && response.ETag !== etag) {
      // Not every store that speaks S3's protocol heeds the condition.
      response.Body.destroy();
      throw describeStorageFailure(
        `read on in ${key}`,
        bucketName,
        this.#settings.variables,
        new Error('the object was replaced'),
      );
    }
    return {
      body: response.Body,
      sizeBytes: wholeSizeOf(response.ContentRange) ?? sumOf(startByte, response.ContentLength),
      contentType: response.ContentType,
      etag: response.ETag,
    };
  }

  /** Returns the URL at which others fetch a key, as {@link urlOfKey} describes it. @throws {ObjectStorageError} */
  async urlOf(key: string): Promise<string> {
    return urlOfKey(await this.#findBucketUrl(), key);
  }

  /**
   * Returns the key of a URL that {@link urlOf} made; undefined if it was made for another bucket or endpoint.
   *
   * @throws {ObjectStorageError}
   */
  async keyOf(url: string): Promise<string | undefined> {
    return keyOfUrl(await this.#findBucketUrl(), url);
  }

  /**
   * Returns a URL that lets anybody read an object for some time, without credentials.
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

  /** Checks that the bucket exists and that the credentials may use it. @throws {ObjectStorageError} */
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

  /** S3 is asked once. */
  #findBucketUrl(): Promise<string> {
    this.#bucketUrl ??= this.#attempt('say its region', undefined, (connection) =>
      findBucketUrl(connection, this.#bucketName),
    ).catch((error: unknown) => {
      this.#bucketUrl = undefined;
      throw error;
    });
    return this.#bucketUrl;
  }

  async #attempt<T>(
    what: string,
    signal: AbortSignal | undefined,
    request: (connection: S3Connection) => Promise<T>,
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

  #connect(): Promise<S3Connection> {
    this.#connection ??= connectToS3({
      endpoint: this.#endpoint,
      network: this.#network,
      patience: this.#patience,
      requestsAtOnce: this.#settings.requestsAtOnce,
    }).catch((error: unknown) => {
      this.#connection = undefined;
      throw error;
    });
    return this.#connection;
  }
}

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
