import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';

/** An envelope of Sentry's protocol: a line of headers, then for each item a line of headers and its payload. */
export interface ReceivedEnvelope {
  readonly path: string;
  readonly key: string | null;
  readonly headers: Record<string, unknown>;
  readonly items: readonly { readonly headers: Record<string, unknown>; readonly payload: unknown }[];
}

/** As much of Sentry as error reports need: it takes envelopes at `/api/{project}/envelope/`. */
export interface SentryReceiver {
  readonly dsn: string;
  /** What was taken so far. */
  readonly envelopes: readonly ReceivedEnvelope[];
  /** Requests so far, also those that were not answered well. */
  readonly requestCount: number;
  /** From now on it answers so. */
  answer(status: number, headers?: Record<string, string>): void;
  /** From now on it does not answer. */
  fallSilent(): void;
  stop(): Promise<void>;
}

/** Starts a receiver on a free port of this machine. */
export async function startSentryReceiver(): Promise<SentryReceiver> {
  const envelopes: ReceivedEnvelope[] = [];
  let requestCount = 0;
  let status = 200;
  let answerHeaders: Record<string, string> = {};
  let isSilent = false;
  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    const body = await text(request);
    requestCount += 1;
    if (isSilent) return;
    const url = new URL(request.url ?? '/', 'http://localhost');
    if (status === 200) {
      const [first = '', ...rest] = body.split('\n');
      envelopes.push({
        path: url.pathname,
        key: url.searchParams.get('sentry_key'),
        headers: JSON.parse(first),
        items: pairs(rest).map(([headers, payload]) => ({
          headers: JSON.parse(headers),
          payload: JSON.parse(payload),
        })),
      });
    }
    response.writeHead(status, { 'content-type': 'application/json', ...answerHeaders }).end('{}');
  };
  const server = createServer((request, response) => void serve(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The receiver does not listen');
  return {
    dsn: `http://aPublicKey@127.0.0.1:${address.port}/42`,
    envelopes,
    get requestCount() {
      return requestCount;
    },
    answer(newStatus, headers = {}) {
      status = newStatus;
      answerHeaders = headers;
    },
    fallSilent() {
      isSilent = true;
    },
    async stop() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function pairs(lines: readonly string[]): [string, string][] {
  const found: [string, string][] = [];
  for (let index = 0; index + 1 < lines.length; index += 2) {
    found.push([lines[index] ?? '', lines[index + 1] ?? '']);
  }
  return found;
}
