import { type Database, openDatabase } from '../../../../platform/database/connection.ts';
import { PRODUCT_SLUG } from '../../../../platform/product.ts';
import { API_TABLES, UPSTREAM_TABLES } from './media-tables.ts';
import { insertSampleAudio, insertSampleImages } from './sample-rows.ts';

/** Rows that the upstream database has from the first start on. */
const FIRST_ROWS = { images: 2_000, recordings: 500 } as const;

/** The databases of the sandbox, by their URLs, which have passwords. */
export interface SandboxDatabases {
  readonly upstreamUrl: string;
  readonly apiUrl: string;
}

/**
 * Makes two databases beside that of a URL, as far as they do not exist: one to copy from, which has some rows, and one with the
 * live tables, which are empty. Their names begin with that of the URL's database.
 */
export async function makeSandboxDatabases(databaseUrl: string): Promise<SandboxDatabases> {
  const upstreamUrl = await makeDatabase(databaseUrl, 'upstream', async (database) => {
    await database.raw(UPSTREAM_TABLES);
    await insertSampleImages(database, { first: 1, last: FIRST_ROWS.images });
    await insertSampleAudio(database, { first: 1, last: FIRST_ROWS.recordings });
  });
  const apiUrl = await makeDatabase(databaseUrl, 'api', async (database) => {
    await database.raw(API_TABLES);
  });
  return { upstreamUrl, apiUrl };
}

/** Returns the URL. What was made in part, as the start was broken off, is made anew. */
async function makeDatabase(
  databaseUrl: string,
  suffix: string,
  fill: (database: Database) => Promise<void>,
): Promise<string> {
  const url = new URL(databaseUrl);
  const name = `${decodeURIComponent(url.pathname.slice(1))}_ingestion_${suffix}`;
  url.pathname = `/${encodeURIComponent(name)}`;
  await withDatabase(databaseUrl, async (beside) => {
    const existing: unknown = await beside('pg_database').where({ datname: name }).first('datname');
    if (existing === undefined) await beside.raw('CREATE DATABASE ??', [name]);
    // A demo that was killed may have left it cut off.
    else await beside.raw('ALTER DATABASE ?? ALLOW_CONNECTIONS true', [name]);
  });
  await withDatabase(url.href, async (database) => {
    const { rows } = await database.raw<{ rows: { isFilled: boolean }[] }>(
      `SELECT to_regclass('public.image') IS NOT NULL AS "isFilled"`,
    );
    if (rows[0]?.isFilled) return;
    await database.transaction((transaction) => fill(transaction));
  });
  return url.href;
}

async function withDatabase(url: string, use: (database: Database) => Promise<void>): Promise<void> {
  const database = openDatabase(url, {
    applicationName: `${PRODUCT_SLUG} sandbox`,
    maximumConnections: 1,
  });
  try {
    await use(database);
  } finally {
    await database.destroy();
  }
}
