import type { AppContext } from '../app-context.ts';

/** What operators may do with rows of a resource of an app. The admin sees to roles, and to the audit log. */
export interface AdminAction {
  /** A part of its address, and the word of the audit log: `resubmit`. */
  readonly name: string;
  /** The id of the resource. */
  readonly resource: string;
  /**
   * Does it; answers what to tell whoever asked.
   *
   * @throws {AdminActionError} with what to tell them where it cannot be done.
   */
  readonly run: (context: AppContext, request: AdminActionRequest) => Promise<string>;
}

/** One request for an {@link AdminAction}. */
export interface AdminActionRequest {
  /** The rows: UUIDs, from one to {@link MOST_ROWS_OF_AN_ACTION}. */
  readonly ids: readonly string[];
  /** What else was sent; nothing of it has been checked. */
  readonly input: Readonly<Record<string, unknown>>;
  /** The name of who asks. */
  readonly username: string;
}

/** How many rows one request may name. */
export const MOST_ROWS_OF_AN_ACTION = 1_000;

/** What was asked for cannot be done; the message is for whoever asked. */
export class AdminActionError extends Error {
  override readonly name = 'AdminActionError';
}
