// The data of the admin's pages of this app, as JSON: the server writes it, the pages in the browser read it.

import type { MemberStatus } from '../members/member-status.ts';

/** How many members stand where; a status that no member has is left out. */
export type StatusCounts = Readonly<Partial<Record<MemberStatus, number>>>;

/** A collection in the list. Moments are ISO 8601 in UTC. */
export interface CollectionRow {
  readonly id: string;
  readonly customer: number;
  readonly created: string;
  readonly memberCount: number;
  readonly statuses: StatusCounts;
  /** When the last of its members moved; null without members. */
  readonly lastUpdated: string | null;
}

/** A collection on its own page. */
export interface CollectionDetail extends CollectionRow {
  /** As callers know it. */
  readonly uri: string;
  /** Pages that are in S3, of the pages of all members whose PDF was opened. */
  readonly pagesDone: number;
  readonly pagesTotal: number;
}

/** A member in a list. */
export interface MemberRow {
  readonly id: string;
  readonly collectionId: string;
  readonly customer: number;
  /** In its collection, from 1. */
  readonly number: number;
  readonly status: MemberStatus;
  readonly compositeId: string | null;
  /** The user, the password and the values of the query are masked. */
  readonly origin: string;
  readonly pagesDone: number;
  /** Null until the PDF is open. */
  readonly pagesTotal: number | null;
  /** The beginning of it. */
  readonly error: string | null;
  readonly created: string;
  readonly lastUpdated: string;
}

/** A member's move to a status. */
export interface MemberEvent {
  readonly status: MemberStatus;
  readonly happened: string;
  readonly taskId: string | null;
  readonly error: string | null;
}

/** A batch of a member. */
export interface MemberBatch {
  readonly id: string;
  /** From 1. */
  readonly number: number;
  readonly state: 'pending' | 'posting' | 'accepted';
  /** At the DLCS; null until that has it. */
  readonly uri: string | null;
  readonly imageCount: number;
  readonly posted: string | null;
}

/** A task that processes a member, or did. */
export interface MemberTask {
  readonly id: string;
  readonly name: string;
  readonly state: 'queued' | 'delayed' | 'running' | 'succeeded' | 'failed';
  readonly attempts: number;
  readonly enqueued: string;
  /** When its latest attempt ended; null if none has. */
  readonly stopped: string | null;
  /** Of that attempt; null if it is not known. */
  readonly waitedSeconds: number | null;
  readonly ranSeconds: number | null;
  /** Of a task that failed and waits for another attempt: when that may start. */
  readonly nextAttempt: string | null;
}

/** A member on its own page. */
export interface MemberDetail extends MemberRow {
  /** Whether the origin holds a credential, which operators can see. */
  readonly isOriginMasked: boolean;
  /** The whole error, and where in the code it was thrown, as far as that is known. */
  readonly stack: string | null;
  /** What is not on its pages as it should be: sentences that name the page. */
  readonly warnings: readonly string[];
  /** Oldest first; of very many the newest. */
  readonly events: readonly MemberEvent[];
  /** The first of them. */
  readonly batches: readonly MemberBatch[];
  readonly batchCount: number;
  /** Newest first. */
  readonly tasks: readonly MemberTask[];
  /** As it was submitted, but for a password in its origin. */
  readonly composite: unknown;
  /** As the API shows it. */
  readonly body: unknown;
  /** What can be done with it just now. */
  readonly can: { readonly resubmit: boolean; readonly cancel: boolean; readonly delete: boolean };
}
