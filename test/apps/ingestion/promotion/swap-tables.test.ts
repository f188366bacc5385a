import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Knex } from 'knex';
import {
  CandidateDiffersError,
  completeCandidate,
} from '../../../../src/apps/ingestion/promotion/complete-candidate.ts';
import { LockTriesError } from '../../../../src/apps/ingestion/promotion/lock-tries.ts';
import { createSwapLedger, hasSwapped } from '../../../../src/apps/ingestion/promotion/swap-ledger.ts';
import { swapTables } from '../../../../src/apps/ingestion/promotion/swap-tables.ts';
import { readTableDefinition } from '../../../../src/apps/ingestion/promotion/table-definition.ts';
import { createTestDatabase, type TestDatabase } from '../../../support/database.ts';
import { eventually } from '../../../support/eventually.ts';

const LIVE = { schema: 'public', table: 'image' };
const NEXT = { schema: 'ingestion_next', table: 'image' };
const REPLACEMENT = { live: LIVE, candidate: NEXT };
const REFRESH = '5f8e3f06-0f43-4c62-9d0c-3c1f5c9b5a10';
const never = new AbortController().signal;
const PATIENT = { signal: never, lockMilliseconds: 200, tries: 20 };

let test: TestDatabase;
beforeEach(async () => {
  test = await createTestDatabase({ migrated: false });
  await createSwapLedger(test.database);
  await test.database.raw(`
    CREATE SCHEMA ingestion_next; CREATE SCHEMA ingestion_previous;
    CREATE TABLE public.license (code text PRIMARY KEY);
    INSERT INTO public.license VALUES ('by');
    CREATE TABLE public.image (
      id serial,
      identifier uuid NOT NULL,
      title varchar(200) DEFAULT 'it''s \\ new',
      license text CONSTRAINT image_license_fk REFERENCES public.license,
      width integer CONSTRAINT image_width_check CHECK (width > 0),
      parent integer,
      CONSTRAINT image_pkey PRIMARY KEY (id),
      CONSTRAINT image_identifier_key UNIQUE (identifier) DEFERRABLE INITIALLY DEFERRED,
      CONSTRAINT image_parent_fk FOREIGN KEY (parent) REFERENCES public.image (id)
    ) WITH (fillfactor = 80);
    CREATE INDEX "image title ON public.image" ON public.image (lower(title)) WHERE width > 1;
    COMMENT ON TABLE public.image IS 'what''s live?';
    COMMENT ON COLUMN public.image.width IS 'in pixels';
    COMMENT ON CONSTRAINT image_pkey ON public.image IS 'the key';
    ALTER TABLE public.image ALTER COLUMN title SET STATISTICS 500;
    CREATE FUNCTION public.touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';
    CREATE TRIGGER touch BEFORE UPDATE OF title ON public.image FOR EACH ROW EXECUTE FUNCTION public.touch();
    ALTER TABLE public.image DISABLE TRIGGER touch;
    GRANT SELECT ON public.image TO PUBLIC;
    GRANT UPDATE (title) ON public.image TO PUBLIC;
    ALTER TABLE public.image ENABLE ROW LEVEL SECURITY;
    CREATE POLICY everything ON public.image USING (width IS NULL OR width > 0);
    CREATE VIEW public.wide AS SELECT id, title FROM public.image WHERE width > 100;
    CREATE TABLE public.report (
      id serial PRIMARY KEY,
      image_id integer CONSTRAINT report_image_fk REFERENCES public.image (id) ON DELETE CASCADE
    );
    INSERT INTO public.image (identifier, title, license, width) SELECT gen_random_uuid(), 'old ' || n, 'by', 200
      FROM generate_series(1, 10) n;
    INSERT INTO public.report (image_id) VALUES (3);
    CREATE TABLE ingestion_next.image (LIKE public.image INCLUDING DEFAULTS INCLUDING STORAGE);
    INSERT INTO ingestion_next.image (id, identifier, title, license, width)
      SELECT n, gen_random_uuid(), 'new ' || n, 'by', 200 FROM generate_series(1, 20) n;
  `);
});
afterEach(() => test.drop());

async function definitionOf(name: { schema: string; table: string }) {
  return test.database.transaction((transaction) => readTableDefinition(transaction, name));
}

function complete() {
  return completeCandidate(test.database, REPLACEMENT, [REPLACEMENT], PATIENT);
}

function swap(options: object = {}) {
  return swapTables(test.database, [REPLACEMENT], {
    refreshId: REFRESH,
    lockMilliseconds: 200,
    tries: 3,
    signal: never,
    ...options,
  });
}

async function titles(): Promise<readonly string[]> {
  return test.database('public.image').orderBy('id').pluck('title');
}

