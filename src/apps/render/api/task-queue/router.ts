import { type NextFunction, type Request, type Response, Router } from 'express';
import type { AppContext } from '../../../../app-kit/app-context.ts';
import { refuseOtherMethods } from '../../../../platform/http/allowed-methods.ts';
import { readJson } from '../../../../platform/http/json-body.ts';
import { renderSettings } from '../../settings.ts';
import { API, discoveryDocument } from './discovery.ts';
import { sendError } from './presentation.ts';
import { TaskQueueCalls } from './task-queue-calls.ts';
import { TaskQueueError } from './task-queue-error.ts';
import { requireToken } from './tokens.ts';

/** The paths of the pull queues and of their discovery document. */
export const TASK_QUEUE_PATHS = [`/${API.name}/${API.version}`, `/api/${API.name}`] as const;

const QUEUE = `/${API.name}/${API.version}/projects/:project/taskqueues/:queue` as const;

/** What a body may have beside the payload of its task. */
const BODY_ALLOWANCE_BYTES = 64 * 1_024;

/** The pull queues over HTTP: the Task Queue REST API v1beta2. */
export function createTaskQueueRouter(context: AppContext): Router {
  const { platform } = context;
  const { pullQueues } = platform.settingsOf(renderSettings);
  const calls = new TaskQueueCalls(context);
  const requireRole = requireToken(pullQueues, platform.settings.debug);
  const [producer, consumer, either] = [
    requireRole('producer'),
    requireRole('consumer'),
    requireRole('producer', 'consumer'),
  ];
  const readBody = readJson({
    mediaTypes: ['*/*'],
    limitBytes: pullQueues.maximumTaskBytes + BODY_ALLOWANCE_BYTES,
  });
  const router = Router({ caseSensitive: true });

  router.route(`/api/${API.name}/:version`).get(sendDiscovery).all(refuseOtherMethods('GET', 'HEAD'));

  router
    .route(QUEUE)
    .get(either, (request, response) => calls.getQueue(request, response))
    .post((_request, response) => void response.status(404).end())
    .all(refuseOtherMethods('GET', 'HEAD'));

  router
    .route(`${QUEUE}/tasks` as const)
    .get(consumer, (request, response) => calls.list(request, response))
    .post(producer, readBody, (request, response) => calls.insert(request, response))
    .all(refuseOtherMethods('GET', 'HEAD', 'POST'));

  // A task of this name has the other methods of the next route.
  router
    .route(`${QUEUE}/tasks/lease` as const)
    .post(consumer, (request, response) => calls.lease(request, response));

  router
    .route(`${QUEUE}/tasks/:task` as const)
    .get(consumer, (request, response) => calls.getTask(request, response))
    .post(consumer, readBody, (request, response) => calls.update(request, response))
    .patch(consumer, readBody, (request, response) => calls.patch(request, response))
    .delete(consumer, (request, response) => calls.delete(request, response))
    .all(refuseOtherMethods('GET', 'HEAD', 'POST', 'PATCH', 'DELETE'));

  // Express knows an error handler by its four parameters.
  router.use((error: unknown, _request: Request, response: Response, next: NextFunction): void => {
    const fault = faultOf(error);
    if (!fault || response.headersSent) next(error);
    else sendError(response, fault.status, fault.message, pullQueues.compatibility === 'strict');
  });
  return router;
}

function sendDiscovery(request: Request<{ version: string }>, response: Response): void {
  const { version } = request.params;
  if (version !== API.version) {
    const shown = version.slice(0, 100);
    throw new TaskQueueError(404, `API does not exist for ${API.name} version ${shown}.`);
  }
  response.set('Cache-Control', 'no-store').json(discoveryDocument(rootUrlOf(request)));
}

/** The address under which the client reaches the service, whichever that is. */
function rootUrlOf(request: Pick<Request, 'protocol' | 'host'>): string {
  return `${request.protocol}://${request.host}/`;
}

/** Faults of a request; everything else is a fault of ours. */
function faultOf(error: unknown): { readonly status: number; readonly message: string } | undefined {
  if (!(error instanceof Error) || !('status' in error) || typeof error.status !== 'number') return undefined;
  return error.status >= 400 && error.status < 500
    ? { status: error.status, message: error.message }
    : undefined;
}
