import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { modelNamed } from '../../../../src/apps/ingestion/models/index.ts';
import { PLANS } from '../../../../src/apps/ingestion/refreshes/plans.ts';
import type { Refresh } from '../../../../src/apps/ingestion/refreshes/refresh.ts';
import { stepHandler } from '../../../../src/apps/ingestion/refreshes/run-step.ts';
import { STEP_CODE } from '../../../../src/apps/ingestion/refreshes/step-code.ts';
import { findRefresh } from '../../../../src/apps/ingestion/refreshes/stored-refreshes.ts';
import { openSearchEngine } from '../../../../src/apps/ingestion/search-engines/open-search-engine.ts';
import { PostgresSearchEngine } from '../../../../src/apps/ingestion/search-engines/postgres/postgres-search-engine.ts';
import { refreshTasksOf } from '../../../../src/apps/ingestion/tasks.ts';
import { IngestionService } from '../ingestion-service.ts';
import { fillUpstream, makeMediaTables, namesOf } from '../media-tables.ts';
import { refreshIdOf, taskContext } from '../run-tasks.ts';
import { type BreakMoment, type StatementProxy, startStatementProxy } from '../statement-proxy.ts';

jest.setTimeout(180_000);

const ROWS = 40;
const DELETED = 5;

/** More statements than a step executes. */
const MOST_STATEMENTS = 400;

let proxy: StatementProxy;
let service: IngestionService;
beforeEach(async () => {
  proxy = await startStatementProxy(Number(new URL(process.env['TEST_DATABASE_URL'] ?? '').port));
  service = await IngestionService.start({}, undefined, (url) => {
    const proxied = new URL(url);
    proxied.port = String(proxy.port);
    return proxied.href;
  });
  await makeMediaTables(service, { image: ROWS, audio: 0 });
});
afterEach(async () => {
  await service.stop();
  await proxy.close();
});

async function runStep({ id, action }: Pick<Refresh, 'id' | 'action'>, position: number): Promise<void> {
  const name = PLANS[action].steps[position]?.name;
  const load = name && STEP_CODE[name];
  if (!load) throw new Error(`There is no step ${position}`);
  const handler = stepHandler({ load, openSearchEngine, tasksOf: refreshTasksOf, lastAttempt: 1_000_000 });
  await handler({ refreshId: id, position }, taskContext(service));
}

async function requested(request: object): Promise<Refresh> {
  const id = refreshIdOf(await service.post({ model: 'image', index_suffix: 'spring', ...request }));
  const refresh = await findRefresh(service.own.database, id);
  if (!refresh) throw new Error('It was not stored');
  return refresh;
}

/** Copies what upstream has, and stores an index of as many documents. */
async function ingest(generation: string): Promise<void> {
  const ingest = await requested({ action: 'INGEST_UPSTREAM', index_suffix: generation });
  await runStep(ingest, 0);
  await runStep(ingest, 1);
  const engine = new PostgresSearchEngine(service.api.database);
  const indexName = `image-${generation}`;
  await engine.createIndex(indexName, modelNamed('image'));
  const documents = Array.from({ length: ROWS - DELETED }, (_, at) => ({ id: String(at), fields: {} }));
  await engine.bulkIndex(indexName, documents);
  await engine.finishIndex(indexName);
  const counts = { rows: documents.length, documents: documents.length, removed: 0, failed: 0 };
  await service.own
    .database('ingestion.steps')
    .where({ refresh_id: ingest.id, name: 'index' })
    .update({ result: JSON.stringify({ indexName, ...counts }) });
  await service.own
    .database('ingestion.refreshes')
    .where({ id: ingest.id })
    .update({ state: 'ready', ended: service.own.database.raw('clock_timestamp()') });
}

/** What is live: the generations of rows, and the index of the alias. */
async function live(): Promise<string> {
  const { rows } = await service.api.database.raw(`
    SELECT (SELECT string_agg(DISTINCT category, '+') || ' ' || count(*) FROM public.image) AS rows,
      (SELECT index_name FROM search.aliases WHERE alias = 'image-main') AS index`);
  return `${rows[0].rows}, ${rows[0].index}`;
}

const liveAs = (generation: string) => `${generation} ${ROWS - DELETED}, image-${generation}`;

async function hasSwapped(id: string): Promise<boolean> {
  const { rows } = await service.api.database.raw(
    `SELECT to_regclass('ingestion_ledger.swaps') IS NOT NULL AS exists`,
  );
  if (!rows[0].exists) return false;
  const swaps = await service.api.database('ingestion_ledger.swaps').where({ refresh_id: id });
  return swaps.length > 0;
}

it.each(['before', 'after'] as const)(
  'a promotion ends well where the connection breaks once at each statement, %s it is executed',
  async (moment: BreakMoment) => {
    await ingest('first');
    const first = await requested({ action: 'PROMOTE', index_suffix: 'first', alias: 'image-main' });
    for (const position of PLANS.PROMOTE.steps.keys()) await runStep(first, position);
    const names = await namesOf(service.api);
    await fillUpstream(service, { image: ROWS, audio: 0 }, 'second');
    await ingest('second');
    expect(await live()).toBe(liveAs('first'));

    const second = await requested({ action: 'PROMOTE', index_suffix: 'second', alias: 'image-main' });
    let broken = 0;
    for (const position of PLANS.PROMOTE.steps.keys()) {
      let isSwapped = false;
      for (let number = 1; number < MOST_STATEMENTS; number += 1) {
        proxy.breakAt(number, moment);
        await runStep(second, position).catch(() => undefined);
        if (!proxy.hasBroken) break;
        broken += 1;
        const swapped = await hasSwapped(second.id);
        expect(await live()).toBe(liveAs(swapped ? 'second' : 'first'));
        // What comes behind the swap has statements of its own.
        if (swapped && !isSwapped) number = 0;
        isSwapped = swapped;
      }
      proxy.breakAt(0, moment);
    }
    expect(broken).toBeGreaterThan(50);
    expect(await findRefresh(service.own.database, second.id)).toMatchObject({ state: 'done' });
    expect(await live()).toBe(liveAs('second'));
    expect(await namesOf(service.api)).toEqual(names);
  },
);
