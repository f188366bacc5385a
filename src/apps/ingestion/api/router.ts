import { type NextFunction, type Request, type Response, Router } from 'express';
import type { AppContext } from '../../../app-kit/app-context.ts';
import { refuseOtherMethods } from '../../../platform/http/allowed-methods.ts';
import { requireToken, warnWithoutToken } from '../../../platform/http/bearer-tokens.ts';
import { readJson } from '../../../platform/http/json-body.ts';
import { reportModelFaults } from '../copy/check-models.ts';
import { ingestionSettings } from '../settings.ts';
import { IngestionApiError } from './ingestion-api-error.ts';
import { IngestionCalls } from './ingestion-calls.ts';

/** The path below which the API is. */
export const INGESTION_ROOT = '/ingestion';

/** A body has a few names and suffixes. */
const LARGEST_BODY_BYTES = 64 * 1_024;

/** Makes the routes of the API. */
export function createIngestionRouter(context: AppContext): Router {
  const { platform } = context;
  const { api } = platform.settingsOf(ingestionSettings);
  warnWithoutToken(platform, api.tokens, {
    effect: 'the API of ingestion lets every caller in',
    variable: 'INGESTION_TOKENS',
  });
  // Requests need not wait for it: the databases may be away for now.
  void reportModelFaults(platform);
  const calls = new IngestionCalls(context);
  const readBody = readJson({ mediaTypes: ['*/*'], limitBytes: LARGEST_BODY_BYTES });
  const router = Router({ caseSensitive: true });

  router.use(
    INGESTION_ROOT,
    requireToken(api.tokens, (message) => new IngestionApiError(401, { message })),
  );
  router
    .route(INGESTION_ROOT)
    .get((request, response) => calls.checkHealth(request, response))
    .all(refuseOtherMethods('GET', 'HEAD'));
  router
    .route(`${INGESTION_ROOT}/task`)
    .get((_request, response) => calls.listTasks(response))
    .post(readBody, (request, response) => calls.createTask(request, response))
    .all(refuseOtherMethods('GET', 'HEAD', 'POST'));
  router
    .route(`${INGESTION_ROOT}/task/:id` as const)
    .get((request, response) => calls.getTask(request, response))
    .delete((request, response) => calls.cancelTask(request, response))
    .all(refuseOtherMethods('GET', 'HEAD', 'DELETE'));
  router
    .route(`${INGESTION_ROOT}/stat/:name` as const)
    .get((request, response) => calls.describeName(request, response))
    .all(refuseOtherMethods('GET', 'HEAD'));
  // The original server's workers reported here, and its operators freed a job that hung. Neither is needed any more.
  router
    .route(`${INGESTION_ROOT}/worker_finished`)
    .post((_request, response) => void response.json({}))
    .all(refuseOtherMethods('POST'));
  router
    .route(`${INGESTION_ROOT}/state`)
    .delete((_request, response) => void response.json({}))
    .all(refuseOtherMethods('DELETE'));

  // Express knows an error handler by its four parameters.
  router.use((error: unknown, _request: Request, response: Response, next: NextFunction): void => {
    if (error instanceof IngestionApiError && !response.headersSent) {
      response.status(error.status).json(error.body);
    } else {
      next(error);
    }
  });
  return router;
}
