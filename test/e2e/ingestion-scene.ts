import { randomUUID } from 'node:crypto';
import { openIngestionDatabases } from '../../src/apps/ingestion/databases/ingestion-databases.ts';
import { modelNamed } from '../../src/apps/ingestion/models/index.ts';
import type { Action } from '../../src/apps/ingestion/refreshes/actions.ts';
import { PLANS, type StepName } from '../../src/apps/ingestion/refreshes/plans.ts';
import type { RefreshState } from '../../src/apps/ingestion/refreshes/states.ts';
import { openSearchEngine } from '../../src/apps/ingestion/search-engines/open-search-engine.ts';
import { readInstallation } from '../../src/installation.ts';
import type { Database } from '../../src/platform/database/connection.ts';
import { openPlatform } from '../../src/platform/platform.ts';
import type { TestDatabase } from '../support/database.ts';
import type { AdminInBrowser } from './admin-in-browser.ts';

/** What the service of the scene is started with. */
export const INGESTION_ENVIRONMENT = { INSTALLED_APPS: 'ingestion' };

/** The keys of refreshes that the pages show. */
export interface IngestionScene {
  readonly indexingId: string;
  readonly readyId: string;
  readonly promotedId: string;
  readonly failedId: string;
  readonly waitingId: string;
}

/** A page, by a name for a file. */
export interface ShownPage {
  readonly name: string;
  readonly address: string;
}

/** What is stored of a step that has begun. */
interface StoredStepFields {
  readonly state: 'running' | 'done' | 'failed';
  readonly rowsDone: number;
  readonly rowsTotal: number;
  readonly bytesDone?: number;
  readonly bytesTotal?: number;
  /** How long it took; a step that runs began so long ago. */
  readonly seconds: number;
  readonly result?: object;
}

const ROWS = 1_000_000;

const SLICE_ROWS = 20_000;

/** How live and copy differ in the scene, by provider. */
const COMPARISON = {
  column: 'provider',
  counts: [
    { value: 'flickr', live: 571_204, copy: 583_920 },
    { value: 'wikimedia', live: 201_556, copy: 204_310 },
    { value: 'rijksmuseum', live: 99_870, copy: 99_870 },
    { value: 'stocksnap', live: 50_112, copy: 49_870 },
    { value: 'met', live: 41_300, copy: 0 },
    { value: 'clevelandmuseum', live: 0, copy: 62_030 },
  ],
};

/** Refreshes as they are in the middle of a day: one that indexes, one that waits for it, one ready to promote, and earlier ones. */
export async function makeIngestionScene(admin: AdminInBrowser): Promise<IngestionScene> {
  const { database } = admin.service.database;
  const promotedId = await insertRefresh(database, {
    model: 'image',
    action: 'PROMOTE',
    state: 'done',
    suffix: '20261120',
    alias: 'image-main',
    hoursAgo: 20,
    message: 'image is live with the index image-20261120',
    steps: {
      build_constraints: ended(12, 12, 41),
      verify_copy: { ...ended(ROWS - 36_000, ROWS - 36_000, 4), result: { comparison: COMPARISON } },
      promote: ended(1, 1, 0.4),
    },
  });
  await database('ingestion.retired_tables').insert({
    model: 'image',
    table_name: 'image',
    refresh_id: promotedId,
  });
  const failedId = await insertRefresh(database, {
    model: 'image',
    action: 'INGEST_UPSTREAM',
    state: 'failed',
    suffix: '20261127',
    hoursAgo: 9,
    error: 'The upstream database cannot be reached: connect ECONNREFUSED 10.20.0.7:5432',
    steps: {
      copy: {
        state: 'failed',
        rowsDone: 412_000,
        rowsTotal: ROWS,
        bytesDone: 505_000_000,
        seconds: 95,
      },
    },
  });
  const readyId = await insertRefresh(database, {
    model: 'audio',
    action: 'INGEST_UPSTREAM',
    state: 'ready',
    suffix: '20261128',
    hoursAgo: 2,
    message: '1000000 rows and 999981 documents wait for their promotion',
    steps: {
      copy: { ...ended(ROWS, ROWS, 36), bytesDone: 1_230_000_000, bytesTotal: 1_230_000_000 },
      clean: ended(0, 0, 0.2),
      index: ended(ROWS, ROWS, 98),
      verify_copy: { ...ended(ROWS, ROWS, 3), result: { comparison: COMPARISON } },
    },
  });
  await insertSlices(database, readyId, { done: ROWS / SLICE_ROWS, waiting: 0 });
  await insertFailedRows(database, readyId);
  const indexingId = await insertRefresh(database, {
    model: 'image',
    action: 'INGEST_UPSTREAM',
    state: 'indexing',
    suffix: '20261128',
    hoursAgo: 0,
    progress: 74,
    steps: {
      copy: { ...ended(ROWS, ROWS, 34), bytesDone: 1_230_000_000, bytesTotal: 1_230_000_000 },
      clean: ended(0, 0, 0.2),
      index: { state: 'running', rowsDone: 540_000, rowsTotal: ROWS, seconds: 52 },
    },
  });
  await insertSlices(database, indexingId, { done: 27, waiting: ROWS / SLICE_ROWS - 27 });
  const waitingId = await insertRefresh(database, {
    model: 'image',
    action: 'CREATE_AND_POPULATE_FILTERED_INDEX',
    state: 'queued',
    suffix: '20261128',
    hoursAgo: 0,
    steps: {},
  });
  await makeIndexes(admin.service.database, { image: promotedId, audio: readyId });
  await database.raw('ANALYZE');
  return { indexingId, readyId, promotedId, failedId, waitingId };
}

