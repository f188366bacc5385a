import { wordlist } from '@scure/bip39/wordlists/english.js';

const WORDS = 4;

/**
 * A name that people can say and remember, made from a task's id as Django-Q makes one: four words, such as
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
