/**
 * Returns a text as words in lower case with blanks between them, without punctuation. What is indexed and what is looked for
 * goes through it, so that both are cut into words alike: otherwise Postgres would take `bird/water` for the path of a file.
 */
export function plainWords(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}]+/gu, ' ')
    .trim();
}