/** The pages of the app. */
export function ingestionPagesOf(admin: AdminInBrowser, scene: IngestionScene): readonly ShownPage[] {
  const page = (name: string, path: string) => ({ name, address: admin.address(path) });
  const record = (id: string) => `/resources/refreshes/records/${id}/show`;
  const promotion = new URLSearchParams({
    action: 'PROMOTE',
    model: 'audio',
    index_suffix: '20261128',
    alias: 'audio-main',
    from: scene.readyId,
  });
  return [
    page('refreshes', '/resources/refreshes'),
    page('refresh-indexing', record(scene.indexingId)),
    page('refresh-ready', record(scene.readyId)),
    page('refresh-promoted', record(scene.promotedId)),
    page('refresh-failed', record(scene.failedId)),
    page('refresh-waiting', record(scene.waitingId)),
    page('request', record('new')),
    page('promote', `${record('new')}?${promotion}`),
    page('indexes', '/resources/search-indexes'),
  ];
}

function ended(rowsDone: number, rowsTotal: number, seconds: number): StoredStepFields {
  return { state: 'done', rowsDone, rowsTotal, seconds };
}

async function insertRefresh(
  database: Database,
  refresh: {
    readonly model: string;
    readonly action: Action;
    readonly state: RefreshState;
    readonly suffix: string;
    readonly hoursAgo: number;
    readonly alias?: string;
    readonly progress?: number;
    readonly error?: string;
    readonly message?: string;
    readonly steps: { readonly [Name in StepName]?: StoredStepFields };
  },
): Promise<string> {
  const id = randomUUID();
  const { hoursAgo, state } = refresh;
  const ago = (seconds: number) =>
    database.raw("clock_timestamp() - ?::float8 * interval '1 second'", [seconds]);
  const seconds = Object.values(refresh.steps).reduce((sum, step) => sum + step.seconds, 0);
  const hasEnded = state === 'ready' || state === 'done' || state === 'failed';
  /** What has not ended is as old as its steps. */
  const admittedSecondsAgo = hasEnded ? hoursAgo * 3_600 : seconds;
  await database('ingestion.refreshes').insert({
    id,
    model: refresh.model,
    action: refresh.action,
    state,
    index_suffix: refresh.suffix,
    alias: refresh.alias,
    requested_by: 'the API, from 10.20.0.5',
    progress: refresh.progress ?? (state === 'failed' ? 18.5 : hasEnded ? 100 : 0),
    error: refresh.error,
    message: refresh.message,
    created: ago(admittedSecondsAgo + 1),
    admitted: state === 'queued' ? null : ago(admittedSecondsAgo),
    ended: hasEnded ? ago(admittedSecondsAgo - seconds) : null,
  });
  let secondsBefore = 0;
  for (const [position, { name }] of PLANS[refresh.action].steps.entries()) {
    const step = refresh.steps[name];
    const began = admittedSecondsAgo - secondsBefore;
    secondsBefore += step?.seconds ?? 0;
    await database('ingestion.steps').insert({
      refresh_id: id,
      position,
      name,
      ...(step && {
        state: step.state,
        rows_done: step.rowsDone,
        rows_total: step.rowsTotal,
        bytes_done: step.bytesDone ?? 0,
        bytes_total: step.bytesTotal,
        result: step.result === undefined ? null : JSON.stringify(step.result),
        task_id: randomUUID(),
        began: ago(began),
        ended: step.state === 'running' ? null : ago(began - step.seconds),
      }),
    });
  }
  return id;
}

