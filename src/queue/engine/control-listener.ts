import { NotificationListener } from '../../platform/database/notification-listener.ts';
import type { Platform } from '../../platform/platform.ts';
import { CONTROL_CHANNEL } from '../enqueueing/queue-control.ts';
import type { CancelRequests } from './cancel-requests.ts';
import type { EngineRegistry } from './engine-registry.ts';

/** What a {@link ControlListener} needs. */
export interface ControlListenerOptions {
  readonly platform: Platform;
  readonly registry: EngineRegistry;
  readonly cancelRequests: CancelRequests;
  /** Something was said to the engines, perhaps that a queue goes on. */
  readonly onWord: () => void;
  /** The queue is paused. */
  readonly onPause: () => void;
}

/** Hears what people say to the engines: that a task is to end, that a queue pauses or goes on. */
export class ControlListener {
  readonly #options: ControlListenerOptions;
  readonly #listener: NotificationListener;

  constructor(options: ControlListenerOptions) {
    this.#options = options;
    const { settings, logger } = options.platform;
    this.#listener = new NotificationListener({
      databaseUrl: settings.databaseUrl,
      channel: CONTROL_CHANNEL,
      logger,
      onListening: () => this.#handle(),
      onNotification: () => this.#handle(),
    });
  }

  /** Begins to listen. */
  start(): void {
    this.#listener.start();
  }

  /** Resolves when nothing is heard any more. */
  stop(): Promise<void> {
    return this.#listener.stop();
  }

  #handle(): void {
    const { platform, cancelRequests, onWord } = this.#options;
    onWord();
    Promise.all([cancelRequests.handle(), this.#handlePause()]).catch((error: unknown) =>
      platform.logger.warn({ err: error }, 'what was asked of the engines could not be read'),
    );
  }

  async #handlePause(): Promise<void> {
    if (await this.#options.registry.isQueuePaused()) this.#options.onPause();
  }
}
