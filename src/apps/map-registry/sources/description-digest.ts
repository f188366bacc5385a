import { createHash } from 'node:crypto';

/** A digest of the documents that describe a service: of other documents it is another one. */
export class DescriptionDigest {
  readonly #hash = createHash('sha256');

  add(body: Uint8Array): void {
    this.#hash.update(`${body.length}\n`).update(body);
  }

  /** Ends the digest: nothing can be added any more. */
  end(): string {
    return this.#hash.digest('hex');
  }
}