/** Returns the pids of sessions that wait for a lock on the live table, in this mode. */
async function waitingFor(mode: 'AccessExclusiveLock' | 'AccessShareLock'): Promise<readonly number[]> {
  return test
    .database('pg_locks')
    .where({ mode, granted: false })
    .whereRaw(`relation = to_regclass('public.image')`)
    .whereRaw('database = (SELECT oid FROM pg_database WHERE datname = current_database())')
    .pluck('pid');
}

/** Reads the live table while a swap waits for its lock; returns what the first read found that was seen to wait behind it. */
async function readBehindSwap(): Promise<readonly string[]> {
  for (;;) {
    await eventually(async () => (await waitingFor('AccessExclusiveLock')).length > 0);
    let isRead = false;
    const reading = titles().finally(() => {
      isRead = true;
    });
    const isWaiting = await eventually(async () =>
      (await waitingFor('AccessShareLock')).length > 0 ? 'waiting' : isRead && 'read',
    );
    const found = await reading;
    if (isWaiting === 'waiting') return found;
  }
}

it('stops to build an index at once when it is cancelled', async () => {
  await test.database.raw(`
    CREATE FUNCTION public.slow(title text) RETURNS text IMMUTABLE LANGUAGE plpgsql AS
      $$ BEGIN IF title LIKE 'new%' THEN PERFORM pg_sleep(60); END IF; RETURN title; END $$;
    CREATE INDEX image_slow ON public.image (public.slow(title))`);
  const building = () =>
    test
      .database('pg_stat_activity')
      .whereLike('query', 'CREATE INDEX image_slow%')
      .andWhere({ state: 'active' })
      .andWhereRaw('datname = current_database()')
      .pluck('pid');
  const cancelling = new AbortController();
  const { signal } = cancelling;
  const completing = completeCandidate(test.database, REPLACEMENT, [REPLACEMENT], { ...PATIENT, signal });
  const ended = expect(completing).rejects.toThrow('cancelled by a test');
  await eventually(async () => (await building()).length > 0);
  cancelling.abort(new Error('cancelled by a test'));
  await ended;
  expect(await building()).toEqual([]);
});

describe('foreign keys of the copy', () => {
  it('give way to a writer of the table that they refer to, whom others do not wait behind', async () => {
    const writer = await test.database.transaction();
    await writer.raw(`UPDATE public.license SET code = code`);
    const completing = completeCandidate(test.database, REPLACEMENT, [REPLACEMENT], {
      ...PATIENT,
      lockMilliseconds: 50,
      tries: 100,
    });
    await eventually(async () => {
      const { indexes } = await definitionOf(NEXT);
      return indexes.length >= 3;
    });
    // Each of them ends, though the writer before them has not.
    for (let write = 0; write < 20; write += 1)
      await test.database('public.license').insert({ code: `new ${write}` });
    await writer.commit();
    await completing;
    expect((await definitionOf(NEXT)).foreignKeys).toMatchObject([
      { name: 'image_license_fk', isValidated: true },
      { name: 'image_parent_fk', isValidated: true },
    ]);
  });

  it('are given up after their tries, and nothing is in the way of writers', async () => {
    const writer = await test.database.transaction();
    await writer.raw(`UPDATE public.license SET code = code`);
    await expect(
      completeCandidate(test.database, REPLACEMENT, [REPLACEMENT], {
        ...PATIENT,
        lockMilliseconds: 20,
        tries: 2,
      }),
    ).rejects.toThrow('Tables that foreign keys refer to were in use at each of 2 tries');
    await writer.commit();
    await complete();
    await swap();
    expect(await titles()).toHaveLength(20);
  });
});

