import { createHash } from 'node:crypto';
import type { Request, Response } from 'express';
import type { OwsReply } from './ows-service.ts';

/** Sends a reply, or 304 if the client has it. */
export function sendReply(request: Request, response: Response, reply: OwsReply): void {
  const { status = 200, contentType, body, headers = {}, keepSeconds } = reply;
  response.status(status).set(headers).set('Content-Type', contentType);
  if (keepSeconds === undefined) {
    response.set('Cache-Control', 'no-store').send(body);
    return;
  }
  response.set('Cache-Control', keepSeconds > 0 ? `public, max-age=${keepSeconds}` : 'no-cache');
  response.set('ETag', `"${createHash('sha256').update(body).digest('base64url').slice(0, 27)}"`);
  if (request.fresh) response.status(304).end();
  else response.send(body);
}
