import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import RedisParser from 'redis-parser';

/** What a {@link RedisServer} is told at its start. */
export interface RedisServerOptions {
  /** A port; otherwise a free one. */
  readonly port?: number;
  /** Clients have to give it with `HELLO`. */
  readonly password?: string;
}

/**
 * As much of Redis as a cache needs, over real TCP in its real protocol (RESP 3), as the registry has no Redis
 * that runs without being installed. It can also fall silent.
 */
export class RedisServer {
  readonly #server: Server;
  readonly #password: string | undefined;
  readonly #sockets = new Set<Socket>();
  readonly #values = new Map<string, { readonly text: string; readonly expiresMilliseconds: number }>();
  #isSilent = false;

  private constructor(password: string | undefined) {
    this.#password = password;
    this.#server = createServer((socket) => this.#serve(socket));
  }

  /** Starts a server that has nothing stored. */
  static async start({ port = 0, password }: RedisServerOptions = {}): Promise<RedisServer> {
    const server = new RedisServer(password);
    server.#server.listen(port, '127.0.0.1');
    await once(server.#server, 'listening');
    return server;
  }

  get port(): number {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('The Redis server is not listening');
    return address.port;
  }

  get url(): string {
    const credentials = this.#password === undefined ? '' : `:${encodeURIComponent(this.#password)}@`;
    return `redis://${credentials}127.0.0.1:${this.port}/0`;
  }

  /** The keys that are stored. */
  get keys(): readonly string[] {
    return [...this.#values.keys()];
  }

  /** Clients that are connected. */
  get connectionCount(): number {
    return this.#sockets.size;
  }

  /** Puts a value there behind the clients' backs. */
  store(key: string, text: string): void {
    this.#values.set(key, { text, expiresMilliseconds: Number.POSITIVE_INFINITY });
  }

  /** From now on commands are read, and not answered. */
  fallSilent(): void {
    this.#isSilent = true;
  }

  /** Answers again what comes in from now on. */
  speak(): void {
    this.#isSilent = false;
  }

  /** Breaks off all connections and stops listening. */
  async stop(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  #serve(socket: Socket): void {
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
    // A client that goes away in the middle is its own affair.
    socket.on('error', () => socket.destroy());
    const parser = new RedisParser({
      returnReply: (command: string[]) => {
        if (!this.#isSilent) socket.write(this.#answer(command));
      },
      returnError: () => socket.destroy(),
    });
    socket.on('data', (bytes) => parser.execute(bytes));
  }

  #answer([name = '', ...args]: readonly string[]): string {
    const [key = '', text = ''] = args;
    switch (name.toUpperCase()) {
      case 'HELLO':
        if (this.#password !== undefined && args.at(args.indexOf('AUTH') + 2) !== this.#password) {
          return '-WRONGPASS invalid username-password pair or user is disabled.\r\n';
        }
        return '%2\r\n+server\r\n+redis\r\n+proto\r\n:3\r\n';
      case 'CLIENT':
      case 'SELECT':
        return '+OK\r\n';
      case 'PING':
        return '+PONG\r\n';
      case 'GET':
        return this.#get(key);
      case 'SET': {
        const lifetime = args[2] === 'PX' ? Number(args[3]) : Number.POSITIVE_INFINITY;
        this.#values.set(key, { text, expiresMilliseconds: performance.now() + lifetime });
        return '+OK\r\n';
      }
      case 'MGET':
        return `*${args.length}\r\n${args.map((each) => this.#get(each)).join('')}`;
      case 'DEL':
        return `:${args.filter((each) => this.#values.delete(each)).length}\r\n`;
      default:
        return `-ERR unknown command '${name}'\r\n`;
    }
  }

  #get(key: string): string {
    const value = this.#values.get(key);
    if (value === undefined || value.expiresMilliseconds <= performance.now()) return '_\r\n';
    return `$${Buffer.byteLength(value.text)}\r\n${value.text}\r\n`;
  }
}
