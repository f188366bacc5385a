import { createServer, type IncomingMessage, request as send } from 'node:http';
import { type AddressInfo, connect } from 'node:net';

/** A proxy for HTTP, as institutions have one between their machines and the internet. */
export interface HttpProxy {
  readonly url: string;
  /** What came through it: `GET http://host/path`, `CONNECT host:443`. */
  readonly requests: readonly string[];
  /** The `Proxy-Authorization` of each request. */
  readonly authorizations: readonly (string | undefined)[];
  close(): Promise<void>;
}

/**
 * Starts a proxy that forwards `http:` requests, and opens tunnels to port 443 alone, as many do.
 *
 * @param places where hosts are: ports of this machine, by `host:port`. Any other host is a 502.
 */
export async function startHttpProxy(places: Readonly<Record<string, number>>): Promise<HttpProxy> {
  const requests: string[] = [];
  const authorizations: (string | undefined)[] = [];
  const note = ({ method, url, headers }: IncomingMessage) => {
    requests.push(`${method} ${url}`);
    authorizations.push(headers['proxy-authorization']);
  };
  const server = createServer((request, response) => {
    note(request);
    const url = new URL(request.url ?? '', 'http://relative.invalid');
    const port = places[`${url.hostname}:${url.port || '80'}`];
    if (port === undefined) return void response.writeHead(502).end('no such host');
    const { method, headers } = request;
    const forwarded = send({
      host: '127.0.0.1',
      port,
      method,
      headers,
      path: `${url.pathname}${url.search}`,
    });
    forwarded.on('response', (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    forwarded.on('error', () => response.destroy());
    request.pipe(forwarded);
  });
  server.on('connect', (request, socket, head) => {
    note(request);
    const port = request.url?.endsWith(':443') ? places[request.url] : undefined;
    if (port === undefined) return void socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
    const target = connect(port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      target.write(head);
      target.pipe(socket).pipe(target);
    });
    for (const side of [target, socket]) side.on('error', () => target.destroy());
  });
  const { promise: listening, resolve } = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', resolve);
  await listening;
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    authorizations,
    async close() {
      const closed = new Promise((done) => server.close(done));
      server.closeAllConnections();
      await closed;
    },
  };
}
