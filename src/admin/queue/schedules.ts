import { Router } from 'express';
import type { RowPage } from '../../app-kit/admin/row-page.ts';
import type { AppContext } from '../../app-kit/app-context.ts';
import type { LoadedApp } from '../../app-kit/loaded-apps.ts';
import type { Database } from '../../platform/database/connection.ts';
import { isUuid } from '../../platform/uuid.ts';
import {
  changeSchedule,
  deleteSchedules,
  findSchedule,
  isSealed,
  listSchedules,
  nextRuns,
  pauseSchedules,
  previewRuns,
  queueSettings,
  resumeSchedules,
  runScheduleNow,
  ScheduleNameTakenError,
  ScheduleNotFoundError,
  ScheduleOptionsError,
  ScheduleSignatureError,
  type StoredSchedule,
  schedule,
  TaskOptionsError,
} from '../../queue/index.ts';
import { audited } from '../access/audit.ts';
import { signedIn } from '../access/signed-in.ts';
import { ActionRefusedError } from '../action-refused.ts';
import { readIds } from '../read-ids.ts';
import { readStorableJson } from '../storable-requests.ts';
import { queueNames } from './queue-by-name.ts';
import { SCHEDULES } from './resources.ts';
import { readForm, readTimes } from './schedule-form.ts';
import type { Choices, ScheduleDetail, ScheduleRow } from './shapes.ts';

/** Rows of one page. */
const PAGE_ROWS = 50;

/** Runs that a schedule's page and its form show. */
const SHOWN_RUNS = 5;

/** Schedules that the list goes through; beyond that it says so. */
const GREATEST_PAGE = 1_000;

/** A schedule is small, but its arguments may be long. */
const FORM_LIMIT = '1mb';

/**
 * What the pages of schedules read, and what operators do there, each with its line in the audit log:
 *
 *     GET  /schedules, /schedules/{id}, /schedules/choices, /schedules/preview?scheduleType=…
 *     POST /schedules, /schedules/{id}                      a form
 *     POST /schedules/actions/{run|pause|resume|delete}     {"ids": […]}
 */
export function createScheduleRoutes(context: AppContext, apps: readonly LoadedApp[]): Router {
  const { platform } = context;
  const { database } = platform;
  const functions = apps.flatMap(({ app }) => app.tasks ?? []);
  const router = Router();

  router.get('/schedules', async (request, response) => {
    const asked = Number(request.query['page'] ?? 0);
    const page = Number.isInteger(asked) ? Math.min(Math.max(asked, 0), GREATEST_PAGE) : 0;
    response.json(await listPage(database, page));
  });

  router.get('/schedules/choices', async (_request, response) => {
    const choices: Choices = {
      functions: functions.map(({ name, secretArguments }) => ({ name, secretArguments })),
      queues: await queueNames(context),
      defaultQueue: platform.settingsOf(queueSettings).queueName,
      timeZone: platform.settingsOf(queueSettings).timeZone,
    };
    response.json(choices);
  });

  router.get('/schedules/preview', async (request, response) => {
    const runs = await explained(() => previewRuns(platform, readTimes(request.query), SHOWN_RUNS));
    response.json({ runs: runs.map((run) => run.toISOString()) });
  });

  router.get('/schedules/:id', async (request, response) => {
    response.json(detailOf(await find(database, request.params.id)));
  });

  router.post('/schedules', readStorableJson(FORM_LIMIT), async (request, response) => {
    const { taskFunction, args, options } = readForm(Object(request.body), functions, undefined);
    const id = await explained(() =>
      audited(
        database,
        { actor: signedIn(request), action: 'create', resource: SCHEDULES },
        (transaction) => schedule(platform, taskFunction, args, { ...options, transaction }),
        (created) => ({ recordIds: [created], detail: `${options.name ?? ''} ${taskFunction.name}`.trim() }),
      ),
    );
    response.json({ message: 'Created the schedule', id });
  });

  router.post('/schedules/actions/:action', readStorableJson(), async (request, response) => {
    const { ids: sent }: { ids?: unknown } = Object(request.body);
    const ids = readIds(sent);
    const { action } = request.params;
    const act = SCHEDULE_ACTIONS.get(action);
    if (!act) throw new ActionRefusedError('There is no such action.', 404);
    const count = await explained(() =>
      audited(
        database,
        { actor: signedIn(request), action, resource: SCHEDULES, recordIds: ids },
        (transaction) => act.run(context, ids, transaction),
        (done) => (done === ids.length ? {} : { detail: `${done} of ${ids.length}` }),
      ),
    );
    response.json({ message: `${act.done} ${count} ${count === 1 ? 'schedule' : 'schedules'}` });
  });

  router.post('/schedules/:id', readStorableJson(FORM_LIMIT), async (request, response) => {
    const { id } = request.params;
    const { taskFunction, args, options } = readForm(
      Object(request.body),
      functions,
      await find(database, id),
    );
    await explained(() =>
      audited(
        database,
        { actor: signedIn(request), action: 'edit', resource: SCHEDULES, recordIds: [id] },
        (transaction) => changeSchedule(platform, id, taskFunction, args, { ...options, transaction }),
      ),
    );
    response.json({ message: 'Changed the schedule', id });
  });
  return router;
}

