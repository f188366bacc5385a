import type { RecordTexts } from './stored-record.ts';

/** Characters of a record that `AnyText` searches; no real record has as many. */
const MOST_CHARACTERS = 100_000;

/** What `AnyText` searches: all texts of a record in lower case, a line each. */
export function anyTextOf(record: RecordTexts, furtherText: string): string {
  const texts = [
    record.title,
    record.alternative,
    record.abstract,
    ...record.subjects,
    record.identifier,
    record.type,
    record.format,
    record.source,
    record.relation,
    record.creator,
    record.publisher,
    record.contributor,
    record.language,
    record.rights,
    record.date,
    furtherText,
  ];
  return lowerCase(texts.filter((text) => text !== '').join('\n')).slice(0, MOST_CHARACTERS);
}

/** How both what is searched and what is searched for are put into lower case, whatever the locale of the database. */
export function lowerCase(text: string): string {
  return text.toLowerCase().toWellFormed();
}
