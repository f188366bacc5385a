import { Router } from 'express';
import { asPlace, textOf } from '../../app-kit/admin/list-query.ts';
import type { RowPage } from '../../app-kit/admin/row-page.ts';
import type { AppContext } from '../../app-kit/app-context.ts';
import type { LoadedApp } from '../../app-kit/loaded-apps.ts';
import { isUuid } from '../../platform/uuid.ts';
import { queueSettings } from '../../queue/index.ts';
import { answerRefusal } from '../action-refused.ts';
import { readStorableJson } from '../storable-requests.ts';
import { createEngineRoutes } from './engines.ts';
import { listFinished } from './finished-list.ts';
import { createQueueActions, listQueues } from './queues.ts';
import { FAILED_TASKS, QUEUED_TASKS, RUNNING_TASKS, SUCCESSFUL_TASKS } from './resources.ts';
import { listRunning } from './running-list.ts';
import { createScheduleRoutes } from './schedules.ts';
import type { Described, GoneTask, WaitingTaskRow } from './shapes.ts';
import { createTaskActions } from './task-actions.ts';
import type { TaskDescriber } from './task-describer.ts';
import { readFilter } from './task-filter.ts';
import { readTaskPage } from './task-page.ts';
import { listWaiting } from './waiting-list.ts';

/** The ids of many tasks, and what goes with them. */
const BODY_LIMIT = '200kb';

/** Where the pages of the queue read and act, below the admin's root. */
const ROOT = '/api/queue';

/** The response to what cannot be the id of a task. */
const GONE: GoneTask = { state: 'gone', resubmittedAs: [] };

/** What the admin's pages of the queue read, by GET, and what operators do there, by POST. */
export function createQueueRoutes(
  context: AppContext,
  apps: readonly LoadedApp[],
  describer: TaskDescriber,
): Router {
  const { database } = context.platform;
  const router = Router();

  for (const [list, success] of [
    [FAILED_TASKS, false],
    [SUCCESSFUL_TASKS, true],
  ] as const) {
    router.get(`/tasks/${list}`, async (request, response) => {
      const filter = readFilter(request.query);
      const page = await listFinished(database, { success, filter }, asPlace(textOf(request, 'page')));
      response.json({ ...page, rows: await describer.describe(page.rows) });
    });
  }

  router.get(`/tasks/${QUEUED_TASKS}`, async (request, response) => {
    const filter = readFilter(request.query);
    const queue = filter.queue ?? context.platform.settingsOf(queueSettings).queueName;
    const [page, queues] = await Promise.all([
      listWaiting(database, { queue, filter }, asPlace(textOf(request, 'page'))),
      listQueues(context),
    ]);
    const figures = queues.find((known) => known.queue === queue);
    const isNarrowed = Object.entries(filter).some(
      ([name, value]) => name !== 'queue' && value !== undefined,
    );
    const count = { count: figures?.queued ?? 0, isEstimated: figures?.isQueuedEstimated ?? false };
    const answer: RowPage<Described<WaitingTaskRow>> = {
      ...page,
      rows: await describer.describe(page.rows),
      count: isNarrowed ? null : count,
    };
    response.json(answer);
  });

  router.get(`/tasks/${RUNNING_TASKS}`, async (request, response) => {
    const page = /^\d{1,3}$/.test(textOf(request, 'page') ?? '') ? Number(textOf(request, 'page')) : 0;
    const running = await listRunning(database, readFilter(request.query), page);
    response.json({ ...running, rows: await describer.describe(running.rows) });
  });

  router.get('/tasks/:id', async (request, response) => {
    const { id } = request.params;
    const task = isUuid(id) ? await readTaskPage(context, id) : GONE;
    if (task.state === 'gone') response.json(task);
    else response.json((await describer.describe([task]))[0]);
  });

  router.get('/queues', async (_request, response) => {
    response.json(await listQueues(context));
  });

  router.use(createEngineRoutes(context, describer));
  router.use(createScheduleRoutes(context, apps));
  router.use(createQueueActions(context));
  router.use(readStorableJson(BODY_LIMIT), createTaskActions(context));
  router.use((_request, response) => {
    response.status(404).json({ detail: 'It does not exist.' });
  });
  router.use(answerRefusal);
  return Router().use(ROOT, router);
}
