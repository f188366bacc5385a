// What the pages of this app read, as JSON: the server writes it, the pages in the browser read it.

/** The states of a lease. */
export const LEASE_STATES = ['FREE', 'LEASED', 'RENDERING'] as const;

/** Whether a task can be leased, a client has it, or a worker of ours renders it. */
export type LeaseState = (typeof LEASE_STATES)[number];

/** The state of a task's lease. */
export const LEASE_SQL = `CASE
  WHEN tasks.leased_until_us <= render.now_microseconds() THEN 'FREE'
  WHEN tasks.rendered_by IS NOT NULL THEN 'RENDERING'
  ELSE 'LEASED' END`;

/** Counting the tasks of a queue for the list goes no further than this. */
export const MOST_COUNTED = 10_000;

/** A queue in the list. */
export interface QueueRow {
  readonly id: string;
  readonly project: string;
  readonly name: string;
  /** Tasks; counting stops at {@link MOST_COUNTED}. */
  readonly depth: number;
  /** Those with the tag `task`; counting stops likewise. */
  readonly orders: number;
  /** Those with the tag `result`; counting stops likewise. */
  readonly results: number;
  /** Whether this service renders its orders. */
  readonly isRendered: boolean;
  /** When its oldest task was enqueued; `null` if it has none. ISO 8601. */
  readonly oldest: string | null;
  /** ISO 8601 with microseconds. */
  readonly created: string;
}

/** A task in the list. */
export interface TaskRow {
  readonly id: string;
  /** The id that clients know. */
  readonly name: string;
  readonly queueId: string;
  readonly project: string;
  readonly queue: string;
  readonly tag: string;
  readonly lease: LeaseState;
  readonly retryCount: number;
  readonly payloadBytes: number;
  /** ISO 8601 with microseconds. */
  readonly created: string;
}

/** A task on its page. An order that has a result is shown as its result. */
export interface TaskDetail extends TaskRow {
  /** When its lease ends, or has ended. ISO 8601. */
  readonly leasedUntil: string;
  /** Our task that renders it. */
  readonly renderedBy: string | null;
  /** Whether this service renders it. */
  readonly isRendered: boolean;
  /** The payload, if it is JSON that is neither too large nor too deep to be shown. A document in it is left out. */
  readonly payload: unknown;
  /** The beginning of any other payload. */
  readonly payloadStart: string | null;
  /** Why the order of a result was not rendered. */
  readonly error: string | null;
  /** Whether the admin can show its PDF: one in its payload, or one in our bucket. */
  readonly hasDocument: boolean;
  /** Where the payload has a link to a PDF. */
  readonly documentUrl: string | null;
}

/** A value of an option, and how it is called. */
export interface OptionChoice {
  readonly value: string | boolean;
  readonly label: string;
}

/** An option of a worksheet: the values that it can have, its default first. */
export interface WorksheetOption {
  readonly name: string;
  readonly label: string;
  readonly choices: readonly OptionChoice[];
}

/** A worksheet that can be ordered. */
export interface OrderableWorksheet {
  readonly view: string;
  readonly title: string;
  readonly options: readonly WorksheetOption[];
}

/** What the form of an order is made from. */
export interface OrderForm {
  /** The queues that this service renders. */
  readonly queues: readonly { readonly id: string; readonly name: string }[];
  readonly worksheets: readonly OrderableWorksheet[];
  readonly paperSizes: readonly OptionChoice[];
  readonly languages: readonly OptionChoice[];
  readonly colourModes: readonly OptionChoice[];
  readonly mostCopies: number;
}

/** What the form sends. */
export interface OrderInput {
  readonly view: string;
  readonly paperSize: string;
  readonly language: string;
  readonly colourMode: string;
  readonly copies: number;
  readonly resourceName: string;
  readonly headerText: string;
  readonly options: Readonly<Record<string, string | boolean>>;
}
