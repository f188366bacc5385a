import type { Readable } from 'node:stream';
import {
  DeleteObjectsCommand,
  GetBucketLocationCommand,
  GetObjectCommand,
  HeadBucketCommand,
  PutObjectCommand,
  paginateListObjectsV2,
  S3Client,
} from '@aws-sdk/client-s3';
import type { Settings } from '../settings.ts';

/** S3 did not do what it was asked; the message names the bucket, the key and what S3 said. */
export class ObjectStorageError extends Error {
  override readonly name = 'ObjectStorageError';
}

/** `DeleteObjects` takes this many keys at once (Amazon S3's API reference). */
const KEYS_IN_ONE_DELETE = 1_000;

/** Tries of one request, the first included; the SDK waits longer before each. */
const MAXIMUM_ATTEMPTS = 5;

/** The S3 bucket that pages are stored in. Credentials, region and endpoint come from the environment, as the SDK reads them. */
export class ObjectStorage {
  readonly #client: S3Client;
  readonly #bucketName: string;
  readonly #endpoint: string | undefined;
  #urlBase: Promise<string> | undefined;

  constructor(settings: Settings['storage']) {
    this.#bucketName = settings.bucketName;
    this.#endpoint = settings.endpoint;
    this.#client = new S3Client({
      maxAttempts: MAXIMUM_ATTEMPTS,
      followRegionRedirects: true,
      region: process.env['AWS_REGION'] ?? process.env['AWS_DEFAULT_REGION'] ?? 'us-east-1',
      ...(settings.endpoint === undefined ? {} : { endpoint: settings.endpoint, forcePathStyle: true }),
      requestHandler: { connectionTimeout: 10_000, requestTimeout: 60_000, httpsAgent: { maxSockets: 256 } },
    });
  }

  /** Stores one object, over whatever the key held. @throws {ObjectStorageError} */
  async put(key: string, body: Buffer, contentType: string): Promise<void> {
    await this.#attempt(`store ${key}`, () =>
      this.#client.send(
        new PutObjectCommand({ Bucket: this.#bucketName, Key: key, Body: body, ContentType: contentType }),
      ),
    );
  }

  /** The keys that start with a prefix, in order, page by page. @throws {ObjectStorageError} */
  async *list(prefix: string): AsyncGenerator<string> {
    const pages = paginateListObjectsV2(
      { client: this.#client },
      { Bucket: this.#bucketName, Prefix: prefix },
    );
    try {
      for await (const page of pages) {
        for (const { Key } of page.Contents ?? []) if (Key !== undefined) yield Key;
      }
    } catch (error) {
      throw this.#describe(`list ${prefix}`, error);
    }
  }

  /** Removes objects; a key that holds nothing is no error. @throws {ObjectStorageError} */
  async remove(keys: readonly string[]): Promise<void> {
    for (let start = 0; start < keys.length; start += KEYS_IN_ONE_DELETE) {
      const Objects = keys.slice(start, start + KEYS_IN_ONE_DELETE).map((Key) => ({ Key }));
      await this.#attempt(`remove ${Objects.length} objects`, () =>
        this.#client.send(
          new DeleteObjectsCommand({ Bucket: this.#bucketName, Delete: { Objects, Quiet: true } }),
        ),
      );
    }
  }

  /** Opens any object of any bucket for reading (an `s3://` origin). @throws {ObjectStorageError} */
  async read(bucketName: string, key: string, signal?: AbortSignal): Promise<Readable> {
    try {
      const { Body } = await this.#client.send(
        new GetObjectCommand({ Bucket: bucketName, Key: key }),
        signal ? { abortSignal: signal } : {},
      );
      return Body as Readable;
    } catch (error) {
      throw describeFailure(`read ${key}`, bucketName, error);
    }
  }

  /**
   * The URL by which the DLCS fetches a key: with the bucket's region, or below the custom endpoint. The
   * region is asked once.
   *
   * @throws {ObjectStorageError}
   */
  async urlOf(key: string): Promise<string> {
    this.#urlBase ??= this.#findUrlBase().catch((error: unknown) => {
      this.#urlBase = undefined;
      throw error;
    });
    return `${await this.#urlBase}/${this.#bucketName}/${key}`;
  }

  /** Asks whether the bucket is there and open to us. @throws {ObjectStorageError} */
  async ping(): Promise<void> {
    await this.#attempt('be reached', () =>
      this.#client.send(new HeadBucketCommand({ Bucket: this.#bucketName })),
    );
  }

  /** Closes the connections. */
  close(): void {
    this.#client.destroy();
  }

  async #findUrlBase(): Promise<string> {
    if (this.#endpoint !== undefined) return this.#endpoint;
    const { LocationConstraint } = await this.#attempt('say its region', () =>
      this.#client.send(new GetBucketLocationCommand({ Bucket: this.#bucketName })),
    );
    return LocationConstraint ? `https://s3-${LocationConstraint}.amazonaws.com` : 'https://s3.amazonaws.com';
  }

  async #attempt<T>(what: string, request: () => Promise<T>): Promise<T> {
    try {
      return await request();
    } catch (error) {
      throw this.#describe(what, error);
    }
  }

  #describe(what: string, error: unknown): ObjectStorageError {
    return describeFailure(what, this.#bucketName, error);
  }
}

function describeFailure(what: string, bucketName: string, error: unknown): ObjectStorageError {
  const reason =
    error instanceof Error ? [error.name, error.message].filter(Boolean).join(': ') : String(error);
  return new ObjectStorageError(`The S3 bucket ${bucketName} could not ${what}: ${reason}`, { cause: error });
}
