import { arrayLiteral } from '../../../../platform/database/array-literal.ts';
import type { DatabaseOrTransaction } from '../../../../platform/database/connection.ts';
import { type TextField, textsAt } from '../field-values.ts';
import { plainWords } from '../plain-words.ts';

type Language = TextField['mapping']['language'];

const LANGUAGES: readonly Language[] = ['english', 'simple'];

/** Terms as Postgres looks for them. */
export interface SensitiveTerms {
  readonly fields: readonly TextField[];
  /** Matches every document that may have a term: all words of one. `null` if every document may. */
  readonly candidates: string | null;
  /** By language, what matches a value that has a term: a phrase. */
  readonly phrases: ReadonlyMap<Language, string>;
  /** Terms of words that a language leaves out, such as "it": they are looked for as they are. */
  readonly leftOut: string | null;
}

/** Translates terms into queries; `undefined` if there is no word to look for. */
export async function readTerms(
  database: DatabaseOrTransaction,
  fields: readonly TextField[],
  terms: readonly string[],
): Promise<SensitiveTerms | undefined> {
  const words = [...new Set(terms.map(plainWords))].filter((term) => term !== '');
  if (words.length === 0 || fields.length === 0) return undefined;
  const languages = LANGUAGES.filter((language) =>
    fields.some(({ mapping }) => mapping.language === language),
  );
  const queries = new Map<Language, TermQueries>();
  for (const language of languages) queries.set(language, await queriesOf(database, language, words));
  const all = [...queries.values()];
  const leftOut = all.find((query) => query.leftOut !== null)?.leftOut ?? null;
  return {
    fields,
    candidates: leftOut === null ? all.map((query) => `(${query.candidates})`).join(' | ') : null,
    phrases: new Map(
      [...queries].flatMap(([language, { phrases }]) => (phrases === null ? [] : [[language, phrases]])),
    ),
    leftOut,
  };
}

interface TermQueries {
  readonly candidates: string | null;
  readonly phrases: string | null;
  readonly leftOut: string | null;
}

async function queriesOf(
  database: DatabaseOrTransaction,
  language: Language,
  words: readonly string[],
): Promise<TermQueries> {
  const { rows } = await database.raw<{ rows: TermQueries[] }>(
    `SELECT string_agg(DISTINCT '(' || every::text || ')', ' | ') FILTER (WHERE has_words) AS candidates,
       string_agg(DISTINCT '(' || phrase::text || ')', ' | ') FILTER (WHERE has_words) AS phrases,
       string_agg(DISTINCT '(' || plain::text || ')', ' | ') FILTER (WHERE NOT has_words AND numnode(plain) > 0)
         AS "leftOut"
     FROM (
       SELECT plainto_tsquery(language, term) AS every, phraseto_tsquery(language, term) AS phrase,
         phraseto_tsquery('pg_catalog.simple', term) AS plain, numnode(plainto_tsquery(language, term)) > 0 AS has_words
       FROM unnest(?::text[]) AS given (term), CAST(? AS regconfig) AS language
     ) AS queries`,
    [arrayLiteral(words), `pg_catalog.${language}`],
  );
  return rows[0] ?? { candidates: null, phrases: null, leftOut: null };
}

/** The ids from the first to the last, both included. */
export interface IdRange {
  readonly firstId: string;
  readonly lastId: string;
}

/** Returns the ids of the documents in a range that have a term. Each value of a field is looked at by itself. */
export async function sensitiveIds(
  database: DatabaseOrTransaction,
  table: string,
  { firstId, lastId }: IdRange,
  terms: SensitiveTerms,
): Promise<readonly string[]> {
  const names = [...new Set(terms.fields.map(({ path }) => path[0] ?? ''))];
  const { rows } = await database.raw<{ rows: { id: string; fields: unknown }[] }>(
    `SELECT id, jsonb_build_object(${names.map(() => '?::text, document -> ?').join(', ')}) AS fields
     FROM ${table}
     WHERE id BETWEEN ?::bigint AND ?::bigint ${terms.candidates === null ? '' : 'AND words @@ ?::tsquery'}`,
    [
      ...names.flatMap((name) => [name, name]),
      firstId,
      lastId,
      ...(terms.candidates === null ? [] : [terms.candidates]),
    ],
  );
  const found = new Set<string>();
  for (const language of LANGUAGES) {
    const fields = terms.fields.filter(({ mapping }) => mapping.language === language);
    const values = rows.flatMap((row) =>
      fields.flatMap(({ path }) =>
        textsAt(row.fields, path).map((text) => ({ id: row.id, words: plainWords(text) })),
      ),
    );
    for (const id of await matching(database, language, values, terms)) found.add(id);
  }
  return [...found];
}

async function matching(
  database: DatabaseOrTransaction,
  language: Language,
  values: readonly { readonly id: string; readonly words: string }[],
  { phrases, leftOut }: SensitiveTerms,
): Promise<readonly string[]> {
  if (values.length === 0) return [];
  const { rows } = await database.raw<{ rows: { id: string }[] }>(
    `SELECT DISTINCT id FROM unnest(?::bigint[], ?::text[]) AS given (id, words)
     WHERE to_tsvector(?::regconfig, words) @@ ?::tsquery
       OR (?::tsquery IS NOT NULL AND to_tsvector('pg_catalog.simple', words) @@ ?::tsquery)`,
    [
      arrayLiteral(values.map(({ id }) => id)),
      arrayLiteral(values.map(({ words }) => words)),
      `pg_catalog.${language}`,
      phrases.get(language) ?? '',
      leftOut,
      leftOut,
    ],
  );
  return rows.map(({ id }) => id);
}
