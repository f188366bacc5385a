import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import type { RedisClient, RedisServerParts } from './commands/command.ts';
import { errorReply, runRequest } from './commands/index.ts';
import { pushGroups } from './commands/list-commands.ts';
import { ErrorReply, encodeReply, type Reply } from './reply.ts';
import { CLIENT_LIMITS, RedisProtocolError, RequestParser } from './request-parser.ts';

/** How long a client may be connected before it gives the password. */
const STRANGER_MILLISECONDS = 10_000;

/** Requests that are read ahead of those that are run. */
const MOST_READ_AHEAD = 2_000;

/** Pushes that share a transaction. */
const MOST_GROUPED_REQUESTS = 1_000;

/** One client: runs its requests one after another, and replies in their order. */
export class RedisConnection {
  readonly client: RedisClient;
  readonly #parts: RedisServerParts;
  readonly #socket: Socket;
  readonly #parser = new RequestParser();
  readonly #requests: (readonly string[])[] = [];
  readonly #gone = new AbortController();
  #protocolError: RedisProtocolError | undefined;
  #running: Promise<void> | undefined;

  constructor(parts: RedisServerParts, socket: Socket, id: number) {
    this.#parts = parts;
    this.#socket = socket;
    this.client = {
      id,
      leaseId: randomUUID(),
      address: `${socket.remoteAddress}:${socket.remotePort}`,
      name: '',
      version: 2,
      isAuthenticated: !parts.settings.redis.password,
      wrongPasswordCount: 0,
      isLeaving: false,
      transaction: undefined,
      signal: this.#gone.signal,
    };
  }

  /** Serves the client until it is gone, and what it has asked for is done. */
  async serve(): Promise<void> {
    const socket = this.#socket;
    // A client that resets the connection is gone like any other.
    socket.on('error', () => undefined);
    const patience = setTimeout(() => {
      if (!this.client.isAuthenticated) socket.destroy();
    }, STRANGER_MILLISECONDS);
    socket.on('data', (chunk) => this.#read(chunk));
    await new Promise<void>((resolve) => socket.once('close', () => resolve()));
    clearTimeout(patience);
    this.#gone.abort();
    await this.#running;
  }

  /** Ends the connection. */
  close(): void {
    this.#socket.destroy();
  }

  #read(chunk: Buffer): void {
    if (this.#protocolError || this.client.isLeaving) return;
    try {
      this.#parser.limits = this.client.isAuthenticated ? CLIENT_LIMITS : this.#parser.limits;
      for (const request of this.#parser.read(chunk)) this.#requests.push(request);
    } catch (error) {
      if (!(error instanceof RedisProtocolError)) throw error;
      this.#protocolError = error;
    }
    if (this.#requests.length > MOST_READ_AHEAD) this.#socket.pause();
    if (this.#requests.length > 0 || this.#protocolError) {
      this.#running ??= this.#run().finally(() => {
        this.#running = undefined;
      });
    }
  }

  async #run(): Promise<void> {
    while (this.#requests.length > 0 && !this.#gone.signal.aborted && !this.client.isLeaving) {
      const replies = await this.#runNext();
      if (this.#requests.length <= MOST_READ_AHEAD) this.#socket.resume();
      await this.#write(replies);
    }
    if (this.#protocolError) {
      await this.#write([new ErrorReply(`ERR Protocol error: ${this.#protocolError.message}`)]);
    }
    if (this.#protocolError || this.client.isLeaving) this.#socket.end(() => this.#socket.destroy());
  }

  async #write(replies: readonly Reply[]): Promise<void> {
    const { signal } = this.#gone;
    if (signal.aborted) return;
    const text = replies.map((reply) => encodeReply(reply, this.client.version)).join('');
    if (!this.#socket.write(text)) await once(this.#socket, 'drain', { signal }).catch(() => undefined);
  }

  /** Runs the next request, or all pushes to the same list that come next. */
  async #runNext(): Promise<readonly Reply[]> {
    const pushes = this.#pushesInFront();
    if (pushes.length < 2) return [await runRequest(this.#parts, this.client, this.#requests.shift() ?? [])];
    const [[name = '', key = ''] = []] = pushes;
    const context = { ...this.#parts, client: this.client, transaction: undefined };
    try {
      const replies = await pushGroups(
        context,
        name.toUpperCase(),
        key,
        pushes.map((request) => request.slice(2)),
      );
      this.#requests.splice(0, pushes.length);
      return replies;
    } catch (error) {
      // One of them may be at fault; each gets a reply of its own.
      if (!(error instanceof Error) || error.name !== 'RedisCommandError') {
        this.#requests.splice(0, pushes.length);
        const reply = errorReply(this.#parts, error);
        return pushes.map(() => reply);
      }
      const replies: Reply[] = [];
      for (const request of this.#requests.splice(0, pushes.length)) {
        replies.push(await runRequest(this.#parts, this.client, request));
      }
      return replies;
    }
  }

  #pushesInFront(): readonly (readonly string[])[] {
    const { isAuthenticated, transaction } = this.client;
    const [first] = this.#requests;
    const name = first?.[0]?.toUpperCase();
    if (!isAuthenticated || transaction || (name !== 'LPUSH' && name !== 'RPUSH')) return [];
    const end = this.#requests.findIndex(
      (request) => request[0]?.toUpperCase() !== name || request[1] !== first?.[1] || request.length < 3,
    );
    const count = end === -1 ? this.#requests.length : end;
    return this.#requests.slice(0, Math.min(count, MOST_GROUPED_REQUESTS));
  }
}
