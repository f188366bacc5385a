import { LRUCache } from 'lru-cache';

/** Failed logins of one name from one address before the next one has to wait. */
const FAILURES_ALLOWED = 5;

/** How long failures count. */
const WINDOW_MILLISECONDS = 60_000;

/** Names and addresses that are remembered; the oldest are forgotten first. */
const REMEMBERED = 10_000;

/** Slows down who tries one password after another; each process counts on its own. */
export class LoginThrottle {
  readonly #failures = new LRUCache<string, number>({
    max: REMEMBERED,
    ttl: WINDOW_MILLISECONDS,
    noUpdateTTL: true,
  });

  /** Whether another login of that name from that address may be tried now. */
  allows(address: string, username: string): boolean {
    return (this.#failures.get(key(address, username)) ?? 0) < FAILURES_ALLOWED;
  }

  /** Notes that a login failed. */
  failed(address: string, username: string): void {
    const failures = this.#failures.get(key(address, username)) ?? 0;
    this.#failures.set(key(address, username), failures + 1);
  }

  /** Forgets the failures, after a login that did not fail. */
  succeeded(address: string, username: string): void {
    this.#failures.delete(key(address, username));
  }
}

function key(address: string, username: string): string {
  return `${address} ${username.trim().toLowerCase().slice(0, 150)}`;
}
