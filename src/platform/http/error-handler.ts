import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { errorMessage } from '../error-message.ts';
import { requestLogger } from './request-log.ts';

/** What an error of Express or of body-parser says of the request that caused it. */
interface RequestFault {
  readonly status: number;
  readonly message: string;
}

/** Responds to what no route knows. */
export const answerNotFound: RequestHandler = (_request, response) => {
  response.status(404).json({ detail: 'Not found.' });
};

/**
 * Makes the last handler: the caller gets faults of its request with their status; everything else is logged, and
 * the response is 500.
 *
 * @param isDetailed whether a 500 says what went wrong, with its stack.
 */
export function createErrorHandler(isDetailed: boolean) {
  // Express knows an error handler by its four parameters.
  return (error: unknown, request: Request, response: Response, next: NextFunction): void => {
    const logger = requestLogger(request);
    // A request that was broken off gets no response, and that is no fault of ours.
    if (isRequestFault(error) || response.destroyed) {
      logger.debug({ err: error }, 'request refused');
    } else {
      logger.error({ err: error }, 'request failed');
    }
    // A response that has begun can only be cut off; Express does that.
    if (response.headersSent) {
      next(error);
    } else if (isRequestFault(error)) {
      response.status(error.status).json({ detail: error.message });
    } else {
      const stack = isDetailed && error instanceof Error ? error.stack?.split('\n') : undefined;
      const detail = isDetailed ? errorMessage(error) : 'The server could not answer; its log says why.';
      response.status(500).json({ detail, ...(stack ? { stack } : {}) });
    }
  };
}

function isRequestFault(error: unknown): error is RequestFault {
  return (
    error instanceof Error && 'status' in error && typeof error.status === 'number' && error.status >= 400
  );
}
