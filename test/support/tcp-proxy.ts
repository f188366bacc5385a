import type { AddressInfo } from 'node:net';
import { connect, createServer, type Socket } from 'node:net';

/** Stands between a process of ours and a server, as the network does, and fails as the network does. */
export interface TcpProxy {
  readonly port: number;
  /** From now on swallows, unsaid, whatever the connections that are open carry; new ones work. */
  swallowOpenConnections(): void;
  /** Cuts, once, the connection on which the server answers with a text, and swallows that. Resolves when it has. */
  cutBeforeAnswer(text: string): Promise<void>;
  close(): Promise<void>;
}

/** Starts a proxy to a server on this machine; on a free port where none is given. */
export async function startTcpProxy(targetPort: number, port = 0): Promise<TcpProxy> {
  const pairs = new Set<{ client: Socket; server: Socket; swallows: boolean }>();
  let cut: { text: string; done: () => void } | undefined;

  const proxy = createServer((client) => {
    const server = connect(targetPort, '127.0.0.1');
    const pair = { client, server, swallows: false };
    pairs.add(pair);
    client.on('data', (data) => {
      if (pair.swallows) return;
      server.write(data);
    });
    server.on('data', (data) => {
      if (cut && data.toString('latin1').includes(cut.text)) {
        pair.swallows = true;
        client.destroy();
        cut.done();
        cut = undefined;
      }
      if (!pair.swallows) client.write(data);
    });
    for (const [side, other] of [
      [client, server],
      [server, client],
    ] as const) {
      side.on('error', () => undefined);
      side.on('close', () => {
        if (!pair.swallows || side === client) other.destroy();
        pairs.delete(pair);
      });
    }
  });
  const { promise: listening, resolve } = Promise.withResolvers<void>();
  proxy.listen(port, '127.0.0.1', resolve);
  await listening;
  return {
    port: (proxy.address() as AddressInfo).port,
    swallowOpenConnections() {
      for (const pair of pairs) pair.swallows = true;
    },
    cutBeforeAnswer(text) {
      const { promise, resolve: done } = Promise.withResolvers<void>();
      cut = { text, done };
      return promise;
    },
    async close() {
      const closed = new Promise((done) => proxy.close(done));
      for (const { client, server } of pairs) {
        client.destroy();
        server.destroy();
      }
      await closed;
    },
  };
}
