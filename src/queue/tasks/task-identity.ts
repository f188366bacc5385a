import { wordlist } from '@scure/bip39/wordlists/english.js';
import { v7 } from 'uuid';

const WORDS = 4;

/**
 * Returns a new task's id: a UUID that begins with the time (version 7, RFC 9562), so that tasks of one time are side by
 * side in every index. Random ids would touch a page of each index for every task, which is slow where many wait.
 */
export function newTaskId(): string {
  return v7();
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
