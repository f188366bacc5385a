import { addAbortSignal, Readable } from 'node:stream';
import { errorMessage } from '../../../platform/error-message.ts';
import type { ObjectStorage } from '../../../platform/storage/object-storage.ts';
import { ObjectStorageError } from '../../../platform/storage/object-storage-error.ts';
import { checkPath, checkPrefix } from './file-path.ts';
import type { FileStore, StoredFile } from './file-store.ts';
import { FileStoreError } from './file-store-error.ts';

/** Files in a bucket of S3, below a prefix. */
export class BucketStore implements FileStore {
  readonly url: string;
  readonly #bucket: ObjectStorage;
  readonly #prefix: string;

  /** @param prefix of all keys: empty, or with a slash at its end. */
  constructor(bucketName: string, bucket: ObjectStorage, prefix: string) {
    this.url = `s3://${bucketName}/${prefix}`.replace(/\/$/, '');
    this.#bucket = bucket;
    this.#prefix = prefix;
  }

  async ping(): Promise<void> {
    try {
      await this.#bucket.ping();
    } catch (error) {
      throw describe(error);
    }
  }

  async *list(prefix: string, signal?: AbortSignal): AsyncGenerator<StoredFile> {
    checkPrefix(prefix);
    try {
      for await (const { key, sizeBytes } of this.#bucket.listAll(this.#prefix + prefix, signal)) {
        // Consoles of S3 make such objects for folders.
        if (!key.endsWith('/')) yield { path: key.slice(this.#prefix.length), sizeBytes };
      }
    } catch (error) {
      throw describe(error);
    }
  }

  async find(path: string, signal?: AbortSignal): Promise<StoredFile | undefined> {
    const sizeBytes = await this.#with(path, (key) => this.#bucket.sizeOf(key, signal));
    return sizeBytes === undefined ? undefined : { path, sizeBytes };
  }

  async open(path: string, signal?: AbortSignal): Promise<Readable> {
    const { body } = await this.#with(path, (key) => this.#bucket.readOwn(key, { signal }));
    return Readable.from(this.#told(path, body, signal), { objectMode: false });
  }

  async readRange(
    path: string,
    startByte: number,
    lengthBytes: number,
    signal?: AbortSignal,
  ): Promise<Buffer> {
    if (lengthBytes === 0) return Buffer.alloc(0);
    try {
      const { body } = await this.#with(path, (key) =>
        this.#bucket.readOwn(key, { startByte, lengthBytes, signal }),
      );
      return await this.#collect(path, body, lengthBytes, signal);
    } catch (error) {
      if (error instanceof FileStoreError && isBehindEnd(error.cause)) return Buffer.alloc(0);
      throw error;
    }
  }

  upload(path: string, localFile: string, contentType: string, signal?: AbortSignal): Promise<void> {
    return this.#with(path, (key) => this.#bucket.putFile(key, localFile, contentType, signal));
  }

  put(path: string, body: Buffer, contentType: string, signal?: AbortSignal): Promise<void> {
    return this.#with(path, (key) => this.#bucket.put(key, body, contentType, signal));
  }

  async remove(paths: readonly string[], signal?: AbortSignal): Promise<void> {
    paths.forEach(checkPath);
    try {
      await this.#bucket.remove(
        paths.map((path) => this.#prefix + path),
        signal,
      );
    } catch (error) {
      throw describe(error);
    }
  }

  async #with<T>(path: string, request: (key: string) => Promise<T>): Promise<T> {
    checkPath(path);
    try {
      return await request(this.#prefix + path);
    } catch (error) {
      throw describe(error);
    }
  }

  /** Passes bytes on, and names the file where its connection breaks. */
  async *#told(path: string, body: Readable, signal: AbortSignal | undefined): AsyncGenerator<Buffer> {
    // Otherwise a signal would end a request no more whose headers have come.
    if (signal) addAbortSignal(signal, body);
    try {
      yield* body;
    } catch (error) {
      signal?.throwIfAborted();
      throw new FileStoreError(`${this.url} could not read ${path}: ${errorMessage(error)}`, 'other', {
        cause: error,
      });
    }
  }

  /** A store that does not know ranges sends everything: no more than what was asked for is kept. */
  async #collect(
    path: string,
    body: Readable,
    lengthBytes: number,
    signal: AbortSignal | undefined,
  ): Promise<Buffer> {
    const chunks: Buffer[] = [];
    let missing = lengthBytes;
    for await (const chunk of this.#told(path, body, signal)) {
      chunks.push(chunk.subarray(0, missing));
      missing -= chunk.length;
      if (missing <= 0) break;
    }
    return Buffer.concat(chunks);
  }
}

function isBehindEnd(error: unknown): boolean {
  return error instanceof ObjectStorageError && error.isBehindEnd;
}

function describe(error: unknown): unknown {
  if (!(error instanceof ObjectStorageError)) return error;
  return new FileStoreError(error.message, error.isMissingObject ? 'missing' : 'other', { cause: error });
}
