import type { CopySession } from '../copy/copy-session.ts';
import { quotedName, quotedTable, type TableName } from '../promotion/table-definition.ts';
import type { UrlScheme } from './host-probes.ts';
import { keptTags, type TagRules } from './tag-rules.ts';
import { hostOf, lacksScheme, withScheme } from './url-rules.ts';

/** Rows that one statement cleans. */
const ROWS_PER_STATEMENT = 20_000;

/** The columns of a table that are cleaned once they are copied. */
export interface CleanedColumns {
  readonly tags: readonly string[];
  readonly urls: readonly string[];
  readonly tagRules: TagRules;
}

/** How many values of a table were cleaned. */
export interface CleanedCounts {
  readonly rows: number;
  readonly tags: number;
  readonly urls: number;
}

/** Returns the hosts of the URLs without a scheme, each once. */
export async function findHosts(
  session: CopySession,
  table: TableName,
  columns: readonly string[],
): Promise<readonly string[]> {
  if (columns.length === 0) return [];
  const selects = columns.map((column) => {
    const name = quotedName(column);
    return `SELECT ${hostOf(name)} AS host FROM ${quotedTable(table)} WHERE ${lacksScheme(name)}`;
  });
  const { rows } = await session.query<{ host: string | null }>(
    `reading the hosts of ${table.table}`,
    selects.join(' UNION '),
  );
  return rows.flatMap(({ host }) => (host === null ? [] : [host])).toSorted();
}

/**
 * Cleans the rows of a copied table that need it; the others are not written. What is clean stays as it is, so that a second run
 * goes on where the first was cut off.
 *
 * @param schemes of the hosts that have another than `https:`.
 * @param progress called after each statement with how many rows were looked at.
 */
export async function cleanTable(
  session: CopySession,
  table: TableName,
  columns: CleanedColumns,
  schemes: ReadonlyMap<string, UrlScheme>,
  progress: (rows: number) => void,
): Promise<CleanedCounts> {
  const values = [
    ...columns.tags.map((name) => ({
      name,
      isUrl: false,
      value: keptTags(quotedName(name), columns.tagRules),
    })),
    ...columns.urls.map((name) => ({
      name,
      isUrl: true,
      value: withScheme(quotedName(name), schemeOf(quotedName(name))),
    })),
  ];
  if (values.length === 0) return { rows: 0, tags: 0, urls: 0 };
  const plainHosts = [...schemes].flatMap(([host, scheme]) => (scheme === 'http' ? [host] : []));
  const statement = cleaningStatement(quotedTable(table), values);
  const counts = { rows: 0, tags: 0, urls: 0 };
  for (let after: string | null = null; ; ) {
    const range: Range | undefined = await nextRange(session, table, after);
    if (!range) return counts;
    const { rows } = await session.query<{ tags: number; urls: number }>(
      `cleaning ${table.table}`,
      statement,
      [range.first, range.last, plainHosts],
    );
    counts.tags += rows[0]?.tags ?? 0;
    counts.urls += rows[0]?.urls ?? 0;
    counts.rows += range.count;
    progress(counts.rows);
    after = range.last;
  }
}

interface CleanedColumn {
  readonly name: string;
  readonly isUrl: boolean;
  /** An expression for the clean value. */
  readonly value: string;
}

interface Range {
  readonly first: string;
  readonly last: string;
  readonly count: number;
}

function schemeOf(url: string): string {
  return `CASE WHEN ${hostOf(url)} = ANY ($3::text[]) THEN 'http' ELSE 'https' END`;
}

function cleaningStatement(table: string, values: readonly CleanedColumn[]): string {
  const numbered = values.map((value, number) => ({ ...value, number, column: quotedName(value.name) }));
  const pairs = numbered.map(
    ({ number, column, value }) => `${column} AS given${number}, ${value} AS clean${number}`,
  );
  const flags = numbered.map(
    ({ number }) => `(given${number} IS DISTINCT FROM clean${number})::int AS dirty${number}`,
  );
  const isDirty = numbered.map(({ number }) => `c.dirty${number} = 1`).join(' OR ');
  const assignments = numbered.map(({ number, column }) => `${column} = c.clean${number}`).join(', ');
  const dirtyFlags = numbered.map(({ number }) => `c.dirty${number}`).join(', ');
  const sumOf = (isUrl: boolean) =>
    numbered
      .filter((value) => value.isUrl === isUrl)
      .map(({ number }) => `coalesce(sum(dirty${number}), 0)`)
      .join(' + ') || '0';
  // Each expression is computed once. The hosts are named even where no column is a URL: a statement uses all that it is given.
  return `
    WITH cleaned AS MATERIALIZED (
      SELECT id, ${pairs.join(', ')} FROM ${table} WHERE id BETWEEN $1 AND $2 AND $3::text[] IS NOT NULL
    ), changed AS (
      UPDATE ${table} t SET ${assignments} FROM (SELECT *, ${flags.join(', ')} FROM cleaned) c
      WHERE t.id = c.id AND t.id BETWEEN $1 AND $2 AND (${isDirty}) RETURNING ${dirtyFlags}
    )
    SELECT (${sumOf(false)})::float8 AS tags, (${sumOf(true)})::float8 AS urls FROM changed`;
}

async function nextRange(
  session: CopySession,
  table: TableName,
  after: string | null,
): Promise<Range | undefined> {
  const { rows } = await session.query<{ first: string | null; last: string; count: number }>(
    `reading the ids of ${table.table}`,
    `SELECT min(id)::text AS first, max(id)::text AS last, count(*)::int AS count FROM (
       SELECT id FROM ${quotedTable(table)} WHERE $1::bigint IS NULL OR id > $1::bigint
       ORDER BY id LIMIT ${ROWS_PER_STATEMENT}
     ) ids`,
    [after],
  );
  const [range] = rows;
  return range && range.first !== null ? { ...range, first: range.first } : undefined;
}
