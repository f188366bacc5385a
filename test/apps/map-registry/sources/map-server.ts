import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { SourceContext } from '../../../../src/apps/map-registry/sources/map-source.ts';
import { openTestClient, sourceContext } from './source-context.ts';

/** What a {@link MapServer} sends. */
export type MapServerReply =
  | { readonly body: string | Buffer; readonly status?: number; readonly headers?: Record<string, string> }
  | ((request: IncomingMessage, response: ServerResponse) => void);

/** A server that sends what a test says, and notes the requests. */
export class MapServer {
  readonly url: string;
  readonly context: SourceContext;
  /** Paths and queries. */
  readonly requests: string[] = [];
  /** Returns what is sent; `undefined` for the status 404. */
  reply: (url: URL) => MapServerReply | undefined = () => undefined;
  readonly #close: () => Promise<void>;

  private constructor(url: string, context: SourceContext, close: () => Promise<void>) {
    this.url = url;
    this.context = context;
    this.#close = close;
  }

  static async start(timeoutSeconds = 10): Promise<MapServer> {
    const server = createServer((request, response) => started.#send(request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const client = openTestClient(timeoutSeconds);
    const context = sourceContext(client);
    const { port } = server.address() as AddressInfo;
    const started = new MapServer(`http://127.0.0.1:${port}`, context, async () => {
      await client.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    });
    return started;
  }

  async close(): Promise<void> {
    await this.#close();
  }

  /** From now on each path has the file of its name among the capabilities, and nothing else is there. */
  serveFiles(files: Readonly<Record<string, string>>): void {
    this.requests.length = 0;
    this.reply = ({ pathname }) => {
      const file = files[pathname];
      return file === undefined
        ? undefined
        : { body: capabilities(file), headers: { 'content-type': 'text/xml' } };
    };
  }

  #send(request: IncomingMessage, response: ServerResponse): void {
    const path = request.url ?? '/';
    this.requests.push(path);
    const reply = this.reply(new URL(path, this.url)) ?? { status: 404, body: 'Not found' };
    if (typeof reply === 'function') reply(request, response);
    else response.writeHead(reply.status ?? 200, reply.headers).end(reply.body);
  }
}

/** Reads capabilities as a kind of server writes them. */
export function capabilities(file: string): Buffer {
  return readFileSync(new URL(`capabilities/${file}`, import.meta.url));
}
