const MOST_TITLE = 1_000;
const MOST_ABSTRACT = 50_000;
const MOST_KEYWORD = 250;

/** Keywords that a layer or service has at most. */
export const MOST_KEYWORDS = 500;

/** Characters that the name of a layer has at most. It cannot be cut, as its server would not know it. */
export const MOST_NAME = 500;

/** Returns a title on one line, of bounded length. */
export function titleText(text: string): string {
  return cut(text.replace(/\s+/g, ' ').trim(), MOST_TITLE);
}

/** Returns an abstract of bounded length. */
export function abstractText(text: string): string {
  return cut(text.replace(/[ \t]+/g, ' ').trim(), MOST_ABSTRACT);
}

/** Returns keywords without repetitions and empty ones; a text with commas has several. */
export function keywordTexts(texts: Iterable<string>): readonly string[] {
  const keywords = new Set<string>();
  for (const text of texts) {
    for (const part of text.split(',')) {
      const keyword = cut(part.replace(/\s+/g, ' ').trim(), MOST_KEYWORD);
      if (keyword !== '') keywords.add(keyword);
      if (keywords.size === MOST_KEYWORDS) return [...keywords];
    }
  }
  return [...keywords];
}

/** A pair of surrogates is not cut in two. */
function cut(text: string, maximum: number): string {
  if (text.length <= maximum) return text;
  return text.slice(0, maximum).replace(/[\uD800-\uDBFF]$/, '');
}
