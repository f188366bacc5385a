import { isUuid } from '../../../platform/uuid.ts';

/** What a message says: that this round of this package is to be handed out. */
export interface Ticket {
  readonly id: string;
  /** 1 at first; each time the package goes back it is another one, so that late messages of earlier ones do nothing. */
  readonly round: number;
}

/** A ticket, and the handle by which SQS knows this receipt of its message. */
export interface HeldTicket extends Ticket {
  readonly receiptHandle: string;
}

/** What Postgres holds as an integer. */
const GREATEST_ROUND = 2_147_483_647;

/** The body of a ticket's message. */
export function writeTicket({ id, round }: Ticket): string {
  return JSON.stringify({ id, round });
}

/** The ticket that a message's body holds; `undefined` if it holds something else. */
export function readTicket(body: string): Ticket | undefined {
  try {
    const value: unknown = JSON.parse(body);
    if (typeof value !== 'object' || value === null || !('id' in value) || !('round' in value))
      return undefined;
    const { id, round } = value;
    if (typeof id !== 'string' || !isUuid(id)) return undefined;
    if (typeof round !== 'number' || !Number.isInteger(round) || round < 1 || round > GREATEST_ROUND)
      return undefined;
    return { id, round };
  } catch {
    return undefined;
  }
}
