import { createHash } from 'node:crypto';
import type { Request, Response } from 'express';
import type { OwsReply } from './ows-service.ts';
import { countUnsentReply } from './unsent-replies.ts';

/** Sends a reply, or 304 if the client has it. @throws {OgcError} 503: too much of other replies is not read yet. */
export function sendReply(request: Request, response: Response, reply: OwsReply): void {
  const { status = 200, contentType, headers = {}, keepSeconds } = reply;
  const body = typeof reply.body === 'string' ? Buffer.from(reply.body) : reply.body;
  countUnsentReply(response, body.length);
  // Express would add a charset to JSON.
  response.status(status).set(headers).setHeader('Content-Type', contentType);
  if (keepSeconds === undefined) {
    response.set('Cache-Control', 'no-store').send(body);
    return;
  }
  response.set('Cache-Control', keepSeconds > 0 ? `public, max-age=${keepSeconds}` : 'no-cache');
  response.set('ETag', `"${createHash('sha256').update(body).digest('base64url').slice(0, 27)}"`);
  if (request.fresh) response.status(304).end();
  else response.send(body);
}