async function insertSlices(
  database: Database,
  refreshId: string,
  counts: { readonly done: number; readonly waiting: number },
): Promise<void> {
  const { done, waiting } = counts;
  await database('ingestion.slices').insert(
    Array.from({ length: done + waiting }, (_, number) => {
      const isDone = number < done;
      const failed = isDone && number % 9 === 4 ? 3 : 0;
      return {
        refresh_id: refreshId,
        number,
        first_id: number * SLICE_ROWS + 1,
        last_id: (number + 1) * SLICE_ROWS,
        state: isDone ? 'done' : 'waiting',
        row_count: isDone ? SLICE_ROWS : 0,
        document_count: isDone ? SLICE_ROWS - 190 - failed : 0,
        removed_count: isDone ? 190 : 0,
        failed_count: failed,
        task_id: randomUUID(),
        began: isDone ? database.raw(`clock_timestamp() - interval '9 seconds'`) : null,
        ended: isDone ? database.raw(`clock_timestamp() - interval '6 seconds'`) : null,
      };
    }),
  );
}

async function insertFailedRows(database: Database, refreshId: string): Promise<void> {
  await database('ingestion.document_errors').insert(
    Array.from({ length: 30 }, (_, at) => ({
      refresh_id: refreshId,
      row_id: 80_512 + at * 9_041,
      slice_number: Math.floor((80_512 + at * 9_041) / SLICE_ROWS),
      reason:
        at % 3 === 0
          ? 'failed to parse field [standardized_popularity] of type [rank_feature]: value must be positive'
          : 'failed to parse field [created_on] of type [date] in document: year out of range',
    })),
  );
}

/** Indexes that refreshes have made, in the Postgres of the service; an alias points to the first one. */
async function makeIndexes(
  { url, database }: TestDatabase,
  made: { readonly image: string; readonly audio: string },
): Promise<void> {
  const { settings } = readInstallation({
    ...INGESTION_ENVIRONMENT,
    DATABASE_URL: url,
    DJANGO_SECRET_KEY: 'the secret key of a scene, fifty characters long ok',
    LOG_LEVEL: 'silent',
  });
  const platform = openPlatform(settings, { processName: 'test', maximumConnections: 1 });
  const databases = openIngestionDatabases(platform);
  const searchEngine = openSearchEngine(platform, databases);
  const indexes = [
    { name: 'image-20261120', model: 'image', refresh_id: made.image, documents: 420 },
    { name: 'image-20261113', model: 'image', refresh_id: null, documents: 400 },
    { name: 'audio-20261128', model: 'audio', refresh_id: made.audio, documents: 150 },
  ];
  try {
    for (const { documents, ...row } of indexes) {
      await searchEngine.createIndex(row.name, modelNamed(row.model));
      await searchEngine.bulkIndex(
        row.name,
        Array.from({ length: documents }, (_, at) => ({
          id: String(at + 1),
          fields: { id: at + 1, title: `Lighthouse ${at}` },
        })),
      );
      await searchEngine.finishIndex(row.name);
      await database('ingestion.indexes').insert({ ...row, state: 'complete', document_count: documents });
    }
    await searchEngine.pointAliases([{ alias: 'image-main', indexName: 'image-20261120' }]);
  } finally {
    await searchEngine.close();
    await databases.close();
    await platform.close();
  }
}
