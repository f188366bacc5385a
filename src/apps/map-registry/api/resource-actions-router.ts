import { type Request, type RequestHandler, type Response, Router } from 'express';
import type { Knex } from 'knex';
import type { Accounts } from '../../../app-kit/accounts.ts';
import type { AppContext } from '../../../app-kit/app-context.ts';
import { HttpError } from '../../../platform/http/http-error.ts';
import { wantsJson } from '../../../platform/http/page.ts';
import { findCatalog } from '../catalogs/stored-catalogs.ts';
import { removeLayerChecks } from '../checks/remove-checks.ts';
import { noteLayersOfServices, noteToIndex } from '../indexing/note-to-index.ts';
import type { Catalog } from '../layers/layer.ts';
import { findLayerOf, type LayerDetails } from '../layers/stored-layers.ts';
import { findService, findServiceOf, type ServiceDetails } from '../layers/stored-services.ts';
import type { RegistryTasks } from '../registry-tasks.ts';
import { registryTasksOf } from '../tasks.ts';
import { FieldError, replyToFieldError } from './field-error.ts';
import { type Fields, fieldsOf, readFieldsBody } from './read-fields.ts';
import { requireOperator } from './require-account.ts';

/** What an operator has done with a service or a layer: a form has a field of that name. */
export const RESOURCE_ACTIONS = ['check', 'remove', 'index'] as const;

/** One of {@link RESOURCE_ACTIONS}. */
export type ResourceAction = (typeof RESOURCE_ACTIONS)[number];

type Actions<Target> = Readonly<
  Record<
    ResourceAction,
    (transaction: Knex.Transaction, tasks: RegistryTasks, target: Target) => Promise<void>
  >
>;

/** `check` harvests it and checks all of its layers at once, `remove` removes their checks. */
const SERVICE_ACTIONS: Actions<ServiceDetails> = {
  check: (transaction, tasks, { id, host }) => tasks.checkServices(transaction, [{ serviceId: id, host }]),
  remove: (transaction, tasks, { id }) => tasks.removeServiceChecks(transaction, [id]),
  async index(transaction, tasks, { id }) {
    await noteLayersOfServices(transaction, [id]);
    await tasks.indexCachedLayers(transaction);
  },
};

const LAYER_ACTIONS: Actions<LayerDetails> = {
  async check(transaction, tasks, { id, serviceId }) {
    const service = await findService(transaction, serviceId);
    if (service) await tasks.checkLayers(transaction, [{ layerId: id, host: service.host }]);
  },
  remove: (transaction, _tasks, { id }) => removeLayerChecks(transaction, id),
  async index(transaction, tasks, { id, catalogId }) {
    await noteToIndex(transaction, [{ layerId: id, catalogId }], 'index');
    await tasks.indexCachedLayers(transaction);
  },
};

/** Makes the routes by which an operator has a service or a layer checked or indexed, or has its checks removed. */
export function createResourceActionsRouter(context: AppContext, accounts: Accounts): Router {
  const { platform, queue } = context;
  const { database } = platform;
  const tasks = registryTasksOf(platform, queue);
  const router = Router({ caseSensitive: true });
  const before: readonly RequestHandler[] = [requireOperator(accounts), ...readFieldsBody];

  router.post('/registry/:catalog/service/:service', ...before, async (request, response) => {
    const action = readAction(fieldsOf(request.body));
    const catalog = await readCatalog(request.params['catalog']);
    const service = known(await findServiceOf(database, catalog.id, String(request.params['service'])));
    await database.transaction((transaction) => SERVICE_ACTIONS[action](transaction, tasks, service));
    reply(request, response, action);
  });

  router.post('/registry/:catalog/layer/:layer', ...before, async (request, response) => {
    const action = readAction(fieldsOf(request.body));
    const catalog = await readCatalog(request.params['catalog']);
    const layer = known(await findLayerOf(database, catalog.id, String(request.params['layer'])));
    await database.transaction((transaction) => LAYER_ACTIONS[action](transaction, tasks, layer));
    reply(request, response, action);
  });

  router.use(replyToFieldError);
  return router;

  async function readCatalog(slug: unknown): Promise<Catalog> {
    return known(await findCatalog(database, String(slug)));
  }
}

function known<T>(found: T | undefined): T {
  if (found === undefined) throw new HttpError(404, 'There is no such service or layer in this catalogue.');
  return found;
}

/** A form has a button with the name of the action. */
function readAction(fields: Fields): ResourceAction {
  const [action, ...others] = RESOURCE_ACTIONS.filter((name) => Object.hasOwn(fields, name));
  if (action && others.length === 0) return action;
  throw new FieldError('non_field_errors', `Name one of ${RESOURCE_ACTIONS.join(', ')}.`);
}

function reply(request: Request, response: Response, action: ResourceAction): void {
  if (wantsJson(request)) response.status(202).json({ action });
  else response.redirect(303, request.originalUrl);
}
