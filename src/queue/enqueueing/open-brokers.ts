import type { Platform } from '../../platform/platform.ts';
import type { Broker } from '../brokers/broker.ts';
import { createBroker } from '../brokers/index.ts';
import { TaskOptionsError } from '../tasks/task-options.ts';
import { PackageSigner } from '../tasks/task-package.ts';
import type { EnqueueingTarget } from './enqueueing.ts';

/** The form of a queue's name, which is part of file names, messages and addresses. */
const QUEUE_NAME = /^[\w.-]{1,100}$/;

/** The brokers of the queues that a process sends tasks to, each opened when it is first needed. */
export class OpenBrokers {
  readonly #platform: Platform;
  readonly #signer: PackageSigner;
  readonly #brokers = new Map<string, Broker>();

  constructor(platform: Platform) {
    this.#platform = platform;
    this.#signer = new PackageSigner(platform.settings.secretKey, platform.settings.secretKeyFallbacks);
  }

  /** Signs and verifies packages. */
  get signer(): PackageSigner {
    return this.#signer;
  }

  /** Where tasks of a queue are enqueued. @throws {TaskOptionsError} for what cannot be a queue's name. */
  target(queueName: string): EnqueueingTarget {
    return {
      broker: this.broker(queueName),
      queueName,
      signer: this.#signer,
      logger: this.#platform.logger,
    };
  }

  /** The broker of a queue. @throws {TaskOptionsError} likewise. */
  broker(queueName: string): Broker {
    const open = this.#brokers.get(queueName);
    if (open) return open;
    if (!QUEUE_NAME.test(queueName)) {
      throw new TaskOptionsError(
        `"${queueName}" cannot be a queue: its name is of up to 100 letters, digits, dots, dashes and underscores`,
      );
    }
    const broker = createBroker(this.#platform, queueName);
    this.#brokers.set(queueName, broker);
    return broker;
  }

  /** Closes them all. */
  async close(): Promise<void> {
    await Promise.all([...this.#brokers.values()].map((broker) => broker.close()));
  }
}
