// What the pages of this app read, as JSON: the server writes it, the pages in the browser read it.

import type { Action } from '../refreshes/actions.ts';
import type { StepName } from '../refreshes/plans.ts';
import type { RefreshState } from '../refreshes/states.ts';

/** A refresh in the list. */
export interface RefreshRow {
  readonly id: string;
  readonly model: string;
  readonly action: Action;
  readonly state: RefreshState;
  /** From 0 to 100. */
  readonly progress: number;
  readonly indexSuffix: string;
  /** The step that runs; `null` if none does. */
  readonly step: StepName | null;
  readonly requestedBy: string;
  /** ISO 8601 with microseconds, as all moments here. */
  readonly created: string;
  /** When it began; `null` while it waits for another refresh of its model. */
  readonly admitted: string | null;
  readonly ended: string | null;
}

/** A step of a refresh. */
export interface StepRow {
  readonly name: StepName;
  readonly state: 'waiting' | 'running' | 'done' | 'failed' | 'cancelled';
  readonly rowsDone: number;
  /** `null` if it is not known. */
  readonly rowsTotal: number | null;
  readonly bytesDone: number;
  readonly bytesTotal: number | null;
  /** The task of the queue that runs it. */
  readonly taskId: string | null;
  readonly began: string | null;
  readonly ended: string | null;
}

/** Slices of a refresh in each state; counting stops at {@link MOST_COUNTED_SLICES}. */
export type SliceCounts = { readonly [State in SliceRow['state']]: number };

/** Counting the slices of a refresh for its page goes no further than this. */
export const MOST_COUNTED_SLICES = 10_000;

/** Rows with one value of the column that a promotion is compared by, in the live table and in the copy. */
export interface ValueCount {
  /** `null` for rows without a value. */
  readonly value: string | null;
  readonly live: number;
  readonly copy: number;
}

/** What a promotion changes, as it was counted when the copy was verified. */
export interface CountComparison {
  readonly column: string;
  /** Those with the most rows first. */
  readonly counts: readonly ValueCount[];
}

/** What became of telling the caller. */
export interface CallbackState {
  readonly state: 'waiting' | 'delivered' | 'given up';
  readonly attemptCount: number;
  readonly lastError: string | null;
}

/** A refresh on its page. */
export interface RefreshDetail extends RefreshRow {
  readonly alias: string | null;
  readonly sinceDate: string | null;
  readonly originIndexSuffix: string | null;
  readonly destinationIndexSuffix: string | null;
  readonly isForced: boolean;
  /** Without its query, which may hold a secret. */
  readonly callbackUrl: string | null;
  readonly callback: CallbackState | null;
  /** Why it failed. */
  readonly error: string | null;
  /** What it came to. */
  readonly message: string | null;
  readonly cancelledBy: string | null;
  readonly steps: readonly StepRow[];
  /** `null` if nothing of it is indexed in slices. */
  readonly slices: SliceCounts | null;
  readonly hasFailedRows: boolean;
  readonly comparison: CountComparison | null;
  /** The refresh of the model that this one waits for. */
  readonly waitsFor: string | null;
  /** Whether its copy waits for a promotion. */
  readonly canBePromoted: boolean;
  /** Whether the tables that it replaced are kept. */
  readonly canBeTakenBack: boolean;
}

/** A range of ids that is indexed on its own. */
export interface SliceRow {
  /** Its number, as text. */
  readonly id: string;
  /** Whole numbers, as text. */
  readonly firstId: string;
  readonly lastId: string;
  readonly state: 'waiting' | 'done' | 'failed';
  readonly rowCount: number;
  readonly documentCount: number;
  readonly removedCount: number;
  readonly failedCount: number;
  readonly taskId: string | null;
  readonly began: string | null;
  readonly ended: string | null;
}

/** A row that has no document, as its conversion or the search engine refused it. */
export interface FailedRow {
  /** The id of the row, a whole number as text. */
  readonly id: string;
  readonly sliceNumber: number;
  readonly reason: string;
}

/** An index of the search engine. */
export interface IndexRow {
  /** Its name. */
  readonly id: string;
  readonly aliases: readonly string[];
  readonly documentCount: number;
  readonly bytes: number;
  /** What this service knows of it; `null` if another has made it. */
  readonly known: {
    readonly model: string;
    readonly state: 'building' | 'complete';
    readonly refreshId: string | null;
    readonly created: string;
  } | null;
}

/** The search engine, beside the page of its indexes. */
export interface EngineState {
  /** Without credentials. */
  readonly title: string;
  /** `green` where all is well; `null` if it cannot be reached. */
  readonly status: string | null;
  /** Why it cannot be reached. */
  readonly fault: string | null;
  readonly freeBytes: number | null;
}

/** What the form of a request is made from. */
export interface RequestForm {
  /** The id that the refresh gets, so that sending the form twice makes one refresh. */
  readonly id: string;
  readonly models: readonly string[];
  /** Index suffixes that exist, the newest first. */
  readonly indexSuffixes: readonly { readonly model: string; readonly suffix: string }[];
  /** Aliases that promotions have used. */
  readonly aliases: readonly { readonly model: string; readonly alias: string }[];
}
