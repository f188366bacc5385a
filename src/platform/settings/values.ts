import { makeValidator } from 'envalid';
import ipaddr from 'ipaddr.js';
import { accepting, spellings } from './leniency.ts';

/** The levels that `LOG_LEVEL` may name, from loud to silent. */
export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

/** Where finished results and other short-lived values are cached (`CACHE_URL`). */
export type CacheSettings =
  | { readonly kind: 'none' }
  | { readonly kind: 'memory' }
  | { readonly kind: 'database'; readonly table: string }
  | { readonly kind: 'redis'; readonly url: string };

/** The longest time that Node's timers can wait, in whole seconds: 2³¹ − 1 milliseconds, almost 25 days. */
export const LONGEST_TIMER_SECONDS = 2_147_483;

/** Refuses a value; the message says what the variable may hold. @throws {TypeError} */
export function refuse(allowed: string): never {
  throw new TypeError(allowed);
}

const DUMMY_CACHE = /^dummycache:\/\//i;

const TRUE_WORDS = ['true', '1', 'on', 'yes'];
const FALSE_WORDS = ['false', '0', 'off', 'no'];

/** A yes or no, in any case and in the spellings that Django's settings know. */
const plainBoolean = makeValidator<boolean>((input) => {
  const word = input.trim().toLowerCase();
  if (TRUE_WORDS.includes(word)) return true;
  if (FALSE_WORDS.includes(word)) return false;
  return refuse('True or False (also 1, on, yes; 0, off, no)');
});

/** {@link plainBoolean}, and the words that only the deployed service knew. */
export const boolean = accepting(plainBoolean, spellings({ y: 'True', ok: 'True', n: 'False' }));

/** Digits alone, from a minimum to a maximum, both included. */
export function wholeNumber(minimum: number, maximum = Number.MAX_SAFE_INTEGER) {
  const allowed =
    maximum === Number.MAX_SAFE_INTEGER
      ? `a whole number of at least ${minimum}`
      : `a whole number from ${minimum} to ${maximum}`;
  return makeValidator<number>((input) => {
    const number = /^\d+$/.test(input.trim()) ? Number(input) : Number.NaN;
    return number >= minimum && number <= maximum ? number : refuse(allowed);
  });
}

/** A whole number that may be negative. */
export function integer(minimum: number, maximum: number) {
  return makeValidator<number>((input) => {
    const number = /^-?\d+$/.test(input.trim()) ? Number(input) : Number.NaN;
    return number >= minimum && number <= maximum
      ? number
      : refuse(`a whole number from ${minimum} to ${maximum}`);
  });
}

/** The name of a time zone, as the IANA has it. */
export const timeZone = makeValidator<string>((input) => {
  const name = input.trim();
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone;
  } catch {
    return refuse('the name of a time zone, such as UTC or Europe/Zurich');
  }
});

/** One of some words, in any case. */
export function oneOf<T extends string>(words: readonly T[]) {
  return makeValidator<T>((input) => {
    const word = input.trim().toLowerCase();
    return words.find((candidate) => candidate === word) ?? refuse(`one of ${words.join(', ')}`);
  });
}

/** Any text, without the white space around it. */
export const text = makeValidator<string>((input) => input.trim());

/** Texts with commas between them, without the white space around them. */
export const texts = makeValidator<readonly string[]>((input) =>
  input
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== ''),
);

