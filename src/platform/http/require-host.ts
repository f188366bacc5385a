import type { RequestHandler } from 'express';
import { HttpError } from './http-error.ts';

const NAME_OR_ADDRESS = /^(?:[a-z0-9._-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?$/i;

/**
 * Refuses requests whose header `Host` (or `X-Forwarded-Host`, of a proxy that is believed) names no host, with the status 400 (RFC 9112,
 * section 3.2): replies have addresses that begin with it. A request without one, as HTTP/1.0 allows, is taken for one to the address at
 * which it arrived.
 */
export const requireHost: RequestHandler = (request, _response, next) => {
  const { host } = request;
  if (host === undefined) {
    const { localAddress = '127.0.0.1', localPort = 80 } = request.socket;
    // A server that listens to both families sees IPv4 addresses as mapped ones.
    const address = localAddress.replace(/^::ffff:/, '');
    request.headers.host = `${address.includes(':') ? `[${address}]` : address}:${localPort}`;
  } else if (!NAME_OR_ADDRESS.test(host) || !URL.canParse(`http://${host}/`)) {
    throw new HttpError(400, 'The header Host names no host.');
  }
  next();
};
