import { type Request, type Response, Router } from 'express';
import type { AppContext } from '../../app-kit/app-context.ts';
import { queueSettings } from '../../queue/index.ts';
import { audited } from '../access/audit.ts';
import { signedIn } from '../access/signed-in.ts';
import { ActionRefusedError } from './action-refused.ts';
import { countFinished, nextFinishedIds } from './finished-list.ts';
import { readIds } from './read-ids.ts';
import { asMoment, asPlace, asText, type Place, placeText } from './request-values.ts';
import { FAILED_TASKS, QUEUED_TASKS, RUNNING_TASKS, SUCCESSFUL_TASKS, type TaskList } from './resources.ts';
import { findRunning } from './running-list.ts';
import type { MatchingRound } from './shapes.ts';
import { readFilter, type TaskFilter } from './task-filter.ts';
import { OPERATIONS, outcomeInWords, type TaskOperation, type TaskOperationName } from './task-operations.ts';
import { nextWaiting } from './waiting-list.ts';

/** Tasks of one transaction of an action on everything that matches. */
const BATCH_TASKS = 500;

/** How long one round of it takes, about; the page asks for the next one, and shows how far it is. */
const ROUND_MILLISECONDS = 2_000;

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
 * The latter does it to whatever matched when it was asked first, in rounds: it answers where the next one goes on.
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
    response.json(await doRound(context, readAsked(request), request));
  });
  return router;
}

async function doRound(context: AppContext, asked: Asked, request: Request): Promise<MatchingRound> {
  const { database } = context.platform;
  const { list, name, operation, sent } = asked;
  const actor = signedIn(request);
  const until = asMoment(asText(sent['until'])) ?? new Date().toISOString();
  const filter = beforeMoment(readFilter(Object(sent['filter'])), until);
  const queue = filter.queue ?? context.platform.settingsOf(queueSettings).queueName;
  const deadline = performance.now() + ROUND_MILLISECONDS;
  let place = asPlace(asText(sent['place']));
  let [done, skipped] = [0, 0];
  do {
    const batch = await nextBatch(context, list, filter, queue, place);
    if (batch.ids.length > 0) {
      const { count } = await audited(
        database,
        { actor, action: name, resource: list, recordIds: batch.ids },
        (transaction) => operation(batch.ids, { context, transaction, username: actor.username, queue }),
        (those) => ({ detail: `${those.count} of all that match ${filterInWords(filter)}` }),
      );
      done += count;
      skipped += batch.ids.length - count;
    }
    place = batch.end;
  } while (place && performance.now() < deadline);
  return { done, skipped, next: place ? { place: placeText(place), until } : null };
}

/** What has come since is not what was counted and confirmed; and what fails again must not be sent back for ever. */
function beforeMoment(filter: TaskFilter, until: string): TaskFilter {
  return filter.to !== undefined && Date.parse(filter.to) < Date.parse(until)
    ? filter
    : { ...filter, to: until };
}

async function nextBatch(
  { platform: { database } }: AppContext,
  list: TaskList,
  filter: TaskFilter,
  queue: string,
  after: Place | undefined,
): Promise<{ readonly ids: readonly string[]; readonly end: Place | undefined }> {
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
