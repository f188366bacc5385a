import { setTimeout as sleep } from 'node:timers/promises';
import { errorMessage } from '../../../platform/error-message.ts';
import type { Logger } from '../../../platform/logging.ts';
import { WakeUp } from '../../../platform/wake-up.ts';
import { ForeignMessages } from './foreign-messages.ts';
import { type HeldTicket, readTicket } from './message.ts';
import {
  LONGEST_WAIT_SECONDS,
  MESSAGES_IN_ONE_REQUEST,
  type ReceivedMessage,
  type SqsQueue,
} from './sqs-queue.ts';

/** What an {@link Inbox} needs. */
export interface InboxOptions {
  readonly queue: SqsQueue;
  readonly logger: Logger;
  /** How long SQS hides a message that was received. */
  readonly hiddenSeconds: number;
  /** Called when there is something to take. */
  readonly onTickets: () => void;
}

/** How long what was received waits to be taken: who asked may be paused meanwhile, or out of touch. */
const UNTAKEN_SECONDS = 5;

/** Requests that fetch, side by side, what is left of a long queue. */
const MOST_REQUESTS = 10;

/** The wait before SQS is asked again after a failure. */
const RETRY_SECONDS = 1;

/** How long the loop may rest while nothing is asked for. */
const REST_SECONDS = 60;

/**
 * Receives messages, by long polling, and only as many as can be worked on now: what an engine received and
 * did not start would be hidden from the others.
 */
export class Inbox {
  readonly #options: InboxOptions;
  readonly #foreign: ForeignMessages;
  readonly #wakeUp = new WakeUp();
  readonly #stopping = new AbortController();
  #tickets: HeldTicket[] = [];
  #wanted = 0;
  #isFailing = false;
  #running: Promise<void> | undefined;
  readonly #timers = new Set<NodeJS.Timeout>();

  constructor(options: InboxOptions) {
    this.#options = options;
    this.#foreign = new ForeignMessages(options);
  }

  /** How many messages have come that somebody else sent. */
  get foreignCount(): number {
    return this.#foreign.count;
  }

  /** Whether nothing has come. */
  get isEmpty(): boolean {
    return this.#tickets.length === 0;
  }

  /** Hands over what has come, up to a limit. */
  take(limit: number): readonly HeldTicket[] {
    return this.#tickets.splice(0, limit);
  }

  /** Says how many more could be worked on now. */
  ask(count: number): void {
    this.#wanted = count;
    if (this.#tickets.length > 0 && count > 0) this.#options.onTickets();
    this.#running ??= this.#receiveUntilStopped();
    this.#wakeUp.wake();
  }

  /** Stops receiving, and shows others what was not taken. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#wakeUp.wake();
    for (const timer of this.#timers) clearTimeout(timer);
    await this.#running;
    await this.giveBack(this.#tickets.splice(0));
  }

  /** Shows messages to others at once. */
  async giveBack(tickets: readonly HeldTicket[]): Promise<void> {
    const { queue, logger } = this.#options;
    try {
      await queue.hide(
        tickets.map(({ receiptHandle }) => receiptHandle),
        0,
      );
    } catch (error) {
      logger.debug(
        { reason: errorMessage(error) },
        'messages could not be given back to SQS; it shows them soon',
      );
    }
  }

  async #receiveUntilStopped(): Promise<void> {
    const { queue, logger, hiddenSeconds } = this.#options;
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      const missing = this.#missing();
      if (missing <= 0) {
        await this.#wakeUp.wait(REST_SECONDS);
        continue;
      }
      try {
        const first = await queue.receive(missing, LONGEST_WAIT_SECONDS, hiddenSeconds, signal);
        await this.#accept(first);
        if (first.length === MESSAGES_IN_ONE_REQUEST) await this.#receiveMore(this.#missing());
        if (this.#isFailing) logger.info('messages come from SQS again');
        this.#isFailing = false;
      } catch (error) {
        if (signal.aborted) return;
        const reason = errorMessage(error);
        if (!this.#isFailing) logger.warn({ reason }, 'no messages can be received from SQS, trying again');
        this.#isFailing = true;
        await sleep(RETRY_SECONDS * 1_000, undefined, { signal }).catch(() => undefined);
      }
    }
  }

  /** A full response means that there is more. */
  async #receiveMore(missing: number): Promise<void> {
    const { queue, hiddenSeconds } = this.#options;
    const requests = Math.min(Math.ceil(missing / MESSAGES_IN_ONE_REQUEST), MOST_REQUESTS);
    await Promise.all(
      Array.from({ length: requests }, async (_, index) => {
        const count = Math.min(missing - index * MESSAGES_IN_ONE_REQUEST, MESSAGES_IN_ONE_REQUEST);
        await this.#accept(await queue.receive(count, 0, hiddenSeconds, this.#stopping.signal));
      }),
    );
  }

  /** How many could be worked on beside those that have come. */
  #missing(): number {
    return this.#wanted - this.#tickets.length;
  }

  async #accept(messages: readonly ReceivedMessage[]): Promise<void> {
    const tickets = messages.flatMap(({ receiptHandle, body }) => {
      const ticket = readTicket(body);
      return ticket ? [{ ...ticket, receiptHandle }] : [];
    });
    if (tickets.length > 0) {
      this.#tickets.push(...tickets);
      this.#giveBackLater(tickets);
      this.#options.onTickets();
    }
    await this.#foreign.leave(messages.filter(({ body }) => !readTicket(body)));
  }

  #giveBackLater(tickets: readonly HeldTicket[]): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      const untaken = this.#tickets.filter((ticket) => tickets.includes(ticket));
      if (untaken.length === 0) return;
      this.#tickets = this.#tickets.filter((ticket) => !untaken.includes(ticket));
      // Until more is asked for.
      this.#wanted = 0;
      void this.giveBack(untaken);
    }, UNTAKEN_SECONDS * 1_000).unref();
    this.#timers.add(timer);
  }
}
