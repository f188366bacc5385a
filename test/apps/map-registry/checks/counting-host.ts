import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import sharp from 'sharp';

/** A map server at a loopback address of its own, which counts the connections that are open to it. */
export interface CountingHost {
  readonly address: string;
  /** No slash at the end. */
  readonly url: string;
  readonly requestCount: number;
  /** The most connections that were open at a time. */
  readonly mostConnections: number;
  /** From now on, it takes requests and does not reply; or it does again. */
  hang(isHanging: boolean): void;
  close(): Promise<void>;
}

/** Starts a host that sends a picture for every request. @param number from 1 to 250; each is another address. */
export async function startCountingHost(
  number: number,
  { replyMilliseconds = 0 } = {},
): Promise<CountingHost> {
  const picture = await sharp({
    create: { width: 50, height: 25, channels: 3, background: '#3070b0' },
  })
    .png()
    .toBuffer();
  const counts = { open: 0, most: 0, requests: 0 };
  let isHanging = false;
  const reply = async (_request: IncomingMessage, response: ServerResponse) => {
    counts.requests += 1;
    if (isHanging) return;
    if (replyMilliseconds > 0) await sleep(replyMilliseconds);
    response.writeHead(200, { 'content-type': 'image/png' }).end(picture);
  };
  const server = createServer((request, response) => void reply(request, response));
  server.on('connection', (socket) => {
    let isClosed = false;
    let isCounted = false;
    const close = () => {
      if (isCounted && !isClosed) counts.open -= 1;
      isClosed = true;
    };
    // When the other side closes it; this side may notice later that it is gone.
    socket.once('end', close).once('close', close);
    // Connections that were closed before this one was opened are heard of in the same turn, perhaps behind it.
    setImmediate(() => {
      if (isClosed) return;
      isCounted = true;
      counts.open += 1;
      counts.most = Math.max(counts.most, counts.open);
    });
  });
  const address = `127.0.0.${number}`;
  await new Promise<void>((resolve, reject) =>
    server.once('error', reject).listen(0, address, () => resolve()),
  );
  const bound = server.address();
  const port = bound !== null && typeof bound === 'object' ? bound.port : 0;
  return {
    address,
    url: `http://${address}:${port}`,
    get requestCount() {
      return counts.requests;
    },
    get mostConnections() {
      return counts.most;
    },
    hang(hangs) {
      isHanging = hangs;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
