import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { PostgresSearchEngine } from '../../../src/apps/ingestion/search-engines/postgres/postgres-search-engine.ts';
import { refreshModel } from '../../../src/apps/ingestion/tasks.ts';
import { readInstallation } from '../../../src/installation.ts';
import { openPlatform } from '../../../src/platform/platform.ts';
import { openTaskQueue } from '../../../src/queue/index.ts';
import { type EmbeddedPostgres, startPostgres } from '../../../src/standalone/postgres.ts';
import { eventually } from '../../support/eventually.ts';
import { seededRandom } from '../../support/seeded-random.ts';
import { IngestionSite } from './ingestion-site.ts';
import { LiveReaders } from './live-readers.ts';
import { DELETED_ROWS, fillUpstream, makeMediaTables, REMOVED_EVERY } from './media-tables.ts';
import { startWebHook, type WebHook } from './web-hook.ts';

const FIRST_ROWS = 3_000;

/** The steps of a whole refresh. */
const STEPS = [
  ['INGEST_UPSTREAM', 'copy'],
  ['INGEST_UPSTREAM', 'clean'],
  ['INGEST_UPSTREAM', 'index'],
  ['INGEST_UPSTREAM', 'verify_copy'],
  ['CREATE_AND_POPULATE_FILTERED_INDEX', 'filter_index'],
  ['PROMOTE', 'build_constraints'],
  ['PROMOTE', 'verify_copy'],
  ['PROMOTE', 'promote'],
  ['POINT_ALIAS', 'point_alias'],
] as const;

/** From the first of them on, what readers see may change. */
const CHANGING_ACTIONS: readonly string[] = ['PROMOTE', 'POINT_ALIAS'];

/** The steps at which an engine is killed. Others notice only after a lease of 15 seconds: those that do the most have to do. */
const LONG_STEPS: readonly string[] = ['copy', 'index', 'promote'];

/** A statement whose connection was lost with Postgres may never be told so; it is sent again after so long. */
const ANSWER_MILLISECONDS = 3_000;

/** After a step was seen to run, something is killed within so many milliseconds. */
const KILLED_WITHIN_MILLISECONDS = 120;

type Victim = 'the workers' | 'the engine' | 'the server' | 'Postgres';

interface Killing {
  readonly victim: Victim;
  readonly kill: () => Promise<void>;
  readonly isKilledAt: (step: string) => boolean;
}

