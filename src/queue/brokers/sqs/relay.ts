import type { Database } from '../../../platform/database/connection.ts';
import { within } from '../../../platform/deadline.ts';
import { errorMessage } from '../../../platform/error-message.ts';
import type { Logger } from '../../../platform/logging.ts';
import { writeTicket } from './message.ts';
import { Outbox } from './outbox.ts';
import { LONGEST_DELAY_SECONDS, type SqsQueue } from './sqs-queue.ts';

/** What a {@link Relay} needs. */
export interface RelayOptions {
  readonly database: Database;
  readonly queueName: string;
  readonly queue: SqsQueue;
  readonly logger: Logger;
}

/** Messages that are sent in one transaction, side by side. */
const BATCH_SIZE = 100;

/** How often an engine looks for unsent messages: they became due, the process that enqueued them died, or SQS was away. */
const LOOK_SECONDS = 5;

/** After this time SQS may have dropped a message: it keeps them for four days by default. */
const LOST_AFTER_SECONDS = 3 * 86_400;

/** How long closing waits for what is being sent; what is not sent then, an engine sends. */
const CLOSE_SECONDS = 5;

/**
 * Sends the messages of packages that wait for that. A package is marked as sent in the transaction that locked it
 * while it was, so that a crash may send a message twice, and never forget one.
 */
export class Relay {
  readonly #options: RelayOptions;
  #running: Promise<void> | undefined;
  #isNudged = false;
  #looksForLost = false;
  #isFailing = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: RelayOptions) {
    this.#options = options;
  }

  /** Looks soon, and in the background, for what has to be sent. */
  nudge(): void {
    this.#isNudged = true;
    this.#running ??= this.#sendWhileNudged().finally(() => {
      this.#running = undefined;
    });
  }

  /** Looks from now on by itself as well. */
  start(): void {
    this.#timer ??= setInterval(() => this.#look(), LOOK_SECONDS * 1_000).unref();
    this.#look();
  }

  /** Ends what {@link start} began, and waits a moment for what is being sent. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#timer = undefined;
    await within(CLOSE_SECONDS * 1_000, this.#running ?? Promise.resolve()).catch(() => undefined);
  }

  #look(): void {
    this.#looksForLost = true;
    this.nudge();
  }

  async #sendWhileNudged(): Promise<void> {
    const { logger } = this.#options;
    while (this.#isNudged) {
      this.#isNudged = false;
      try {
        await this.#sendAll();
        if (this.#isFailing) logger.info('messages are sent to SQS again');
        this.#isFailing = false;
      } catch (error) {
        const reason = errorMessage(error);
        if (!this.#isFailing)
          logger.warn({ reason }, 'messages could not be sent to SQS; their tasks wait in Postgres');
        this.#isFailing = true;
      }
    }
  }

  async #sendAll(): Promise<void> {
    const { database, queueName } = this.#options;
    if (this.#looksForLost) {
      this.#looksForLost = false;
      await new Outbox(database, queueName).forgetSentBefore(LOST_AFTER_SECONDS, BATCH_SIZE);
    }
    while ((await this.#sendSome()) === BATCH_SIZE);
  }

  async #sendSome(): Promise<number> {
    const { database, queueName, queue } = this.#options;
    const report = await database.transaction(async (transaction) => {
      const outbox = new Outbox(transaction, queueName);
      const unlimited = await outbox.chooseUnlimited(BATCH_SIZE, LONGEST_DELAY_SECONDS);
      const limited =
        unlimited.length < BATCH_SIZE ? await outbox.chooseLimited(BATCH_SIZE - unlimited.length) : [];
      const { sentIds, failure } = await queue.send(
        [...unlimited, ...limited].map(({ delaySeconds, ...ticket }) => ({
          id: ticket.id,
          body: writeTicket(ticket),
          delaySeconds,
        })),
      );
      if (sentIds.length > 0) await outbox.markSent(sentIds);
      return { sent: sentIds.length, failure };
    });
    if (report.failure) throw report.failure;
    return report.sent;
  }
}
