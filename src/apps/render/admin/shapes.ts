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

/** A queue in the list. */
export interface QueueRow {
  readonly id: string;
  readonly project: string;
  readonly name: string;
  /** Tasks; counting stops at 10,000. */
  readonly depth: number;
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

/** A task on its page. */
export interface TaskDetail extends TaskRow {
  /** When its lease ends, or has ended. ISO 8601. */
  readonly leasedUntil: string;
  /** Our task that renders it. */
  readonly renderedBy: string | null;
  /** The payload, if it is JSON and not too large to be shown. A document in it is left out. */
  readonly payload: unknown;
  /** The beginning of a payload that is no JSON. */
  readonly payloadStart: string | null;
  /** Whether the payload has a PDF. */
  readonly hasDocument: boolean;
  /** Where the payload has a link to a PDF. */
  readonly documentUrl: string | null;
}