/** Tests that whole refreshes end well, though something is killed at their steps, while others read and search. */
export function testKills(...victims: readonly Victim[]): void {
  jest.setTimeout(240_000);
  let directory: string;
  let postgres: EmbeddedPostgres;
  let site: IngestionSite;
  let terms: WebHook;
  let readers: LiveReaders;
  let generation = 0;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'ingestion-kills-'));
    postgres = await startOwnPostgres();
    terms = await startWebHook();
    terms.responseText = 'running\nwater\n';
    site = await IngestionSite.start({
      serverUrl: postgres.url,
      environment: { SENSITIVE_TERMS_URL: terms.url },
    });
    await makeMediaTables(site, { image: FIRST_ROWS, audio: 0 });
    readers = new LiveReaders(site.api.database, new PostgresSearchEngine(site.api.database));
    await refresh(async () => undefined);
    readers.start();
  });
  afterAll(async () => {
    await readers.stop();
    await site.stop();
    await terms.stop();
    await postgres.stop();
    await rm(directory, { recursive: true, force: true });
  });

  function startOwnPostgres(port?: number): Promise<EmbeddedPostgres> {
    return startPostgres({
      dataDirectory: join(directory, 'postgres'),
      ...(port === undefined ? {} : { port }),
      // What a process has written outlives the process, also where it did not wait for the disk.
      parameters: { fsync: 'off', full_page_writes: 'off', max_connections: '200' },
    });
  }

  /** Readers cannot read meanwhile; the application starts again what ends because of it. */
  async function killPostgres(): Promise<void> {
    readers.isDown = true;
    process.kill(postgres.pid, 'SIGKILL');
    await postgres.ended;
    postgres = await startOwnPostgres(postgres.port);
    await eventually(() => site.api.database.raw('SELECT 1').timeout(ANSWER_MILLISECONDS));
    readers.isDown = false;
    await site.reviveProcesses();
  }

  /** Puts a new generation upstream, and has it refreshed as one chain; returns how its parts have ended. */
  async function refresh(killAt: (step: string) => Promise<void>): Promise<readonly string[]> {
    generation += 1;
    await fillUpstream(site, { image: FIRST_ROWS + generation, audio: 0 }, `generation ${generation}`);
    const before = await site.own.database('ingestion.refreshes').count();
    const known = Number(before[0]?.['count']);
    await requestRefresh();
    for (const [action, step] of STEPS) {
      await eventually(() => hasBegun(known, action, step), 60_000, 3);
      if (CHANGING_ACTIONS.includes(action)) readers.isChanging = true;
      await killAt(step);
    }
    const ends = await eventually(
      async () => {
        const states = await site.own
          .database('ingestion.refreshes')
          .orderBy('created')
          .offset(known)
          .select('state', 'ended', 'error')
          .timeout(ANSWER_MILLISECONDS);
        return states.every(({ ended }) => ended !== null)
          ? states.map(({ state, error }) => (error === null ? state : `${state}: ${error}`))
          : undefined;
      },
      60_000,
      50,
    );
    readers.isChanging = false;
    return ends;
  }

  async function requestRefresh(): Promise<void> {
    const { settings } = readInstallation({ ...site.environment, LOG_LEVEL: 'silent' });
    const platform = openPlatform(settings, { processName: 'test', maximumConnections: 2 });
    const queue = openTaskQueue(platform);
    try {
      await queue.asyncTask(refreshModel, { model: 'image' });
    } finally {
      await queue.close();
      await platform.close();
    }
  }

  async function hasBegun(known: number, action: string, step: string): Promise<boolean> {
    const query = site.own.database.raw(
      `SELECT steps.state FROM ingestion.steps
     JOIN (SELECT id, action FROM ingestion.refreshes ORDER BY created OFFSET ?) AS refreshes
       ON refreshes.id = refresh_id
     WHERE action = ? AND name = ? AND state <> 'waiting'`,
      [known, action, step],
    );
    const { rows } = await query.timeout(ANSWER_MILLISECONDS);
    return rows.length > 0;
  }

  /** Everything that is left in the database of the live tables beside them and the generation before. */
  async function leftovers(): Promise<readonly string[]> {
    const { rows } = await site.api.database.raw<{ rows: { name: string }[] }>(
      `SELECT nspname || '.' || relname AS name FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace
     WHERE relkind = 'r' AND nspname IN ('ingestion_next', 'ingestion_previous')
     UNION ALL SELECT name FROM search.indexes
     UNION ALL SELECT 'documents without an index: ' || relname FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace
     WHERE nspname = 'search' AND relkind = 'r' AND relname LIKE 'documents%'
       AND NOT EXISTS (SELECT 1 FROM search.indexes WHERE relname = 'documents_' || number)`,
    );
    const known = await site.own.database('ingestion.indexes').pluck('name');
    return rows.map(({ name }) => name).filter((name) => !known.includes(name));
  }

  const rowsOf = (of: number) => FIRST_ROWS + of - DELETED_ROWS;

  const documentsOf = (of: number) => rowsOf(of) - Math.floor((FIRST_ROWS + of) / REMOVED_EVERY);

  const random = seededRandom(12);

  const killings = [
    { victim: 'the workers', kill: async () => site.killWorkers(), isKilledAt: () => true },
    { victim: 'the engine', kill: () => site.killEngine(), isKilledAt: (step) => LONG_STEPS.includes(step) },
    { victim: 'the server', kill: () => site.killServer(), isKilledAt: () => true },
    { victim: 'Postgres', kill: killPostgres, isKilledAt: () => true },
  ] satisfies readonly Killing[];
  describe.each(killings.filter(({ victim }) => victims.includes(victim)))(
    'a refresh at whose steps kill -9 ends $victim',
    ({ kill, isKilledAt }) => {
      it('ends, with the new rows and documents live and nothing left over, and readers saw whole generations', async () => {
        const before = generation;
        const states = await refresh(async (step) => {
          if (!isKilledAt(step)) return;
          await pause(random.below(KILLED_WITHIN_MILLISECONDS));
          await kill();
        });
        expect(states).toEqual(['done', 'done', 'done', 'done']);
        expect(readers.takeSeen()).toEqual(
          [before, generation].map((of) => ({ rows: rowsOf(of), indexCount: 1, documents: documentsOf(of) })),
        );
        expect(readers.faults).toEqual([]);
        await eventually(async () => (await leftovers()).join() === 'ingestion_previous.image');
      });
    },
  );
}
