import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { type EmbeddedPostgres, startPostgres } from '../../../../src/standalone/postgres.ts';
import { CopyUnderTest, LIVE_TABLES, UPSTREAM_TABLE } from './copy-under-test.ts';

/** A tenth of a row. */
const MOST_HELD_BYTES = 5_000_000;

/** Memory is looked at once in so many pieces. */
const LOOK_EVERY = 50;

/** SQL for a text of 25 MB, and for a word of 128 characters. */
const KINDS = {
  'Postgres compresses': { text: `repeat('x', 25000000)`, word: `repeat('x', 128)` },
  'Postgres cannot compress': {
    text: `(SELECT string_agg(encode(sha512((n || '-' || i)::bytea), 'hex'), '') FROM generate_series(1, 200000) i)`,
    word: `encode(sha512((n || ' ' || i)::bytea), 'hex')`,
  },
};

const CASES = [
  { kind: 'Postgres compresses', where: 'downstream' },
  { kind: 'Postgres cannot compress', where: 'upstream' },
] as const;

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

// A Postgres of its own: work on such rows cannot be interrupted, and each DROP DATABASE of other tests waits for it.
let directory: string;
let postgres: EmbeddedPostgres;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'ingestion-large-rows-'));
  postgres = await startPostgres({
    dataDirectory: join(directory, 'postgres'),
    parameters: { fsync: 'off', full_page_writes: 'off' },
  });
});
afterAll(async () => {
  await postgres.stop();
  await rm(directory, { recursive: true, force: true });
});

let test: CopyUnderTest;
afterEach(() => test.stop());

/** Returns what is alive of the memory that pieces of rows are in. */
function heldBytes(): number {
  collectGarbage();
  return process.memoryUsage().arrayBuffers;
}

it.each(CASES)(
  'holds a tenth of a row of 50 MB at the most, which $kind, cleaned $where',
  async ({ kind, where }) => {
    const { text, word } = KINDS[kind];
    test = await CopyUnderTest.start({ INGESTION_CLEAN: where }, postgres.url);
    await test.api.raw(`${LIVE_TABLES} ALTER TABLE image ADD COLUMN description text`);
    await test.upstream.raw(`${UPSTREAM_TABLE} ALTER TABLE image ADD COLUMN description text`);
    await test.upstream.raw(
      `INSERT INTO image (id, title, url, description, tags)
     SELECT n, 'large', 'a.example/' || n, ${text}, (
       SELECT jsonb_agg(jsonb_build_object('name', i || ' ' || ${word}, 'provider', 'test')) || '[{"name": "by-nc"}]'
       FROM generate_series(1, 150000) i
     ) FROM generate_series(1, 2) n`,
    );
    const before = heldBytes();
    let mostBytes = 0;
    let reports = 0;
    const onReport = () => {
      reports += 1;
      if (reports % LOOK_EVERY === 0) mostBytes = Math.max(mostBytes, heldBytes() - before);
    };
    await test.copy({ onReport });
    await test.clean({ onReport });
    const digests = (isCleaned: boolean) =>
      `SELECT md5(description) AS description, md5((tags ${isCleaned ? '' : '- 150000'})::text) AS tags,
       pg_column_size(tags) > 20000000 AS "isLarge" FROM image ORDER BY id`;
    const { rows } = await test.upstream.raw(digests(false));
    const copied = await test.api.raw(digests(true).replace('FROM image', 'FROM ingestion_next.image'));
    expect(copied.rows).toEqual(rows);
    expect(rows.map(({ isLarge }: { isLarge: boolean }) => isLarge)).toEqual(
      Array(2).fill(kind === 'Postgres cannot compress'),
    );
    expect(await test.copied('url')).toEqual(['https://a.example/1', 'https://a.example/2']);
    expect(reports).toBeGreaterThan(10 * LOOK_EVERY);
    expect(mostBytes).toBeLessThan(MOST_HELD_BYTES);
  },
);
