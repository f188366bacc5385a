import type { Action } from './actions.ts';
import type { RefreshState } from './states.ts';

/** What a caller requests: a model, and what is done with it. */
export interface RefreshRequest {
  readonly model: string;
  readonly action: Action;
  /** The suffix of the index. Default: the id of the refresh in hexadecimal. */
  readonly indexSuffix?: string | undefined;
  readonly alias?: string | undefined;
  /** `UPDATE_INDEX` takes rows that were updated since then: ISO 8601. */
  readonly sinceDate?: string | undefined;
  readonly originIndexSuffix?: string | undefined;
  readonly destinationIndexSuffix?: string | undefined;
  /** Deletes an index that an alias points to; promotes a copy with fewer rows than it should have. */
  readonly isForced?: boolean | undefined;
  /** What is called when the refresh has ended. */
  readonly callbackUrl?: string | undefined;
}

/** A refresh: one accepted request, from its acceptance to its end. */
export interface Refresh {
  /** A UUID. Callers know it as 32 hexadecimal digits. */
  readonly id: string;
  readonly model: string;
  readonly action: Action;
  readonly state: RefreshState;
  readonly indexSuffix: string;
  readonly alias: string | null;
  readonly sinceDate: string | null;
  readonly originIndexSuffix: string | null;
  readonly destinationIndexSuffix: string | null;
  readonly isForced: boolean;
  readonly callbackUrl: string | null;
  /** Who requested it, for people. */
  readonly requestedBy: string;
  /** The refresh before it in a chain; `null` if it is the first, or in none. */
  readonly followsId: string | null;
  /** From 0 to 100; it only grows. */
  readonly progress: number;
  /** Why it failed; `null` if it did not. */
  readonly error: string | null;
  /** Whether the request itself was at fault. */
  readonly isBadRequest: boolean;
  /** What it came to, for people. */
  readonly message: string | null;
  readonly cancelledBy: string | null;
  /** When it was accepted, when it began, and when it ended: ISO 8601 in UTC; `null` for what has not come yet. */
  readonly created: string;
  readonly admitted: string | null;
  readonly ended: string | null;
}
