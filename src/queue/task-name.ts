import { wordlist } from '@scure/bip39/wordlists/english.js';

const WORDS = 4;

/** Each word stands for as many bits as it takes to number the list. */
const BITS_PER_WORD = Math.log2(wordlist.length);

/**
 * A name that people can say and remember, made from a task's id as Django-Q makes one: four words, such as
 * `winter-speaker-alpha-ceiling`. The same id gives the same name.
 *
 * @param id a UUID.
 */
export function taskNameOf(id: string): string {
  // The digits of the version and of the variant are the same in all ids; the last 48 bits hold neither.
  const bits = BigInt(`0x${id.replaceAll('-', '').slice(-12)}`);
  return Array.from({ length: WORDS }, (_, place) => {
    const index = (bits >> BigInt(place * BITS_PER_WORD)) % BigInt(wordlist.length);
    return wordlist[Number(index)] ?? '';
  }).join('-');
}
