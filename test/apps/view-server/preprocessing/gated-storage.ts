import { type IncomingMessage, request, type ServerResponse } from 'node:http';
import { type LocalServer, listenLocally } from '../../../../src/app-kit/sandbox/local-server.ts';

/** A request to the storage that a test looks at. */
export interface StorageRequest {
  readonly method: string;
  /** With the bucket, without the query. */
  readonly path: string;
}

/** What a test does to requests that fit. */
export interface Gate {
  readonly fits: (request: StorageRequest) => boolean;
  /** `hold`: they are never answered. `pause`: they go on when the gate is opened. A number: the status that they get. */
  readonly answer: 'hold' | 'pause' | number;
}

/** Stands before an object storage, holds requests, and refuses them. */
export class GatedStorage {
  readonly url: string;
  readonly #server: LocalServer;
  readonly #gates = new Set<Gate>();
  readonly #paused = new Map<Gate, (() => void)[]>();
  readonly #reached: StorageRequest[] = [];

  private constructor(server: LocalServer) {
    this.url = server.url;
    this.#server = server;
  }

  static async start(storageUrl: string): Promise<GatedStorage> {
    const opened: { storage?: GatedStorage } = {};
    const server = await listenLocally((incoming, outgoing) =>
      opened.storage?.handle(storageUrl, incoming, outgoing),
    );
    opened.storage = new GatedStorage(server);
    return opened.storage;
  }

  /** Requests that a gate has stopped. */
  get reached(): readonly StorageRequest[] {
    return this.#reached;
  }

  /** Lets a gate work until the function that is returned is called. */
  set(gate: Gate): () => void {
    this.#gates.add(gate);
    this.#reached.length = 0;
    return () => {
      this.#gates.delete(gate);
      for (const goOn of this.#paused.get(gate) ?? []) goOn();
      this.#paused.delete(gate);
    };
  }

  close(): Promise<void> {
    return this.#server.close();
  }

  private handle(storageUrl: string, incoming: IncomingMessage, outgoing: ServerResponse): void {
    const { method = '', url = '' } = incoming;
    const described = { method, path: decodeURIComponent(url.split('?')[0] ?? '') };
    const gate = [...this.#gates].find(({ fits }) => fits(described));
    if (gate) this.#reached.push(described);
    if (gate?.answer === 'hold') return;
    if (gate?.answer === 'pause') {
      const goOn = () => this.#forward(storageUrl, incoming, outgoing);
      this.#paused.set(gate, [...(this.#paused.get(gate) ?? []), goOn]);
      return;
    }
    if (gate) {
      incoming.resume();
      const body = `<Error><Code>${gate.answer === 403 ? 'AccessDenied' : 'InternalError'}</Code><Message>by the test</Message></Error>`;
      outgoing.writeHead(Number(gate.answer), { 'content-type': 'application/xml' }).end(body);
      return;
    }
    this.#forward(storageUrl, incoming, outgoing);
  }

  #forward(storageUrl: string, incoming: IncomingMessage, outgoing: ServerResponse): void {
    const { method, url } = incoming;
    const { host, port } = new URL(storageUrl);
    const headers = { ...incoming.headers, host };
    const forwarded = request(
      { host: '127.0.0.1', port, path: url ?? '', method: method ?? '', headers },
      (response) => {
        outgoing.writeHead(response.statusCode ?? 500, response.headers);
        response.pipe(outgoing);
      },
    );
    forwarded.on('error', () => outgoing.destroy());
    incoming.pipe(forwarded);
  }
}
