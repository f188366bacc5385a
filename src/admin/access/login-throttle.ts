import { createHash } from 'node:crypto';
import { RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible';
import type { Database } from '../../platform/database/connection.ts';
import { networkOf } from '../../platform/http/client-network.ts';

/** Attempts of one address at one account, right ones excepted: who mistypes a password stays below. */
const PAIR_LIMIT = { points: 5, duration: 5 * 60 } as const;

/** Attempts of one address, at whichever account: a whole office may share one. */
const ADDRESS_LIMIT = { points: 30, duration: 5 * 60 } as const;

/**
 * Attempts at one account, from all addresses together. More than one address may make by itself, so that one
 * address cannot keep an administrator out.
 */
const ACCOUNT_LIMIT = { points: 20, duration: 15 * 60 } as const;

/** Attempts in a browser in which this administrator has signed in before; strangers cannot use them up. */
const BROWSER_LIMIT = { points: 10, duration: 15 * 60 } as const;

/** An attempt to log in. */
export interface LoginAttempt {
  readonly address: string;
  /** As it was typed. */
  readonly username: string;
  /** The id of the browser, if the administrator of that name has signed in there before. */
  readonly browserId?: string | undefined;
}

/** Somebody has to wait before they may try again. */
export interface Throttled {
  readonly waitSeconds: number;
  /** Whether this is the first attempt that has to wait, which the log notes. */
  readonly isFirst: boolean;
}

/** Slows down who tries one password after another, counted in Postgres for all server processes together. */
export class LoginThrottle {
  readonly #pairs: RateLimiterPostgres;
  readonly #addresses: RateLimiterPostgres;
  readonly #accounts: RateLimiterPostgres;
  readonly #browsers: RateLimiterPostgres;
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
    const store = {
      storeClient: database,
      storeType: 'knex',
      schemaName: 'admin',
      tableName: 'login_attempts',
      tableCreated: true,
    };
    // One of them clears away what has expired, for all.
    const quiet = { ...store, clearExpiredByTimeout: false };
    this.#pairs = new RateLimiterPostgres({ ...store, ...PAIR_LIMIT, keyPrefix: 'pair' });
    this.#addresses = new RateLimiterPostgres({ ...quiet, ...ADDRESS_LIMIT, keyPrefix: 'address' });
    this.#accounts = new RateLimiterPostgres({ ...quiet, ...ACCOUNT_LIMIT, keyPrefix: 'account' });
    this.#browsers = new RateLimiterPostgres({ ...quiet, ...BROWSER_LIMIT, keyPrefix: 'browser' });
  }

  /**
   * Counts an attempt before the password is looked at, so that many at once are as many as one by one. Returns
   * nothing if it may be tried.
   */
  async attempt({ address, username, browserId }: LoginAttempt): Promise<Throttled | undefined> {
    const { network, account } = keys(address, username);
    if (browserId !== undefined) return consume(this.#browsers, browserId);
    // In this order, so that an address that has to wait cannot use up the attempts of others.
    return (
      (await consume(this.#addresses, network)) ??
      (await consume(this.#pairs, `${network} ${account}`)) ??
      (await consume(this.#accounts, account))
    );
  }

  /** Forgets the attempts at an account, and this one of the address: the password was right. */
  async succeeded({ address, username, browserId }: LoginAttempt): Promise<void> {
    const { network, account } = keys(address, username);
    if (browserId === undefined) await this.#addresses.reward(network, 1);
    else await this.#browsers.delete(browserId);
    await this.#pairs.delete(`${network} ${account}`);
    await this.#accounts.delete(account);
  }

  /** Forgets the failed attempts at an account, of all addresses and browsers. */
  async unlock(username: string): Promise<void> {
    const { account } = keys('', username);
    await this.#accounts.delete(account);
    // A browser's count does not say whose it is, and is not what keeps an administrator out.
    await this.#database('admin.login_attempts')
      .whereLike('key', `pair:% ${account.replaceAll('_', '\\_')}`)
      .delete();
  }
}

/** How long to wait, in words. */
export function waitInWords(waitSeconds: number): string {
  const minutes = Math.ceil(waitSeconds / 60);
  if (waitSeconds < 60) return `${waitSeconds} ${waitSeconds === 1 ? 'second' : 'seconds'}`;
  return `${minutes} ${minutes === 1 ? 'minute' : 'minutes'}`;
}

async function consume(limiter: RateLimiterPostgres, key: string): Promise<Throttled | undefined> {
  try {
    await limiter.consume(key);
    return undefined;
  } catch (reason) {
    // What is no refusal is an error of the database.
    if (!(reason instanceof RateLimiterRes)) throw reason;
    const { msBeforeNext, consumedPoints } = reason;
    return {
      waitSeconds: Math.max(1, Math.ceil(msBeforeNext / 1_000)),
      isFirst: consumedPoints === limiter.points + 1,
    };
  }
}

/** Usernames are kept as hashes: what was typed there may be a password. */
function keys(address: string, username: string): { network: string; account: string } {
  const name = username.trim().toLowerCase();
  return { network: networkOf(address), account: createHash('sha256').update(name).digest('base64url') };
}
