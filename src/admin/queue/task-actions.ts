import { type Request, type Response, Router } from 'express';
import { asText, type Place } from '../../app-kit/admin/list-query.ts';
import type { MatchingRound } from '../../app-kit/admin/row-page.ts';
import type { AppContext } from '../../app-kit/app-context.ts';
import { queueSettings } from '../../queue/index.ts';
import { audited } from '../access/audit.ts';
import { signedIn } from '../access/signed-in.ts';
import { ActionRefusedError } from '../action-refused.ts';
import { doRound, earlierOf, type MatchingBatch } from '../matching-rounds.ts';
import { readIds } from '../read-ids.ts';
import { countFinished, nextFinishedIds } from './finished-list.ts';
import { FAILED_TASKS, QUEUED_TASKS, RUNNING_TASKS, SUCCESSFUL_TASKS, type TaskList } from './resources.ts';
import { findRunning } from './running-list.ts';

import { readFilter, type TaskFilter } from './task-filter.ts';
import { OPERATIONS, outcomeInWords, type TaskOperation, type TaskOperationName } from './task-operations.ts';
import { nextWaiting } from './waiting-list.ts';

/** Tasks of one transaction of an action on everything that matches. */
const BATCH_TASKS = 500;

const LISTS: readonly TaskList[] = [RUNNING_TASKS, QUEUED_TASKS, FAILED_TASKS, SUCCESSFUL_TASKS];
const NAMES: readonly TaskOperationName[] = ['resubmit', 'delete', 'cancel'];

interface Asked {
  readonly list: TaskList;
  readonly name: TaskOperationName;
  readonly operation: TaskOperation;
  readonly sent: Readonly<Record<string, unknown>>;
}

/**
 * What operators do to tasks, as POSTs of JSON, each with its line in the audit log; roles are checked before:
 *
 *     /tasks/{list}/actions/{action}            {"ids": […], "queue": …}
 *     /tasks/{list}/matching/{action}           {"filter": {…}, "place"?, "until"?}
 *
 * The latter acts on everything that matched at the first request, in rounds: the response says where the next one goes on.
 */
export function createTaskActions(context: AppContext): Router {
  const router = Router();
  router.post('/tasks/:list/actions/:action', async (request, response) => {
    const { list, name, operation, sent } = readAsked(request);
    const ids = readIds(sent['ids']);
    const actor = signedIn(request);
    const queue = asText(sent['queue']) ?? context.platform.settingsOf(queueSettings).queueName;
    const { count, newIds } = await audited(
      context.platform.database,
      { actor, action: name, resource: list, recordIds: ids },
      (transaction) => operation(ids, { context, transaction, username: actor.username, queue }),
      ({ count }) => (count === ids.length ? {} : { detail: `${count} of ${ids.length}` }),
    );
    response.json({ message: outcomeInWords(name, count, ids.length - count), newIds });
  });

  router.get('/tasks/:list/count', async (request, response) => {
    const list = LISTS.find((known) => known === request.params.list);
    const filter = readFilter(request.query);
    if (list === FAILED_TASKS || list === SUCCESSFUL_TASKS) {
      response.json(
        await countFinished(context.platform.database, { success: list === SUCCESSFUL_TASKS, filter }),
      );
    } else {
      response.status(404).json({ detail: 'There is no such list.' });
    }
  });

  router.post('/tasks/:list/matching/:action', async (request: Request, response: Response) => {
    response.json(await doTaskRound(context, readAsked(request), request));
  });
  return router;
}

function doTaskRound(context: AppContext, asked: Asked, request: Request): Promise<MatchingRound> {
  const { list, name, operation, sent } = asked;
  const actor = signedIn(request);
  const filter = readFilter(Object(sent['filter']));
  const queue = filter.queue ?? context.platform.settingsOf(queueSettings).queueName;
  return doRound(sent, {
    nextBatch: (until, after) =>
      nextBatch(context, list, { ...filter, to: earlierOf(filter.to, until) }, queue, after),
    async act(ids) {
      const { count } = await audited(
        context.platform.database,
        { actor, action: name, resource: list, recordIds: ids },
        (transaction) => operation(ids, { context, transaction, username: actor.username, queue }),
        (result) => ({ detail: `${result.count} of all that match ${filterInWords(filter)}` }),
      ).catch(skippedWhereRefused);
      return count;
    },
  });
}

/** Tasks that cannot be sent back must not keep those behind them from it. */
function skippedWhereRefused(error: unknown): { readonly count: number } {
  if (error instanceof ActionRefusedError && error.status === 409) return { count: 0 };
  throw error;
}

async function nextBatch(
  { platform: { database } }: AppContext,
  list: TaskList,
  filter: TaskFilter,
  queue: string,
  after: Place | undefined,
): Promise<MatchingBatch> {
  switch (list) {
    case FAILED_TASKS:
    case SUCCESSFUL_TASKS:
      return nextFinishedIds(database, { success: list === SUCCESSFUL_TASKS, filter }, after, BATCH_TASKS);
    case QUEUED_TASKS: {
      const { tasks, end } = await nextWaiting(database, { queue, filter }, after, BATCH_TASKS);
      return { ids: tasks.map(({ id }) => id), end };
    }
    case RUNNING_TASKS: {
      // Engines hold few tasks, so that they are one batch.
      const tasks = await findRunning(database, filter);
      return { ids: tasks.map(({ id }) => id), end: undefined };
    }
  }
}

/** Of the error, only that there is one: what was typed may be a part of a secret. */
function filterInWords({ error, to: _to, ...filter }: TaskFilter): string {
  const parts = Object.entries(filter).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name} ${value}`],
  );
  return [...parts, ...(error === undefined ? [] : ['an error'])].join(', ') || 'no filter';
}

function readAsked(request: Request): Asked {
  const list = LISTS.find((known) => known === request.params['list']);
  const name = NAMES.find((known) => known === request.params['action']);
  const operation = list && name && OPERATIONS[list][name];
  if (!list || !name || !operation) throw new ActionRefusedError('There is no such action.', 404);
  return { list, name, operation, sent: Object(request.body) };
}
