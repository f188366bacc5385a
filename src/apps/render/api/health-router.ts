import { type RequestHandler, Router } from 'express';
import type { AppContext } from '../../../app-kit/app-context.ts';
import { refuseOtherMethods } from '../../../platform/http/allowed-methods.ts';
import { readVersion } from '../../../platform/version.ts';
import { liveEngines } from '../../../queue/index.ts';

/** The paths of the health and the version, as the original service has them. */
export const HEALTH_PATHS = ['/_ah/health', '/version'] as const;

/** Says whether something renders, and which version it is. */
export function createHealthRouter({ platform, queue }: AppContext): Router {
  const health: RequestHandler = async (_request, response) => {
    const engines = await liveEngines(platform.database).catch((error: unknown) => {
      platform.logger.warn({ err: error }, 'the engines cannot be read');
      return [];
    });
    const renders = engines.some(
      (engine) => engine.queue === queue.queueName && engine.condition !== 'silent' && !engine.distrustsKey,
    );
    response
      .status(renders ? 200 : 500)
      .set('Cache-Control', 'no-store')
      .end();
  };
  const router = Router({ caseSensitive: true });
  router.route('/_ah/health').get(health).all(refuseOtherMethods('GET', 'HEAD'));
  router
    .route('/version')
    .get((_request, response) => void response.type('text/plain').send(readVersion()))
    .all(refuseOtherMethods('GET', 'HEAD'));
  return router;
}
