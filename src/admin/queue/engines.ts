import { Router } from 'express';
import { asInteger, textOf } from '../../app-kit/admin/list-query.ts';
import type { RowPage } from '../../app-kit/admin/row-page.ts';
import type { AppContext } from '../../app-kit/app-context.ts';
import { isUuid } from '../../platform/uuid.ts';
import { type EngineStatus, findEngine, recentEngines, runningTasks } from '../../queue/index.ts';
import { runningRow } from './running-list.ts';
import type { EngineDetail, EngineRow } from './shapes.ts';
import type { TaskDescriber } from './task-describer.ts';

/** Rows of one page. */
const PAGE_ROWS = 50;

/** Pages that the list goes through: engines are forgotten after some days. */
const GREATEST_PAGE = 100;

/** Tasks that an engine's page shows: it takes only what its workers can soon begin. */
const MOST_TASKS = 200;

/** Tasks that are looked through for those of one engine. */
const MOST_RUNNING = 5_000;

/** What the pages of engines read: `GET /engines` and `GET /engines/{id}`. */
export function createEngineRoutes({ platform: { database } }: AppContext, describer: TaskDescriber): Router {
  const router = Router();

  router.get('/engines', async (request, response) => {
    const page = Math.min(asInteger(textOf(request, 'page')) ?? 0, GREATEST_PAGE);
    const found = await recentEngines(database, { limit: PAGE_ROWS + 1, offset: page * PAGE_ROWS });
    const now = Date.now();
    const list: RowPage<EngineRow> = {
      rows: found.slice(0, PAGE_ROWS).map((engine) => engineRow(engine, now)),
      next: found.length > PAGE_ROWS ? String(page + 1) : null,
      isPartial: false,
      count: null,
    };
    response.json(list);
  });

  router.get('/engines/:id', async (request, response) => {
    const { id } = request.params;
    const found = isUuid(id) ? await findEngine(database, id) : undefined;
    if (!found) {
      response.status(404).json({ detail: 'There is no such engine.' });
      return;
    }
    const running = await runningTasks(database, { limit: MOST_RUNNING });
    const held = running.filter(({ engineId }) => engineId === id).slice(0, MOST_TASKS);
    const detail: EngineDetail = {
      ...engineRow(found, Date.now()),
      waitingTasks: found.waitingTasks,
      waitingResults: found.waitingResults,
      settings: found.settings,
      tasks: await describer.describe(held.map(runningRow)),
    };
    response.json(detail);
  });
  return router;
}

/** An engine as pages show it. */
export function engineRow(engine: EngineStatus, now: number): EngineRow {
  const { id, queue, host, pid, condition, workerCount, running, reincarnations, processes } = engine;
  return {
    id,
    queue,
    host,
    pid,
    condition,
    workerCount,
    running,
    reincarnations,
    processes,
    started: secondsAgo(now, engine.uptimeSeconds),
    heartbeat: secondsAgo(now, engine.silentSeconds),
  };
}

/** To the second: what is a little off each time would look like news. */
function secondsAgo(now: number, seconds: number): string {
  return new Date(Math.round(now / 1_000 - seconds) * 1_000).toISOString();
}
