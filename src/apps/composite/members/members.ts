import type { Knex } from 'knex';
import type { Database, DatabaseOrTransaction } from '../../../platform/database/connection.ts';
import { storableText } from '../../../platform/database/storable-text.ts';
import { parseExactObject } from '../../../platform/exact-json.ts';
import type { JsonObject } from '../dlcs/dlcs-client.ts';
import type { MemberStatus } from './member-status.ts';

/** Characters of an error that are stored. */
const MAXIMUM_ERROR_CHARACTERS = 8_000;

/** What the pipeline needs of a member. */
export interface Member {
  readonly id: string;
  readonly customer: number;
  /** Whether its collection was submitted to the priority queue. */
  readonly isPriority: boolean;
  /** As it was submitted; numbers that a double does not hold are `RawJson`. */
  readonly composite: JsonObject;
  /** The whole URL of the origin, for `openOrigin`; `null` if `composite` has it. */
  readonly sealedOrigin: string | null;
  readonly status: MemberStatus;
  /** Pages of the PDF, where an earlier attempt has opened it. */
  readonly imageCount: number | null;
}

/** The member was deleted while it was processed. */
export class MemberGoneError extends Error {
  override readonly name = 'MemberGoneError';

  constructor(memberId: string) {
    super(`The member ${memberId} does not exist any more: it was deleted, or its collection was`);
  }
}

/** Reads a member; `undefined` if there is none. */
export async function findMember(database: Database, memberId: string): Promise<Member | undefined> {
  const row = await database('composite.members')
    .join('composite.collections', 'collections.id', 'members.collection_id')
    .where('members.id', memberId)
    .first<(Omit<Member, 'composite'> & { readonly composite: string }) | undefined>(
      'members.id',
      'collections.customer',
      'collections.priority AS isPriority',
      database.raw('members.composite::text AS composite'),
      'members.sealed_origin AS sealedOrigin',
      'members.status',
      'members.image_count AS imageCount',
    );
  return row && { ...row, composite: parseExactObject(row.composite) };
}

/** What changes with a status. */
export interface MemberChange {
  readonly status: MemberStatus;
  readonly error?: string | null;
  readonly task_id?: string;
  readonly image_count?: number | null;
  /** Pages in S3: while the task runs, the queue knows better. */
  readonly pages_done?: number;
  readonly pages_total?: number | null;
  /** What is not on its pages as it should be. */
  readonly warnings?: readonly string[];
}

/** What a member that starts from the beginning forgets of earlier attempts. */
export const UNTOUCHED = {
  error: null,
  image_count: null,
  pages_done: 0,
  pages_total: null,
  warnings: [],
} as const;

/** Moves a member on, and `last_updated` with it. @throws {MemberGoneError} */
export async function changeMember(
  database: DatabaseOrTransaction,
  memberId: string,
  change: MemberChange,
): Promise<void> {
  const member = database('composite.members').where({ id: memberId });
  if ((await move(database, member, change)) === 0) throw new MemberGoneError(memberId);
}

/**
 * Notes how many pages a member's PDF has. That is no step of its own, so `last_updated` stays.
 *
 * @throws {MemberGoneError}
 */
export async function notePageCount(
  database: DatabaseOrTransaction,
  memberId: string,
  pageCount: number,
): Promise<void> {
  const found = await database('composite.members')
    .where({ id: memberId })
    .update({ image_count: pageCount, pages_total: pageCount });
  if (found === 0) throw new MemberGoneError(memberId);
}

/** A member whose failed task was sent to the queue again, under another id. */
export interface ResubmittedMember {
  readonly memberId: string;
  readonly failedTaskId: string;
  readonly newTaskId: string;
}

/**
 * Members whose tasks were sent to the queue again wait for them, as they did at first; but for those whose worker
 * was faster, and those that go by another task by now.
 */
export async function awaitNewTasks(
  database: DatabaseOrTransaction,
  resubmitted: readonly ResubmittedMember[],
): Promise<void> {
  const tasks = `jsonb_to_recordset(?) AS task ("memberId" uuid, "failedTaskId" uuid, "newTaskId" uuid)
    WHERE task."memberId" = members.id AND task."failedTaskId" = members.task_id`;
  const json = JSON.stringify(resubmitted);
  const waiting = database('composite.members')
    .whereIn(
      'id',
      resubmitted.map(({ memberId }) => memberId),
    )
    .where({ status: 'ERROR' })
    .whereRaw(`EXISTS (SELECT FROM ${tasks})`, [json]);
  await move(database, waiting, {
    status: 'PENDING',
    error: null,
    task_id: database.raw(`(SELECT "newTaskId" FROM ${tasks})`, [json]),
  });
}

/**
 * Stores why a member failed. A completed member stays completed, and for a deleted one nothing is stored.
 *
 * @param pagesDone pages in S3, where that is known.
 */
export async function failMember(
  database: DatabaseOrTransaction,
  memberId: string,
  message: string,
  pagesDone?: number,
): Promise<void> {
  // A message may quote anything.
  const error = storableText(message.slice(0, MAXIMUM_ERROR_CHARACTERS));
  const member = database('composite.members').where({ id: memberId }).whereNot({ status: 'COMPLETED' });
  await move(database, member, {
    status: 'ERROR',
    error,
    ...(pagesDone === undefined ? {} : { pages_done: pagesDone }),
  });
}

/**
 * Completes a member if the DLCS has accepted all of its batches, in one statement.
 *
 * @returns whether it is completed.
 */
export async function completeMember(database: DatabaseOrTransaction, memberId: string): Promise<boolean> {
  const member = database('composite.members')
    .where({ id: memberId })
    .whereExists(database('composite.batches').where({ member_id: memberId }).select('id'))
    .whereNotExists(
      database('composite.batches')
        .where({ member_id: memberId })
        .whereNot({ state: 'accepted' })
        .select('id'),
    );
  return (await move(database, member, { status: 'COMPLETED', error: null })) > 0;
}

/**
 * Changes the members that a query has, and notes in the same statement which of them changed their state or
 * began an attempt. Returns how many there were.
 */
async function move(
  database: DatabaseOrTransaction,
  members: Knex.QueryBuilder,
  change: Omit<MemberChange, 'task_id'> & { readonly task_id?: string | Knex.Raw },
): Promise<number> {
  const update = members
    .update({ ...change, last_updated: database.raw('clock_timestamp()') })
    .returning(['id', 'status', 'task_id', 'error', 'last_updated']);
  // All parts of a statement read the tables as they were before it: the members joined below are the old ones.
  const { rows } = await database.raw<{ rows: [{ count: number }] }>(
    `WITH changed AS (?), noted AS (
       INSERT INTO composite.member_events (member_id, happened, status, task_id, error)
       SELECT changed.id, changed.last_updated, changed.status, changed.task_id, changed.error
       FROM changed JOIN composite.members AS before ON before.id = changed.id
       WHERE before.status <> changed.status OR ?
     )
     SELECT count(*)::integer AS count FROM changed`,
    [update, change.task_id !== undefined],
  );
  return rows[0].count;
}
