import { errorMessage } from '../../../platform/error-message.ts';
import type { Logger } from '../../../platform/logging.ts';
import { PRODUCT_NAME } from '../../../platform/product.ts';
import type { ReceivedMessage, SqsQueue } from './sqs-queue.ts';

/** What {@link ForeignMessages} need. */
export interface ForeignMessagesOptions {
  readonly queue: Pick<SqsQueue, 'hide'>;
  readonly logger: Logger;
}

/** The longest that a message is hidden from its owner. */
const LONGEST_HIDDEN_SECONDS = 900;

/** Messages that are recognized. The oldest are forgotten first, and logged once more if they come again. */
const MOST_REMEMBERED = 10_000;

/**
 * Messages in our queue that somebody else sent. They are never deleted: they become visible again to their owner, later each
 * time that they are received, so that they do not keep our own messages from coming.
 */
export class ForeignMessages {
  readonly #options: ForeignMessagesOptions;
  readonly #known = new Set<string>();
  #count = 0;

  constructor(options: ForeignMessagesOptions) {
    this.#options = options;
  }

  /** How many have come so far. */
  get count(): number {
    return this.#count;
  }

  /** Leaves messages to their owner. Never rejects. */
  async leave(messages: readonly ReceivedMessage[]): Promise<void> {
    if (messages.length === 0) return;
    this.#tell(messages.filter(({ messageId }) => !this.#known.has(messageId)));
    const byHiddenSeconds = Map.groupBy(messages, hiddenSecondsOf);
    await Promise.all([...byHiddenSeconds].map(([seconds, those]) => this.#hide(those, seconds)));
  }

  #tell(messages: readonly ReceivedMessage[]): void {
    if (messages.length === 0) return;
    this.#count += messages.length;
    for (const { messageId } of messages) this.#remember(messageId);
    this.#options.logger.error(
      { messageIds: messages.map(({ messageId }) => messageId) },
      `messages left in SQS that no ${PRODUCT_NAME} of this version sent: does the queue belong to something else?`,
    );
  }

  #remember(messageId: string): void {
    this.#known.add(messageId);
    const [oldest] = this.#known;
    if (this.#known.size > MOST_REMEMBERED && oldest !== undefined) this.#known.delete(oldest);
  }

  async #hide(messages: readonly ReceivedMessage[], seconds: number): Promise<void> {
    try {
      await this.#options.queue.hide(
        messages.map(({ receiptHandle }) => receiptHandle),
        seconds,
      );
    } catch (error) {
      this.#options.logger.debug(
        { reason: errorMessage(error) },
        'messages of others could not be given back to SQS; it shows them soon',
      );
    }
  }
}

/** One second at first, then twice as long each time. */
function hiddenSecondsOf({ receiveCount }: ReceivedMessage): number {
  return Math.min(2 ** Math.max(0, receiveCount - 1), LONGEST_HIDDEN_SECONDS);
}
