import type { Request, Response } from 'express';

/** Says that something cannot be done, and why: as JSON to the pages' own calls, else as text. */
export function refuse(
  request: Pick<Request, 'path' | 'baseUrl'>,
  response: Response,
  status: number,
  message: string,
): void {
  response.status(status);
  if (/^(?:\/admin)?\/api\//i.test(`${request.baseUrl}${request.path}`)) response.json({ detail: message });
  else response.type('text').send(message);
}