/** What follows the scheme in a URL: a host, with a port and a path where they are needed; no slash at the end. */
export const hostAndPort = makeValidator<string>((input) => {
  const value = input.trim().replace(/\/+$/, '');
  const url = URL.parse(`http://${value}`);
  if (!url || value.includes('://') || /[\s?#@\\]/.test(value)) {
    return refuse('a host and, where it needs one, a port: localhost:8000');
  }
  return value;
});

/** The names that Express has for networks: this machine, its links, and the private ones. */
const NETWORK_NAMES = ['loopback', 'linklocal', 'uniquelocal'];

/** `WEB_SERVER_TRUSTED_PROXIES`: addresses, networks as `10.0.0.0/8`, and {@link NETWORK_NAMES}; or `none`. */
export const networks = makeValidator<readonly string[]>((input) => {
  const parts = input.split(',').map((part) => part.trim().toLowerCase());
  if (parts.length === 1 && parts[0] === 'none') return [];
  if (parts.every((part) => NETWORK_NAMES.includes(part) || isNetwork(part))) return parts;
  return refuse(
    `none, or addresses, networks (10.0.0.0/8) and the names ${NETWORK_NAMES.join(', ')}, with commas`,
  );
});

/** An IPv4 or IPv6 address. */
export const ipAddress = makeValidator<string>((input) =>
  ipaddr.isValid(input.trim()) ? input.trim() : refuse('an IP address: 127.0.0.1'),
);

function isNetwork(text: string): boolean {
  return ipaddr.isValid(text) || ipaddr.isValidCIDR(text);
}

/** Something that paths are appended to; without the slash at its end. */
export const httpUrl = makeValidator<string>((input) => {
  const value = input.trim();
  const url = URL.parse(value);
  if (!url || !/^https?:\/\//i.test(value) || url.username || url.password || /[?#]/.test(value)) {
    return refuse('a URL that starts with http:// or https://, without credentials, query and fragment');
  }
  return value.replace(/\/+$/, '');
});

/** `DATABASE_URL`; its schemes are django-environ's. */
const encodedDatabaseUrl = makeValidator<string>((input) => {
  const normalized = input.trim().replace(/^(postgresql|postgres|psql|pgsql):\/\//i, 'postgresql://');
  const url = normalized.startsWith('postgresql://') ? URL.parse(normalized) : null;
  if (!url || !/^\/[^/]+$/.test(url.pathname) || !areDecodable(url.username, url.password, url.pathname)) {
    return refuse(
      'postgresql://user:password@host:port/name, where special characters of the password are percent-encoded',
    );
  }
  return normalized;
});

/** {@link encodedDatabaseUrl}, also with a `%` that means itself. */
export const databaseUrl = accepting(encodedDatabaseUrl, (input) => {
  const text = input.replace(/%(?![0-9a-f]{2})/gi, '%25');
  return text === input
    ? undefined
    : { text, warning: 'has a % that is not percent-encoded; it is read as %25: write %25' };
});

/** `CACHE_URL`; its schemes are django-environ's. A table's name leaves room for that of its index. */
const knownCacheUrl = makeValidator<CacheSettings>((input) => {
  const value = input.trim();
  if (DUMMY_CACHE.test(value)) return { kind: 'none' };
  if (/^locmemcache:\/\//i.test(value)) return { kind: 'memory' };
  const table = /^dbcache:\/\/([A-Za-z_][A-Za-z0-9_]{0,54})\/?$/i.exec(value)?.[1];
  if (table) return { kind: 'database', table };
  const url = readRedisUrl(value);
  if (url) return { kind: 'redis', url };
  return refuse(
    'dbcache://table, locmemcache://, redis://:password@host:port/number (also rediss:// and rediscache://)',
  );
});

/** {@link knownCacheUrl}, also Django's cache that keeps nothing. */
export const cacheUrl = accepting(knownCacheUrl, (input) =>
  DUMMY_CACHE.test(input.trim())
    ? { text: input, warning: 'is dummycache://, so nothing is cached: leave it out' }
    : undefined,
);

/**
 * A Redis URL without its query: django-environ's options there concern Python's client, except for the
 * password, which then goes where a URL has it.
 */
function readRedisUrl(value: string): string | undefined {
  const url = URL.parse(value.replace(/^rediscache:\/\//i, 'redis://'));
  if (!url || !/^rediss?:$/.test(url.protocol)) return undefined;
  if (!url.hostname || url.hostname.includes(',') || !/^\/?\d*$/.test(url.pathname)) return undefined;
  const password = url.searchParams.get('password');
  if (password && !url.password) url.password = encodeURIComponent(password);
  url.search = '';
  url.hash = '';
  return areDecodable(url.username, url.password) ? url.href : undefined;
}

/** Whether each `%` starts an encoded character, as code that takes a URL apart assumes. */
export function areDecodable(...parts: readonly string[]): boolean {
  try {
    parts.forEach(decodeURIComponent);
    return true;
  } catch {
    return false;
  }
}
