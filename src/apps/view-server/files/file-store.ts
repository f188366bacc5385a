import type { Readable } from 'node:stream';

/** A file of a store. */
export interface StoredFile {
  /** Its path in the store, with slashes, without one in front. */
  readonly path: string;
  readonly sizeBytes: number;
}

/**
 * A place that holds files: a bucket of S3, or a folder. Paths are relative to it, and never leave it.
 *
 * Each call may throw {@link FileStoreError}: what was to be done, with which path, and what went wrong. An aborted call throws the
 * reason of its signal.
 */
export interface FileStore {
  /** What a coverage in this store is found by, besides its path: `s3://bucket`, `file:///data`. */
  readonly url: string;
  /** Returns if the place is there and open to us; otherwise, the error says what is wrong. */
  ping(): Promise<void>;
  /** All files whose path starts with a prefix, in order. */
  list(prefix: string, signal?: AbortSignal): AsyncIterable<StoredFile>;
  /** Returns `undefined` if there is no such file. */
  find(path: string, signal?: AbortSignal): Promise<StoredFile | undefined>;
  open(path: string, signal?: AbortSignal): Promise<Readable>;
  /** Reads up to `lengthBytes` bytes; fewer if the file ends before. */
  readRange(path: string, startByte: number, lengthBytes: number, signal?: AbortSignal): Promise<Buffer>;
  /** Stores a file of this machine, over whatever the path held. */
  upload(path: string, localFile: string, contentType: string, signal?: AbortSignal): Promise<void>;
  put(path: string, body: Buffer, contentType: string, signal?: AbortSignal): Promise<void>;
  /** Removes files; a path that holds nothing is no error. */
  remove(paths: readonly string[], signal?: AbortSignal): Promise<void>;
}
