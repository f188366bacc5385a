/** Why a store did not do what it was asked. `path`: it cannot be one of the store's. `missing`: there is no such file. */
export type FileStoreFailure = 'path' | 'missing' | 'other';

/** A store did not do what it was asked: the message says what, with which path, and what went wrong. */
export class FileStoreError extends Error {
  override readonly name = 'FileStoreError';
  readonly failure: FileStoreFailure;

  constructor(message: string, failure: FileStoreFailure, options?: ErrorOptions) {
    super(message, options);
    this.failure = failure;
  }

  /** Whether another attempt would fail in the same way, as long as the file is missing. */
  get isPermanent(): boolean {
    return this.failure !== 'other';
  }
}
