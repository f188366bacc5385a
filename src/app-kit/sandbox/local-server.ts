import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An HTTP server that this machine alone can reach. */
export interface LocalServer {
  /** No slash at the end. */
  readonly url: string;
  readonly port: number;
  /** Stops listening and cuts all connections. */
  close(): Promise<void>;
}

/**
 * Serves on 127.0.0.1, on a free port where `port` is 0.
 *
 * @throws what the system says where the port is taken (`EADDRINUSE`) or not allowed.
 */
export async function listenLocally(listener: RequestListener, port = 0): Promise<LocalServer> {
  const server = createServer(listener);
  const { promise: listening, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject).listen(port, '127.0.0.1', resolve);
  await listening;
  const { port: actualPort } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${actualPort}`,
    port: actualPort,
    async close() {
      const closed = new Promise((resolveClosed) => server.close(resolveClosed));
      server.closeAllConnections();
      await closed;
    },
  };
}
