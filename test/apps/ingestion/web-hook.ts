import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ReplyBody } from './reply-body.ts';

/** A request that a web-hook has received. */
export interface ReceivedRequest {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  readonly body: ReplyBody;
}

/** A web-hook of a test's own on this machine. */
export interface WebHook {
  readonly url: string;
  readonly received: ReceivedRequest[];
  /** The status of the responses from now on. */
  status: number;
  /** Whether requests get no response from now on. */
  isSilent: boolean;
  /** The text of the responses from now on. */
  responseText: string;
  stop(): Promise<void>;
}

/** Starts a web-hook, which responds with 200 at first. */
export async function startWebHook(): Promise<WebHook> {
  const received: ReceivedRequest[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const text = Buffer.concat(chunks).toString();
    const body = text === '' ? undefined : JSON.parse(text);
    received.push({ path: request.url ?? '', headers: request.headers, text, body });
    if (!hook.isSilent) response.writeHead(hook.status).end(hook.responseText);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const hook: WebHook = {
    url: `http://127.0.0.1:${port}`,
    received,
    status: 200,
    isSilent: false,
    responseText: '',
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
  return hook;
}
