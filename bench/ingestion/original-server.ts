import pg from 'pg';
import type { Database } from '../../src/platform/database/connection.ts';

/** Rows that the original's cleaning reads at once. */
const PAGE_ROWS = 10_000;

/** Processes that clean at the same time: as many as there are cores. */
const CLEANERS = 2;

const EXACT = ['no person', 'squareformat', 'uploaded:by=flickrmobile', 'uploaded:by=instagram'];
const CONTAINED = ['flickriosapp', 'uploaded', ':', '=', 'cc0', 'by', 'pdm'];

/** Copies as the original server does: `INSERT … SELECT` through `postgres_fdw`, in one transaction, then the primary key. */
export async function copyAsOriginal(api: Database, upstreamUrl: string): Promise<void> {
  const url = new URL(upstreamUrl);
  await api.raw('DROP TABLE IF EXISTS temp_import_image');
  await api.transaction(async (transaction) => {
    await transaction.raw(`
      CREATE EXTENSION IF NOT EXISTS postgres_fdw;
      DROP SERVER IF EXISTS upstream CASCADE;
      CREATE SERVER upstream FOREIGN DATA WRAPPER postgres_fdw
        OPTIONS (host '${url.hostname}', port '${url.port}', dbname '${url.pathname.slice(1)}');
      CREATE USER MAPPING FOR CURRENT_USER SERVER upstream OPTIONS (user '${url.username}', password '${url.password}');
      DROP SCHEMA IF EXISTS upstream_schema CASCADE;
      CREATE SCHEMA upstream_schema;
      IMPORT FOREIGN SCHEMA public LIMIT TO (image) FROM SERVER upstream INTO upstream_schema;
      CREATE TABLE temp_import_image (LIKE image INCLUDING DEFAULTS INCLUDING CONSTRAINTS)`);
    const columns = await transaction('information_schema.columns')
      .where({ table_schema: 'upstream_schema', table_name: 'image' })
      .pluck('column_name');
    const list = columns.join(', ');
    await transaction.raw(
      `INSERT INTO temp_import_image (${list}) SELECT ${list} FROM upstream_schema.image u
       WHERE NOT EXISTS (SELECT FROM api_deletedimage d WHERE d.identifier = u.identifier)`,
    );
    await transaction.raw('ALTER TABLE temp_import_image ADD PRIMARY KEY (id)');
    await transaction.raw('DROP SERVER upstream CASCADE');
  });
}

/** Cleans as it does: rows are read in pages, and each row with a change is updated by a statement of its own. */
export async function cleanAsOriginal(apiUrl: string, rows: number): Promise<void> {
  const part = Math.ceil(rows / CLEANERS);
  await Promise.all(
    Array.from({ length: CLEANERS }, (_none, number) =>
      cleanRange(apiUrl, number * part, (number + 1) * part),
    ),
  );
}

interface CleanedRow {
  readonly id: number;
  readonly url: string;
  readonly tags: readonly { readonly name: string; readonly accuracy?: number }[] | null;
}

async function cleanRange(apiUrl: string, after: number, until: number): Promise<void> {
  const client = new pg.Client({ connectionString: apiUrl });
  await client.connect();
  try {
    for (let start = after; start < until; start += PAGE_ROWS) {
      const { rows } = await client.query<CleanedRow>(
        'SELECT id, url, tags FROM temp_import_image WHERE id > $1 AND id <= $2',
        [start, Math.min(start + PAGE_ROWS, until)],
      );
      await client.query('BEGIN');
      for (const row of rows) await cleanRow(client, row);
      await client.query('COMMIT');
    }
  } finally {
    await client.end();
  }
}

async function cleanRow(client: pg.Client, { id, url, tags }: CleanedRow): Promise<void> {
  const kept = tags?.filter(({ name, accuracy }) => !isDropped(name.toLowerCase(), accuracy));
  const changesTags = kept !== undefined && kept.length !== tags?.length;
  const changesUrl = !url.includes('://');
  if (!changesTags && !changesUrl) return;
  const assignments = [
    ...(changesTags ? [`tags = ${client.escapeLiteral(JSON.stringify(kept))}`] : []),
    ...(changesUrl ? [`url = ${client.escapeLiteral(`https://${url}`)}`] : []),
  ];
  await client.query(`UPDATE temp_import_image SET ${assignments.join(', ')} WHERE id = ${id}`);
}

function isDropped(name: string, accuracy: number | undefined): boolean {
  if (accuracy !== undefined && accuracy < 0.9) return true;
  return EXACT.includes(name) || CONTAINED.some((part) => name.includes(part));
}
