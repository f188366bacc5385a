import type { NextFunction, Request, Response } from 'express';

/** A field of a request cannot be used. The reply is 400 and `{"field": ["reason"]}`, as the original registry has it. */
export class FieldError extends Error {
  override readonly name = 'FieldError';
  readonly field: string;

  /** @param reason a sentence. */
  constructor(field: string, reason: string) {
    super(reason);
    this.field = field;
  }
}

/** Replies to a {@link FieldError}; comes after the routes of a router. */
export function replyToFieldError(
  error: unknown,
  _request: Request,
  response: Response,
  next: NextFunction,
): void {
  if (error instanceof FieldError && !response.headersSent) {
    response.status(400).json({ [error.field]: [error.message] });
  } else {
    next(error);
  }
}
