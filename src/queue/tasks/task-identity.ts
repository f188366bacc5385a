import { randomBytes } from 'node:crypto';
import { wordlist } from '@scure/bip39/wordlists/english.js';
import { v7 } from 'uuid';

const WORDS = 4;

/**
 * Returns a new task's id: a UUID that begins with the time (version 7, RFC 9562), so that tasks of one time are side by
 * side in every index. Random ids would touch a page of each index for every task, which is slow where many wait.
 */
export function newTaskId(): string {
  const random = nextRandomBytes();
  const now = Date.now();
  if (now > latest.msecs) latest = { msecs: now, seq: ((random[6] ?? 0) << 23) | ((random[7] ?? 0) << 15) };
  else if (latest.seq < GREATEST_SEQUENCE) latest = { msecs: latest.msecs, seq: latest.seq + 1 };
  else latest = { msecs: latest.msecs + 1, seq: 0 };
  return v7({ random, ...latest });
}

const RANDOM_BYTES = 16;
const GREATEST_SEQUENCE = 2 ** 31 - 1;

/** The moment of the latest id, and its place among the ids of that moment: ids grow (RFC 9562, section 6.2, method 1). */
let latest = { msecs: 0, seq: 0 };

/** Drawn for many ids at once: for one alone that takes longer than all else that enqueueing does. */
let pool = Buffer.alloc(0);

function nextRandomBytes(): Uint8Array {
  if (pool.length === 0) pool = randomBytes(256 * RANDOM_BYTES);
  const bytes = pool.subarray(0, RANDOM_BYTES);
  pool = pool.subarray(RANDOM_BYTES);
  return bytes;
}

/** Returns when an id of {@link newTaskId} was made: ISO 8601, UTC. `undefined` for any other UUID. */
export function creationOf(id: string): string | undefined {
  // The first 48 bits are milliseconds (RFC 9562, section 5.7); the 13th digit is the version.
  if (id[14] !== '7') return undefined;
  return new Date(Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16)).toISOString();
}

/**
 * Returns a name that people can say and remember, made from a task's id as Django-Q makes one: four words, such as
 * `winter-speaker-alpha-ceiling`. The same id gives the same name.
 *
 * @param id a UUID.
 */
export function taskNameOf(id: string): string {
  // The digits of the version and of the variant are the same in all ids; the last 48 bits hold neither.
  let bits = Number.parseInt(id.replaceAll('-', '').slice(-12), 16);
  const words: string[] = [];
  for (let count = 0; count < WORDS; count += 1) {
    words.push(wordlist[bits % wordlist.length] ?? '');
    bits = Math.floor(bits / wordlist.length);
  }
  return words.join('-');
}
