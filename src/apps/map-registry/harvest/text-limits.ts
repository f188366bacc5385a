import { storableText } from '../../../platform/database/storable-text.ts';

/** Characters that are stored at most. Those in an index of Postgres have to fit into a third of a page there. */
export const LONGEST = { name: 500, title: 500, abstract: 50_000, keyword: 250, url: 2_000 } as const;

/** Keywords that are stored of a service or a layer. */
const MOST_KEYWORDS = 200;

/** Returns a text of a stranger's server as it is stored: without white space around it, cut, and without what Postgres cannot hold. */
export function storedText(text: string, longest: number): string {
  return storableText(
    text
      .slice(0, longest + 1_000)
      .trim()
      .slice(0, longest),
  );
}

/** Returns keywords as they are stored, each once. */
export function storedKeywords(keywords: readonly string[]): readonly string[] {
  const texts = keywords.map((keyword) => storedText(keyword, LONGEST.keyword));
  return [...new Set(texts.filter((text) => text !== ''))].slice(0, MOST_KEYWORDS);
}
