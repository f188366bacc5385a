import type { ErrorRequestHandler } from 'express';

/** A request cannot be carried out; the message is for the operator. */
export class ActionRefusedError extends Error {
  override readonly name = 'ActionRefusedError';
  /** Of the answer. */
  readonly status: number;

  constructor(message: string, status: 400 | 404 | 409) {
    super(message);
    this.status = status;
  }
}

/** Answers with what an {@link ActionRefusedError} says. */
export const answerRefusal: ErrorRequestHandler = (error: unknown, _request, response, next) => {
  if (error instanceof ActionRefusedError) response.status(error.status).json({ detail: error.message });
  else next(error);
};
