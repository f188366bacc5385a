import type { Catalogue } from './catalogue.ts';
import { english } from './english.ts';
import { german } from './german.ts';

/** The languages of worksheets by their BCP 47 tags: a file and a line for each. */
export const LANGUAGES = {
  en: english,
  de: german,
} satisfies Readonly<Record<string, Catalogue>>;

/** A language that worksheets are there in. */
export type Language = keyof typeof LANGUAGES;

/** The language of requests that name none. */
export const DEFAULT_LANGUAGE: Language = 'en';

/** The tags of all languages. */
export const LANGUAGE_TAGS = Object.keys(LANGUAGES).filter(isLanguage);

/** Whether a text is the tag of a language that worksheets are there in. */
export function isLanguage(tag: string): tag is Language {
  return Object.hasOwn(LANGUAGES, tag);
}
