import { types } from 'node:util';
import { Worker } from 'node:worker_threads';
import { siblingModule } from '../../../../platform/sibling-module.ts';
import type { DescriptionReply, DescriptionRequest } from './description-messages.ts';

const TIMEOUT_SECONDS = 10;

/** Together with a body of 16 MiB, and what a thread takes itself, it is less than 64. */
const MOST_MEMORY_MEBIBYTES = 24;

/** A small young generation: most of a document is garbage as soon as it is read. */
const YOUNG_MEMORY_MEBIBYTES = 4;

/** A thread that reads descriptions, one after the other. It keeps no process alive while it reads none. */
export class ReadingThread {
  readonly #worker: Worker;
  #pending: ((reply: DescriptionReply) => void) | undefined;
  #isOver = false;

  constructor() {
    this.#worker = new Worker(siblingModule(import.meta.url, './description-thread'), {
      resourceLimits: {
        maxOldGenerationSizeMb: MOST_MEMORY_MEBIBYTES,
        maxYoungGenerationSizeMb: YOUNG_MEMORY_MEBIBYTES,
      },
    });
    this.#worker.on('message', (reply: DescriptionReply) => this.#pending?.(reply));
    this.#worker.on('error', (error) => this.#end(describeCrash(error)));
    this.#worker.on('exit', () => this.#end('its reading ended early'));
    this.#worker.unref();
  }

  /** Whether the thread has ended. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /**
   * Reads a document, whose body is empty afterwards. One that takes too much ends the thread, as does the signal.
   *
   * @throws the reason of the signal.
   */
  async read(request: DescriptionRequest, signal: AbortSignal): Promise<DescriptionReply> {
    signal.throwIfAborted();
    const { promise, resolve, reject } = Promise.withResolvers<DescriptionReply>();
    const abort = () => {
      void this.terminate();
      reject(signal.reason);
    };
    const timer = setTimeout(
      () => this.#end(`it takes longer than ${TIMEOUT_SECONDS} seconds`),
      TIMEOUT_SECONDS * 1_000,
    );
    this.#pending = resolve;
    this.#worker.ref();
    signal.addEventListener('abort', abort, { once: true });
    this.#worker.postMessage(request, [request.body.buffer]);
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
      this.#pending = undefined;
      this.#worker.unref();
    }
  }

  /** Ends the thread, also in the middle of a document. */
  async terminate(): Promise<void> {
    this.#isOver = true;
    await this.#worker.terminate();
  }

  #end(message: string): void {
    this.#pending?.({ kind: 'failed', message });
    void this.terminate();
  }
}

function describeCrash(error: unknown): string {
  const code = types.isNativeError(error) && 'code' in error ? error.code : undefined;
  if (code === 'ERR_WORKER_OUT_OF_MEMORY') return `it takes more than ${MOST_MEMORY_MEBIBYTES} MiB of memory`;
  return types.isNativeError(error) ? error.message : String(error);
}
