import cluster, { type Worker } from 'node:cluster';
import type { Logger } from '../logging.ts';
import { relayMetrics } from './metrics-exchange.ts';
import { ListenError } from './web-server.ts';

/** Options of {@link runServerProcesses}. */
export interface ServerProcessesOptions {
  readonly processCount: number;
  readonly logger: Logger;
  /** Processes that have not ended so long after they were asked to stop are killed. */
  readonly stopMilliseconds: number;
  /** Called once, when the first process listens. */
  readonly onListening: (port: number) => void;
  /** Stops all of them. */
  readonly signal: AbortSignal;
}

/** What a process says to the primary. */
type ServerMessage = { readonly type: 'cannot-listen'; readonly reason: string };

/** What the primary says to a process. */
const STOP = 'stop';

/** A process that lived this long was sound: it is replaced at once. */
const SOUND_LIFE_MILLISECONDS = 10_000;

const FIRST_DELAY_MILLISECONDS = 250;
const LONGEST_DELAY_MILLISECONDS = 10_000;

/**
 * Keeps so many processes of this program running, which share one port. One that ends is replaced: at once,
 * or where they die soon after their start, after a wait that grows. Returns once all have stopped.
 *
 * @throws {ListenError} if the port cannot be listened on.
 */
export function runServerProcesses(options: ServerProcessesOptions): Promise<void> {
  return new ServerProcesses(options).run();
}

/** Reports to the primary that this process cannot listen; the primary then ends all of them. */
export async function reportListenError(error: ListenError): Promise<void> {
  const message: ServerMessage = { type: 'cannot-listen', reason: error.message };
  const { promise, resolve } = Promise.withResolvers<void>();
  process.send?.(message, undefined, undefined, () => resolve());
  await promise;
}

/** Resolves when this process shall stop: the primary says so, or it was sent a SIGTERM. */
export function stopRequest(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  // Ctrl-C reaches all processes of a terminal; what follows from it is the primary's to say.
  process.on('SIGINT', () => undefined);
  process.once('SIGTERM', () => resolve());
  process.on('message', (message) => {
    if (message === STOP) resolve();
  });
  return promise;
}

class ServerProcesses {
  readonly #options: ServerProcessesOptions;
  readonly #workers = new Set<Worker>();
  readonly #delays = new Set<NodeJS.Timeout>();
  readonly #ended = Promise.withResolvers<void>();
  #failure: ListenError | undefined;
  #isListening = false;
  #isStopping = false;
  #shortLives = 0;

  constructor(options: ServerProcessesOptions) {
    this.#options = options;
  }

  async run(): Promise<void> {
    const { processCount, signal } = this.#options;
    relayMetrics();
    for (let index = 0; index < processCount; index += 1) this.#start();
    if (signal.aborted) this.#stop();
    else signal.addEventListener('abort', () => this.#stop(), { once: true });
    await this.#ended.promise;
    if (this.#failure) throw this.#failure;
  }

  #start(): void {
    const worker = cluster.fork();
    const started = performance.now();
    this.#workers.add(worker);
    worker.on('listening', ({ port }) => this.#onListening(port));
    worker.on('message', (message: unknown) => {
      if (isServerMessage(message)) this.#fail(new ListenError(message.reason));
    });
    worker.once('exit', (code, exitSignal) => {
      this.#workers.delete(worker);
      this.#onExit(worker, exitSignal || code, performance.now() - started);
    });
  }

  #onListening(port: number): void {
    if (this.#isListening) return;
    this.#isListening = true;
    this.#options.onListening(port);
  }

  #onExit(worker: Worker, outcome: string | number, lifeMilliseconds: number): void {
    if (this.#isStopping) {
      if (this.#workers.size === 0) this.#ended.resolve();
      return;
    }
    this.#shortLives = lifeMilliseconds >= SOUND_LIFE_MILLISECONDS ? 0 : this.#shortLives + 1;
    const delayMilliseconds =
      this.#shortLives === 0
        ? 0
        : Math.min(FIRST_DELAY_MILLISECONDS * 2 ** (this.#shortLives - 1), LONGEST_DELAY_MILLISECONDS);
    this.#options.logger.error(
      { serverPid: worker.process.pid, outcome, delayMilliseconds },
      'a server process ended by itself and is replaced',
    );
    const delay = setTimeout(() => {
      this.#delays.delete(delay);
      this.#start();
    }, delayMilliseconds);
    this.#delays.add(delay);
  }

  #fail(error: ListenError): void {
    this.#failure ??= error;
    this.#stop();
  }

  #stop(): void {
    if (this.#isStopping) return;
    this.#isStopping = true;
    for (const delay of this.#delays) clearTimeout(delay);
    if (this.#workers.size === 0) this.#ended.resolve();
    for (const worker of this.#workers) if (worker.isConnected()) worker.send(STOP, () => undefined);
    const killer = setTimeout(() => {
      for (const worker of this.#workers) worker.process.kill('SIGKILL');
    }, this.#options.stopMilliseconds);
    killer.unref();
  }
}

function isServerMessage(message: unknown): message is ServerMessage {
  return (
    typeof message === 'object' &&
    message !== null &&
    'type' in message &&
    message.type === 'cannot-listen' &&
    'reason' in message &&
    typeof message.reason === 'string'
  );
}
