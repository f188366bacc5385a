import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { OpenListener } from '../../../src/app-kit/app-listener.ts';
import { openApplication } from '../../../src/application.ts';
import { readInstallation } from '../../../src/installation.ts';
import { openPlatform, type Platform } from '../../../src/platform/platform.ts';
import { createTestDatabase } from '../../support/database.ts';

/** The view server, as Redis clients reach it, in this process, with a database of a test's own. */
export class RedisService {
  readonly platform: Platform;
  readonly port: number;
  readonly #stop: () => Promise<void>;

  private constructor(platform: Platform, { port }: OpenListener, stop: () => Promise<void>) {
    this.platform = platform;
    this.port = port;
    this.#stop = stop;
  }

  static async start(differing: NodeJS.ProcessEnv = {}): Promise<RedisService> {
    const test = await createTestDatabase();
    const { apps, settings } = readInstallation({
      INSTALLED_APPS: 'view-server',
      DATABASE_URL: test.url,
      DJANGO_SECRET_KEY: 'the secret key of a test, fifty characters long ok',
      LOG_LEVEL: 'silent',
      REDIS_LISTEN: '127.0.0.1:0',
      ...differing,
    });
    const platform = openPlatform(settings, { processName: 'test', maximumConnections: 10 });
    const { openListeners, close } = await openApplication(apps, platform);
    const listener = (await openListeners()).get('view-server');
    if (!listener) throw new Error('The view server does not listen');
    return new RedisService(platform, listener, async () => {
      await listener.close();
      await close();
      await platform.close();
      await test.drop();
    });
  }

  /** Stops everything, and drops the database. */
  stop(): Promise<void> {
    return this.#stop();
  }

  /** Opens a connection that speaks the protocol by hand. */
  async connect(): Promise<RawConnection> {
    const socket = connect(this.port, '127.0.0.1');
    await once(socket, 'connect');
    return new RawConnection(socket);
  }
}

/** A connection whose bytes a test writes and reads. */
export class RawConnection {
  readonly socket: Socket;
  /** Resolves when the connection is closed. */
  readonly closed: Promise<unknown>;
  #received = '';

  constructor(socket: Socket) {
    this.socket = socket;
    socket.setEncoding('utf8');
    socket.on('error', () => undefined);
    socket.on('data', (text) => {
      this.#received += text;
    });
    this.closed = once(socket, 'close');
  }

  /** Everything that was received. */
  get received(): string {
    return this.#received;
  }

  /** Sends bytes, and waits until what was received since the last call ends with something. */
  async exchange(bytes: string, end = '\r\n'): Promise<string> {
    this.#received = '';
    this.socket.write(bytes);
    while (!this.#received.endsWith(end)) await once(this.socket, 'data');
    return this.#received;
  }
}
