import type { AppContext } from '../app-context.ts';
import type { Place } from './list-query.ts';
import type { ListedIds } from './newest-rows.ts';

/** What operators may do with rows of a resource of an app. The admin sees to roles, and to the audit log. */
export interface AdminAction {
  /** A part of its address, and the word of the audit log: `resubmit`. */
  readonly name: string;
  /** The id of the resource. */
  readonly resource: string;
  /**
   * Does it.
   *
   * @returns what was done, for the operator.
   * @throws {AdminActionError} with what the operator reads where it cannot be done.
   */
  readonly run: (context: AppContext, request: AdminActionRequest) => Promise<AdminActionOutcome>;
}

/** What was done, in words; and to how many of the rows, where it may be fewer than were named. */
export type AdminActionOutcome =
  | string
  | {
      readonly message: string;
      readonly count: number;
      /** What the operator asked to see. It is sent once, and not written to the audit log. */
      readonly secret?: string;
      /** The id of a row that it made, for the page that goes on there. */
      readonly created?: string;
    };

/**
 * A list whose actions can be done to everything that matches its filter: the admin asks for the ids batch by batch,
 * and runs the action on each batch.
 */
export interface AdminMatching {
  /** The id of the resource. */
  readonly resource: string;
  /**
   * Finds rows that match.
   *
   * @param filter as the page sent it; nothing of it has been checked.
   * @param until leaves out the rows that came later: they were not counted when the operator confirmed.
   */
  readonly nextIds: (
    context: AppContext,
    request: {
      readonly filter: Readonly<Record<string, unknown>>;
      readonly until: string;
      readonly after: Place | undefined;
      readonly limit: number;
    },
  ) => Promise<ListedIds>;
}

/** One request for an {@link AdminAction}. */
export interface AdminActionRequest {
  /** The rows: UUIDs, from one to {@link MOST_ROWS_OF_AN_ACTION}. */
  readonly ids: readonly string[];
  /** What else was sent; nothing of it has been checked. */
  readonly input: Readonly<Record<string, unknown>>;
  /** The name of the administrator. */
  readonly username: string;
}

/** How many rows one request may name. */
export const MOST_ROWS_OF_AN_ACTION = 1_000;

/** The action cannot be done; the message is for the operator. */
export class AdminActionError extends Error {
  override readonly name = 'AdminActionError';
}