describe('a swap', () => {
  it('leaves a table with the same definition and other rows', async () => {
    const before = await definitionOf(LIVE);
    await complete();
    await swap();
    expect(await definitionOf(LIVE)).toEqual(before);
    expect(await titles()).toHaveLength(20);
    expect(await hasSwapped(test.database, REFRESH)).toBe(true);
  });

  it('keeps the table that was live, with its rows', async () => {
    await complete();
    await swap();
    expect(await test.database('ingestion_previous.image').orderBy('id').limit(1).pluck('title')).toEqual([
      'old 1',
    ]);
  });

  it('lets views read the new rows', async () => {
    await complete();
    await swap();
    const { rows } = await test.database.raw('SELECT count(*)::int AS count FROM public.wide');
    expect(rows).toEqual([{ count: 20 }]);
  });

  it('leaves the sequence to the table, beyond its greatest id', async () => {
    await complete();
    await swap();
    const { rows } = await test.database.raw(
      `INSERT INTO public.image (identifier, width) VALUES (gen_random_uuid(), 1)
       RETURNING id, pg_get_serial_sequence('public.image', 'id') AS sequence`,
    );
    expect(rows).toEqual([{ id: 21, sequence: 'public.image_id_seq' }]);
  });

  it('leaves an identity beyond all ids that either table has given out', async () => {
    await test.database.raw(`
      CREATE TABLE public.audioset (id integer GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY, name text);
      INSERT INTO public.audioset (name) SELECT 'old' FROM generate_series(1, 7);
      CREATE TABLE ingestion_next.audioset (LIKE public.audioset INCLUDING IDENTITY);
      INSERT INTO ingestion_next.audioset (id, name) VALUES (3, 'new');
    `);
    const sets = { live: { schema: 'public', table: 'audioset' }, candidate: { ...NEXT, table: 'audioset' } };
    await completeCandidate(test.database, sets, [sets], PATIENT);
    await swapTables(test.database, [sets], {
      refreshId: REFRESH,
      lockMilliseconds: 200,
      tries: 3,
      signal: never,
    });
    expect(await test.database('public.audioset').insert({ name: 'newer' }).returning('id')).toEqual([
      { id: 8 },
    ]);
  });

  it('has foreign keys of other tables refer to the new table', async () => {
    await complete();
    await swap();
    await test.database('public.report').insert({ image_id: 20 });
    await expect(test.database('public.report').insert({ image_id: 99 })).rejects.toThrow('report_image_fk');
  });

  it('keeps the comments of these foreign keys', async () => {
    await test.database.raw(`COMMENT ON CONSTRAINT report_image_fk ON public.report IS 'whose\\?'`);
    await complete();
    await swap();
    const { rows } = await test.database.raw(
      `SELECT obj_description(oid, 'pg_constraint') AS comment FROM pg_constraint WHERE conname = 'report_image_fk'`,
    );
    expect(rows).toEqual([{ comment: 'whose?' }]);
  });

  it('does not let the retired table keep others from deleting what it referred to', async () => {
    await complete();
    await swap();
    await test.database('public.image').update({ license: null });
    expect(await test.database('public.license').delete()).toBe(1);
  });

  it('can be taken back, with the same definition', async () => {
    const before = await definitionOf(LIVE);
    await complete();
    await swap();
    const back = { live: LIVE, candidate: { schema: 'ingestion_previous', table: 'image' } };
    await completeCandidate(test.database, back, [back], PATIENT);
    await swapTables(test.database, [back], {
      refreshId: '5f8e3f06-0f43-4c62-9d0c-3c1f5c9b5a11',
      lockMilliseconds: 200,
      tries: 3,
      signal: never,
    });
    expect(await definitionOf(LIVE)).toEqual(before);
    expect(await titles()).toContain('old 1');
    expect(await test.database('ingestion_previous.image').count('* AS count')).toEqual([{ count: '20' }]);
  });

  it('gives way to a reader with a long transaction: others that wait behind the swap read on meanwhile', async () => {
    await complete();
    const reader = await test.database.transaction();
    await reader('public.image').count();
    const swapped = swap({ lockMilliseconds: 500, tries: 1_000 });
    expect(await readBehindSwap()).toHaveLength(10);
    expect(reader.isCompleted()).toBe(false);
    await reader.rollback();
    await swapped;
    expect(await titles()).toHaveLength(20);
  });

  it('waits for its locks as long as is set', async () => {
    await complete();
    let setting = '';
    const within = async (transaction: Knex.Transaction) => {
      const { rows } = await transaction.raw(`SELECT current_setting('lock_timeout') AS setting`);
      setting = rows[0].setting;
    };
    await swap({ lockMilliseconds: 137, within });
    expect(setting).toBe('137ms');
  });

  it('gives up after its tries, and nothing has changed', async () => {
    await complete();
    const reader = await test.database.transaction();
    await reader('public.image').count();
    await expect(swap({ lockMilliseconds: 20, tries: 2 })).rejects.toBeInstanceOf(LockTriesError);
    await reader.rollback();
    expect(await titles()).toHaveLength(10);
    expect(await hasSwapped(test.database, REFRESH)).toBe(false);
  });

  it('is refused where the copy lacks something that the live table has', async () => {
    await complete();
    await test.database.raw('CREATE INDEX image_later ON public.image (width)');
    await expect(swap()).rejects.toThrow(CandidateDiffersError);
    expect(await titles()).toHaveLength(10);
  });

  it('is refused where a materialised view depends on the table, which is named', async () => {
    await test.database.raw('CREATE MATERIALIZED VIEW public.sums AS SELECT sum(width) FROM public.image');
    await complete();
    await expect(swap()).rejects.toThrow('the materialised view sums');
  });

  it('keeps no reader waiting for what belongs to it', async () => {
    await complete();
    const within = async () => {
      await test.database.transaction(async (reader) => {
        await reader.raw(`SET LOCAL lock_timeout = '100ms'`);
        expect(await reader('public.image').pluck('id')).toHaveLength(10);
      });
    };
    await swap({ within });
    expect(await titles()).toHaveLength(20);
  });

  it('is undone where what belongs to it fails', async () => {
    await complete();
    const within = () => Promise.reject(new Error('the alias'));
    await expect(swap({ within })).rejects.toThrow('the alias');
    expect(await titles()).toHaveLength(10);
    expect(await hasSwapped(test.database, REFRESH)).toBe(false);
  });
});
