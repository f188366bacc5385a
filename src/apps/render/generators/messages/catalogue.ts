import type { english } from './english.ts';

/** Every text of the worksheets in one language. Another language is a file with an object of this type. */
export type Catalogue = typeof english;
