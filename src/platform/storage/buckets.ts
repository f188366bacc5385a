import { OutgoingNetwork } from '../http/outgoing/outgoing-network.ts';
import { type BucketSettings, ObjectStorage } from './object-storage.ts';

/** The buckets that a process has opened. */
export class Buckets {
  readonly #endpoint: string | undefined;
  readonly #network: OutgoingNetwork;
  readonly #opened = new Map<string, ObjectStorage>();

  /** @param endpoint the URL of a service that replaces Amazon's. Default: Amazon's. */
  constructor(endpoint: string | undefined, network = OutgoingNetwork.PLAIN) {
    this.#endpoint = endpoint;
    this.#network = network;
  }

  /** Opens a bucket; the same settings give the same connections. */
  open(settings: BucketSettings): ObjectStorage {
    const key = JSON.stringify(settings);
    const opened =
      this.#opened.get(key) ?? new ObjectStorage(settings, this.#endpoint, { network: this.#network });
    this.#opened.set(key, opened);
    return opened;
  }

  /** Closes all connections. */
  close(): void {
    for (const storage of this.#opened.values()) storage.close();
    this.#opened.clear();
  }
}