interface ScheduleAction {
  /** As in "Paused 2 schedules". */
  readonly done: string;
  readonly run: (
    context: AppContext,
    ids: readonly string[],
    transaction: Parameters<Parameters<typeof audited>[2]>[0],
  ) => Promise<number>;
}

const SCHEDULE_ACTIONS: ReadonlyMap<string, ScheduleAction> = new Map<string, ScheduleAction>([
  ['pause', { done: 'Paused', run: (_context, ids, transaction) => pauseSchedules(transaction, ids) }],
  ['resume', { done: 'Resumed', run: (_context, ids, transaction) => resumeSchedules(transaction, ids) }],
  ['delete', { done: 'Deleted', run: (_context, ids, transaction) => deleteSchedules(transaction, ids) }],
  [
    'run',
    {
      done: 'Enqueued a task of',
      async run({ platform }, ids, transaction) {
        if (ids.length > MOST_RUN_AT_ONCE) {
          throw new ActionRefusedError(`Schedules can be run ${MOST_RUN_AT_ONCE} at a time.`, 400);
        }
        // Each locks its own row and may be of another queue.
        for (const id of ids) await runScheduleNow(platform, id, transaction);
        return ids.length;
      },
    },
  ],
]);

/** Schedules that one request runs: each takes a few statements. */
const MOST_RUN_AT_ONCE = 50;

async function listPage(database: Database, page: number): Promise<RowPage<ScheduleRow>> {
  const [found, counted] = await Promise.all([
    listSchedules(database, { limit: PAGE_ROWS + 1, offset: page * PAGE_ROWS }),
    database('queue.schedules').count<{ count: string }[]>({ count: '*' }).first(),
  ]);
  return {
    rows: found.slice(0, PAGE_ROWS).map(rowOf),
    next: found.length > PAGE_ROWS ? String(page + 1) : null,
    isPartial: false,
    count: { count: Number(counted?.count ?? 0), isEstimated: false },
  };
}

async function find(database: Database, id: string): Promise<StoredSchedule> {
  const found = isUuid(id) ? await findSchedule(database, id) : undefined;
  if (!found) throw new ActionRefusedError(new ScheduleNotFoundError(id).message, 404);
  return found;
}

function rowOf(stored: StoredSchedule): ScheduleRow {
  return {
    id: stored.id,
    name: stored.name,
    func: stored.func,
    queue: stored.cluster,
    scheduleType: stored.scheduleType,
    minutes: stored.minutes,
    cron: stored.cron,
    timeZone: stored.timeZone,
    repeats: stored.repeats,
    nextRun: stored.nextRun.toISOString(),
    paused: stored.paused,
    lastRun: stored.lastRun?.toISOString() ?? null,
    lastTaskId: stored.lastTaskId,
    lastSuccess: stored.lastSuccess,
    error: stored.error,
    missedSlots: stored.missedSlots,
  };
}

function detailOf(stored: StoredSchedule): ScheduleDetail {
  const parts = Object.entries(stored.args);
  const { secretSubject: _, ...taskOptions } = stored.taskOptions;
  return {
    ...rowOf(stored),
    args: Object.fromEntries(parts.filter(([, value]) => !isSealed(value))),
    secretArguments: parts.filter(([, value]) => isSealed(value)).map(([name]) => name),
    hook: stored.hook,
    intendedDateKwarg: stored.intendedDateKwarg,
    catchUp: stored.catchUp,
    taskName: stored.taskName,
    taskOptions,
    created: stored.created.toISOString(),
    nextRuns: nextRuns(stored, SHOWN_RUNS).map((run) => run.toISOString()),
  };
}

/** Turns faults of what was typed into a message for the person who typed it. */
async function explained<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ScheduleOptionsError || error instanceof TaskOptionsError) {
      throw new ActionRefusedError(error.message, 400);
    }
    if (error instanceof ScheduleNameTakenError || error instanceof ScheduleSignatureError)
      throw new ActionRefusedError(error.message, 409);
    if (error instanceof ScheduleNotFoundError) throw new ActionRefusedError(error.message, 404);
    throw error;
  }
}
