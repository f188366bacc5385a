import { errorMessage } from '../../../platform/error-message.ts';
import type { Logger } from '../../../platform/logging.ts';
import type { HeldTicket, Ticket } from './message.ts';
import type { PackageTable } from './package-table.ts';
import type { SqsQueue } from './sqs-queue.ts';

/** What {@link HeldMessages} need. */
export interface HeldMessagesOptions {
  readonly queue: SqsQueue;
  readonly table: PackageTable;
  readonly logger: Logger;
  /** How long SQS hides a message, unless that is extended. */
  readonly hiddenSeconds: number;
}

/**
 * The messages of packages that this process has taken. They are kept hidden in SQS, so that its own
 * figures count what runs; they are deleted once their packages are done, or have a next round.
 */
export class HeldMessages {
  readonly #options: HeldMessagesOptions;
  readonly #handles = new Map<string, HeldTicket>();
  readonly #deletions = new Set<Promise<void>>();
  #timer: NodeJS.Timeout | undefined;
  #renewing: Promise<void> | undefined;

  constructor(options: HeldMessagesOptions) {
    this.#options = options;
  }

  /** Keeps messages hidden from now on. */
  add(tickets: readonly HeldTicket[]): void {
    for (const ticket of tickets) this.#handles.set(keyOf(ticket), ticket);
    // Two renewals may fail before others are shown the message.
    this.#timer ??= setInterval(() => void this.renew(), (this.#options.hiddenSeconds * 1_000) / 3).unref();
  }

  /** Deletes the messages of these tickets, as far as this process has them, in the background. */
  settle(tickets: readonly Ticket[]): void {
    const held = tickets.flatMap((ticket) => this.#handles.get(keyOf(ticket)) ?? []);
    for (const ticket of held) this.#handles.delete(keyOf(ticket));
    this.discard(held);
  }

  /** Deletes messages, in the background. What could not be deleted is shown again, and does nothing then. */
  discard(tickets: readonly HeldTicket[]): void {
    if (tickets.length === 0) return;
    const { queue, logger } = this.#options;
    const deletion = queue
      .delete(tickets.map(({ receiptHandle }) => receiptHandle))
      .catch((error: unknown) =>
        logger.debug({ reason: errorMessage(error) }, 'messages could not be deleted from SQS'),
      )
      .finally(() => this.#deletions.delete(deletion));
    this.#deletions.add(deletion);
  }

  /** Hides the messages of what is still taken for longer, and lets the others go. */
  renew(): Promise<void> {
    this.#renewing ??= this.#renewAll()
      .catch((error: unknown) =>
        this.#options.logger.warn(
          { reason: errorMessage(error) },
          'messages of running tasks could not be kept hidden in SQS',
        ),
      )
      .finally(() => {
        this.#renewing = undefined;
      });
    return this.#renewing;
  }

  /** Hides nothing any longer; resolves when what was begun is done. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#renewing;
    await Promise.all(this.#deletions);
  }

  async #renewAll(): Promise<void> {
    if (this.#handles.size === 0) return;
    const { table, queue, hiddenSeconds } = this.#options;
    const held = [...this.#handles.values()];
    // Another engine may have taken a package for lost, and the confirmation of a commit may have been lost.
    const current = new Set((await table.stillHeld(held)).map(keyOf));
    this.settle(held.filter((ticket) => !current.has(keyOf(ticket))));
    await queue.hide(
      held.filter((ticket) => current.has(keyOf(ticket))).map(({ receiptHandle }) => receiptHandle),
      hiddenSeconds,
    );
  }
}

function keyOf({ id, round }: Ticket): string {
  return `${id} ${round}`;
}
