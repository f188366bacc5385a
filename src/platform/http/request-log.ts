import { randomUUID } from 'node:crypto';
import type { Request, RequestHandler } from 'express';
import type { Logger } from '../logging.ts';

/** An id of a caller's or a proxy's own that can stand in a log and in a header as it is. */
const SANE_ID = /^[\w.:/=+-]{1,128}$/;

const loggers = new WeakMap<Request, Logger>();

/** The logger of a request: its lines carry the request's id. */
export function requestLogger(request: Request): Logger {
  const logger = loggers.get(request);
  if (!logger) throw new Error('The middleware of createRequestLog has to come before requestLogger');
  return logger;
}

/**
 * Gives each request an id, the caller's own if `X-Request-Id` has a valid one, and names it in the response.
 * Writes one line for each request when its response is sent, or broken off: neither with headers nor with a query,
 * which may hold credentials.
 *
 * @param quietPaths paths of probes, whose good responses are logged on level `debug`.
 */
export function createRequestLog(logger: Logger, quietPaths: readonly string[]): RequestHandler {
  return (request, response, next) => {
    const started = performance.now();
    const givenId = request.get('x-request-id');
    const requestId = givenId !== undefined && SANE_ID.test(givenId) ? givenId : randomUUID();
    const ownLogger = logger.child({ requestId });
    const { method, path } = request;
    loggers.set(request, ownLogger);
    response.set('X-Request-Id', requestId);
    response.once('close', () => {
      const { statusCode: status } = response;
      const durationMilliseconds = Math.round(performance.now() - started);
      const event = { method, path, status, durationMilliseconds };
      if (!response.writableFinished) ownLogger.info(event, 'request broken off');
      else if (status < 400 && quietPaths.includes(path)) ownLogger.debug(event, 'request');
      else ownLogger.info(event, 'request');
    });
    next();
  };
}
