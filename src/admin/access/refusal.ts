import type { Request, Response } from 'express';

/** Answers that something cannot be done, and why: as JSON with a notice to AdminJS's calls, else as text. */
export function refuse(
  request: Pick<Request, 'path'>,
  response: Response,
  status: number,
  message: string,
): void {
  response.status(status);
  if (/^\/api\//i.test(request.path)) response.json({ detail: message, notice: { message, type: 'error' } });
  else response.type('text').send(message);
}
