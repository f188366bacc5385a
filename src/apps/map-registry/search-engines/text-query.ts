import type { TextField } from '../indexing/words.ts';

/** What the words of a layer have to be like. Words are as {@link wordsOf} cuts them. */
export type TextQuery =
  | {
      readonly kind: 'words';
      /** Several words follow each other. Never empty. */
      readonly words: readonly string[];
      /** Whether the last word is only the beginning of one. */
      readonly isPrefix: boolean;
      /** Default: any field. */
      readonly field?: TextField;
    }
  | { readonly kind: 'and' | 'or'; readonly parts: readonly TextQuery[] }
  | { readonly kind: 'not'; readonly part: TextQuery }
  /** What every layer is like. */
  | { readonly kind: 'everything' };
