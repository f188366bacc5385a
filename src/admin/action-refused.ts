import type { ErrorRequestHandler } from 'express';

/** A request cannot be carried out; the message is for the operator. */
export class ActionRefusedError extends Error {
  override readonly name = 'ActionRefusedError';
  /** The status of the response. */
  readonly status: number;

  constructor(message: string, status: 400 | 404 | 409) {
    super(message);
    this.status = status;
  }
}

/** Sends the status and the message of an {@link ActionRefusedError}. */
export const answerRefusal: ErrorRequestHandler = (error: unknown, _request, response, next) => {
  if (error instanceof ActionRefusedError) response.status(error.status).json({ detail: error.message });
  else next(error);
};
