import type { Catalogue } from './catalogue.ts';
import { english } from './english.ts';

/** The languages of worksheets by their BCP 47 tags: a file and a line for each. */
export const LANGUAGES = { en: english } satisfies Readonly<Record<string, Catalogue>>;

/** A language that worksheets are there in. */
export type Language = keyof typeof LANGUAGES;
