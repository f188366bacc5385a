/** Scripts that are written without blanks between words: each character is a word, and several are a phrase. */
const WORD = /[\p{Script=Han}\p{Script=Hiragana}]|[[\p{L}\p{N}]--[\p{Script=Han}\p{Script=Hiragana}]]+/gv;

const LONGEST_WORD_CHARACTERS = 100;

/**
 * Cuts a text into words in lower case and without accents. What is indexed and what is searched for go through it, so that
 * all search engines cut alike.
 */
export function wordsOf(text: string): readonly string[] {
  const folded = text
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase();
  return [...folded.matchAll(WORD)].map(([word]) => word.slice(0, LONGEST_WORD_CHARACTERS));
}

/** The fields that a search can name. */
export const TEXT_FIELDS = [
  'title',
  'keywords',
  'abstract',
  'name',
  'layer_originator',
  'domain_name',
  'service_type',
  'layer_category',
  'layer_username',
] as const;

/** One of {@link TEXT_FIELDS}. */
export type TextField = (typeof TEXT_FIELDS)[number];

/** The words of a layer, by field. Each text of a field is a list of its own: no phrase reaches from one to another. */
export type FieldWords = Readonly<Record<TextField, readonly (readonly string[])[]>>;

/** Words of one text that are indexed; the rest of a longer one is not found. */
const MOST_WORDS = 3_000;

/** Texts of one field that are indexed. */
const MOST_TEXTS = 100;

/** Returns the words of the texts of each field, of the first {@link MOST_WORDS} of each. */
export function fieldWordsOf(texts: Readonly<Record<TextField, readonly (string | null)[]>>): FieldWords {
  const wordsOfField = (field: TextField) =>
    texts[field]
      .slice(0, MOST_TEXTS)
      .map((text) => wordsOf(text ?? '').slice(0, MOST_WORDS))
      .filter((words) => words.length > 0);
  return {
    title: wordsOfField('title'),
    keywords: wordsOfField('keywords'),
    abstract: wordsOfField('abstract'),
    name: wordsOfField('name'),
    layer_originator: wordsOfField('layer_originator'),
    domain_name: wordsOfField('domain_name'),
    service_type: wordsOfField('service_type'),
    layer_category: wordsOfField('layer_category'),
    layer_username: wordsOfField('layer_username'),
  };
}
