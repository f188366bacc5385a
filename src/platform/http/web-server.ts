import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** A port cannot be listened on; the message names it, and says what to do. */
export class ListenError extends Error {
  override readonly name = 'ListenError';
}

/** A server that listens. */
export interface WebServer {
  readonly port: number;
  /**
   * Takes no more connections, and waits until all responses are sent; those that are not after so long are cut
   * off. Returns how many connections were.
   */
  stop(graceMilliseconds: number): Promise<number>;
}

/**
 * How long an idle connection is kept: longer than load balancers do (60 seconds with Amazon's), as one that we
 * close first may get a request at that very moment.
 */
const KEEP_ALIVE_MILLISECONDS = 65_000;

/** How often a stopping server looks for connections whose last response has been sent. */
const IDLE_CHECK_MILLISECONDS = 50;

/**
 * Listens for requests.
 *
 * @param port 0 for a free one.
 * @param address the IP address to listen on; all of the machine where it is left out.
 * @throws {ListenError}
 */
export async function listen(listener: RequestListener, port: number, address?: string): Promise<WebServer> {
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MILLISECONDS }, listener);
  const unanswered = new Set<ServerResponse>();
  server.on('request', (_request, response) => {
    unanswered.add(response);
    response.once('close', () => unanswered.delete(response));
  });
  const { promise: listening, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', (error) => reject(explain(error, port)));
  server.listen({ port, ...(address === undefined ? {} : { host: address }) }, resolve);
  await listening;
  const { port: actualPort } = server.address() as AddressInfo;
  return { port: actualPort, stop: (graceMilliseconds) => stop(server, unanswered, graceMilliseconds) };
}

async function stop(
  server: Server,
  unanswered: ReadonlySet<ServerResponse>,
  graceMilliseconds: number,
): Promise<number> {
  const closed = new Promise<'closed'>((resolve) => server.close(() => resolve('closed')));
  // A stream of events is never done; its listener connects again, to another process.
  for (const response of unanswered) if (isEventStream(response)) response.end();
  // A connection that was busy when the server closed is kept open after its response.
  const idleCheck = setInterval(() => server.closeIdleConnections(), IDLE_CHECK_MILLISECONDS);
  const noMore = new AbortController();
  const outcome = await Promise.race([closed, sleep(graceMilliseconds, 'late', { signal: noMore.signal })]);
  clearInterval(idleCheck);
  noMore.abort();
  if (outcome === 'closed') return 0;
  const remaining = await new Promise<number>((resolve) =>
    server.getConnections((_error, count) => resolve(count)),
  );
  server.closeAllConnections();
  await closed;
  return remaining;
}

function isEventStream(response: ServerResponse): boolean {
  return String(response.getHeader('content-type')).startsWith('text/event-stream');
}

function explain(error: Error, port: number): ListenError {
  const code = 'code' in error ? error.code : undefined;
  const reason =
    code === 'EADDRINUSE'
      ? 'another program listens there. Stop it, or set PORT to another port'
      : code === 'EACCES'
        ? 'this account may not. Set PORT to one above 1023'
        : error.message;
  return new ListenError(`Port ${port} cannot be listened on: ${reason}`, { cause: error });
}
