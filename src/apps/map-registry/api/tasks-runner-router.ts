import { type Response, Router } from 'express';
import type { Accounts } from '../../../app-kit/accounts.ts';
import type { AppContext } from '../../../app-kit/app-context.ts';
import { refuseOtherMethods } from '../../../platform/http/allowed-methods.ts';
import { type Html, html, sendPage, wantsJson } from '../../../platform/http/page.ts';
import {
  isRegistryTask,
  REGISTRY_TASK_NAMES,
  type RegistryTaskName,
  RegistryTaskRunner,
} from '../registry-task-runner.ts';
import { FieldError, replyToFieldError } from './field-error.ts';
import { type Fields, fieldsOf, readFieldsBody, textField } from './read-fields.ts';
import { requireAccount, requireOperator } from './require-account.ts';

/** Where the tasks of the whole registry are started. */
const TASKS_RUNNER_PATH = '/registry/tasks_runner';

/** What each task does, for people. */
const DESCRIPTIONS: Readonly<Record<RegistryTaskName, string>> = {
  check_all: 'Check all services and their layers.',
  index_all: 'Note all layers for the index.',
  index_cached: 'Index the layers that are noted.',
  drop_cached: 'Forget which layers are noted for the index.',
  clear_index: 'Empty the index.',
  remove_index: 'Remove layers with open issues from the index.',
};

/** Makes the page, and the route, by which an operator starts the tasks of the whole registry. */
export function createTasksRunnerRouter(context: AppContext, accounts: Accounts): Router {
  const runner = new RegistryTaskRunner(context);
  const router = Router({ caseSensitive: true });
  router
    .route(TASKS_RUNNER_PATH)
    .get(requireAccount(accounts), async (request, response) => {
      const state = await runner.state();
      if (wantsJson(request)) response.json({ tasks: REGISTRY_TASK_NAMES, ...presentState(state) });
      else sendTasksPage(response, state);
    })
    .post(requireOperator(accounts), ...readFieldsBody, async (request, response) => {
      const fields = fieldsOf(request.body);
      const task = readTask(fields);
      const catalog = textField(fields, 'catalog', 200);
      const isKnown = await runner.run(task, catalog);
      if (!isKnown) throw new FieldError('catalog', `There is no catalogue with the slug "${catalog}".`);
      if (wantsJson(request)) response.status(202).json({ task });
      else response.redirect(303, `${TASKS_RUNNER_PATH}/`);
    })
    .all(refuseOtherMethods('GET', 'HEAD', 'POST'));
  router.use(TASKS_RUNNER_PATH, replyToFieldError);
  return router;
}

/** Reads which task is meant: `task=check_all`, or a field of that name, as a button of the original page has it. */
function readTask(fields: Fields): RegistryTaskName {
  const named = textField(fields, 'task', 100);
  if (named !== undefined) {
    if (isRegistryTask(named)) return named;
    throw new FieldError('task', `This has to be one of ${REGISTRY_TASK_NAMES.join(', ')}.`);
  }
  const [task, ...others] = REGISTRY_TASK_NAMES.filter((name) => Object.hasOwn(fields, name));
  if (task && others.length === 0) return task;
  throw new FieldError('task', `Name one of ${REGISTRY_TASK_NAMES.join(', ')}.`);
}

type RunnerState = Awaited<ReturnType<RegistryTaskRunner['state']>>;

function presentState({ cachedLayers, deletedLayers }: RunnerState): object {
  return {
    cached_layers: cachedLayers.count,
    deleted_layers: deletedLayers.count,
    is_estimated: cachedLayers.isEstimated || deletedLayers.isEstimated,
  };
}

function sendTasksPage(response: Response, { cachedLayers, deletedLayers }: RunnerState): void {
  const body = html`<h1>Tasks of the map registry</h1>
<p>${shown(cachedLayers)} layers wait to be indexed, and ${shown(deletedLayers)} to be removed from the index.</p>
<table>${REGISTRY_TASK_NAMES.map(taskRow)}</table>`;
  sendPage(response, 200, 'Tasks of the map registry', body);
}

function taskRow(name: RegistryTaskName): Html {
  return html`<tr><th><code>${name}</code></th><td>${DESCRIPTIONS[name]}</td><td><form method="post" action="${TASKS_RUNNER_PATH}/"><button name="${name}" value="1">Start</button></form></td></tr>`;
}

function shown({ count, isEstimated }: RunnerState['cachedLayers']): string {
  return isEstimated ? `about ${count}` : String(count);
}
