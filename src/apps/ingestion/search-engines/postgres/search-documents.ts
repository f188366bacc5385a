import type { DatabaseOrTransaction } from '../../../../platform/database/connection.ts';
import { plainWords } from '../plain-words.ts';
import type { SearchHits, SearchQuery } from '../search-engine.ts';

const MOST_WORDS = 50;

/** Finds the documents that have all words and values, the best first. */
export async function searchDocuments(
  database: DatabaseOrTransaction,
  table: string,
  { words = '', filters = {}, limit }: SearchQuery,
): Promise<SearchHits> {
  const query = await wordsQuery(database, words);
  const conditions = [
    ...(query === undefined ? [] : [{ sql: 'words @@ ?::tsquery', bindings: [query] }]),
    // A list contains the value, and a value contains itself.
    ...Object.entries(filters).map(([name, value]) => ({
      sql: 'document -> ?::text @> ?::jsonb',
      bindings: [name, JSON.stringify(value)],
    })),
  ];
  const where = conditions.length === 0 ? '' : `WHERE ${conditions.map(({ sql }) => sql).join(' AND ')}`;
  const bindings = conditions.flatMap((condition) => condition.bindings);
  const total = await database.raw<{ rows: { count: string }[] }>(
    `SELECT count(*) AS count FROM ${table} ${where}`,
    bindings,
  );
  const rank = query === undefined ? '' : 'ts_rank(words, ?::tsquery) DESC, ';
  const hits = await database.raw<{ rows: { id: string }[] }>(
    `SELECT id FROM ${table} ${where} ORDER BY ${rank}id LIMIT ?`,
    [...bindings, ...(query === undefined ? [] : [query]), limit],
  );
  return { total: Number(total.rows[0]?.count ?? 0), ids: hits.rows.map(({ id }) => id) };
}

/** Each word has to occur, as it is or inflected. Words that English texts are not searched for, such as "the", are dropped. */
async function wordsQuery(database: DatabaseOrTransaction, text: string): Promise<string | undefined> {
  const words = plainWords(text).split(' ', MOST_WORDS);
  const { rows } = await database.raw<{ rows: { query: string | null }[] }>(
    `SELECT string_agg('(' || (english || simple)::text || ')', ' & ') AS query
     FROM (
       SELECT plainto_tsquery('pg_catalog.english', word) AS english, plainto_tsquery('pg_catalog.simple', word) AS simple
       FROM unnest(?::text[]) AS given (word)
     ) AS queries WHERE numnode(english) > 0`,
    [words],
  );
  return rows[0]?.query ?? undefined;
}
