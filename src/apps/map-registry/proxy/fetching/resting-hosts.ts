import { LRUCache } from 'lru-cache';
import { OutsideRequestError } from '../../fetching/outside-client.ts';

/** How long a host that did not reply is left alone. */
const REST_MILLISECONDS = 10_000;

/** Hosts that are remembered. */
const MOST_HOSTS = 1_000;

/**
 * Leaves hosts alone for ten seconds that did not reply: a page with a map sends many requests, and each of them would wait for as long as
 * the first one.
 */
export class RestingHosts {
  readonly #failures = new LRUCache<string, OutsideRequestError>({ max: MOST_HOSTS, ttl: REST_MILLISECONDS });

  /** @throws {OutsideRequestError} the host has not replied a moment ago. */
  check(host: string): void {
    const failure = this.#failures.get(host);
    if (failure) throw failure;
  }

  /** Remembers a failure, if it is that a host does not reply. */
  note(host: string, error: unknown): void {
    if (!(error instanceof OutsideRequestError)) return;
    if (error.fault === 'timeout' || error.fault === 'unreachable') this.#failures.set(host, error);
  }
}
