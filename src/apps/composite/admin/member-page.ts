import type { AppContext } from '../../../app-kit/app-context.ts';
import type { Database } from '../../../platform/database/connection.ts';
import { isoTimestamp } from '../../../platform/database/timestamps.ts';
import { taskStatuses } from '../../../queue/index.ts';
import { Collections } from '../api/collections.ts';
import type { MemberStatus } from '../members/member-status.ts';
import { selectMembers } from './members.ts';
import { ORIGIN_SQL } from './origin-sql.ts';
import type { MemberBatch, MemberDetail, MemberEvent, MemberRow, MemberTask } from './shapes.ts';

/** Moves of a member that its page shows: a member that fails for months has many. */
const SHOWN_EVENTS = 200;

/** Batches that its page shows; the others are in the list of batches. */
const SHOWN_BATCHES = 100;

/** A task that waits or runs for the first time, or runs again. */
const ACTIVE_STATES: readonly MemberTask['state'][] = ['queued', 'delayed', 'running'];

/** Everything that a member's page shows; undefined if there is none. */
export async function readMemberPage(context: AppContext, id: string): Promise<MemberDetail | undefined> {
  const { database } = context.platform;
  const member = await readMember(database, id);
  if (!member) return undefined;
  const { taskId, error, ...row } = member;
  const [events, batches, body] = await Promise.all([
    readEvents(database, id),
    readBatches(database, id),
    new Collections(context).readMember(row.collectionId, id),
  ]);
  const taskIds = new Set([taskId, ...events.map((event) => event.taskId)].filter((known) => known !== null));
  const statuses = await taskStatuses(database, [...taskIds]);
  const stack = statuses.find(({ failure }) => failure?.stack !== undefined)?.failure?.stack ?? null;
  const tasks = statuses.map(({ failure: _, ...task }): MemberTask => task);
  const current = tasks.find((task) => task.id === taskId);
  return {
    ...row,
    error,
    stack,
    events,
    ...batches,
    tasks,
    body: body ?? null,
    can: {
      resubmit: row.status !== 'COMPLETED' && current?.state === 'failed',
      cancel:
        current !== undefined && (current.nextAttempt !== null || ACTIVE_STATES.includes(current.state)),
      delete: current?.state !== 'running',
    },
  };
}

/** What is read of a member beyond its row in a list. */
interface StoredMember extends MemberRow {
  readonly isOriginMasked: boolean;
  readonly taskId: string | null;
  readonly composite: unknown;
  readonly warnings: readonly string[];
}

async function readMember(database: Database, id: string): Promise<StoredMember | undefined> {
  const members = database('composite.members')
    .join('composite.collections', 'collections.id', 'members.collection_id')
    .where('members.id', id);
  return selectMembers(database, members)
    .select<StoredMember[]>(
      'members.task_id AS taskId',
      // The last of the two columns of one name is the one that is read.
      'members.error',
      database.raw('members.sealed_origin IS NOT NULL AS "isOriginMasked"'),
      'members.warnings',
      database.raw(`members.composite || jsonb_build_object('origin', ${ORIGIN_SQL}) AS composite`),
    )
    .first();
}

async function readEvents(database: Database, memberId: string): Promise<MemberEvent[]> {
  const newest: { status: MemberStatus; happened: string; taskId: string | null; error: string | null }[] =
    await database('composite.member_events')
      .where({ member_id: memberId })
      .orderBy('happened', 'desc')
      .limit(SHOWN_EVENTS)
      .select('status', isoTimestamp(database, 'happened', 'happened'), 'task_id AS taskId', 'error');
  return newest.reverse();
}

async function readBatches(
  database: Database,
  memberId: string,
): Promise<Pick<MemberDetail, 'batches' | 'batchCount'>> {
  const [batches, counted] = await Promise.all([
    database('composite.batches')
      .where({ member_id: memberId })
      .orderBy('position')
      .limit(SHOWN_BATCHES)
      .select<MemberBatch[]>(
        'id',
        database.raw('position + 1 AS number'),
        'state',
        'uri',
        database.raw(`jsonb_array_length(request -> 'member') AS "imageCount"`),
        isoTimestamp(database, 'posted', 'posted'),
      ),
    database('composite.batches')
      .where({ member_id: memberId })
      .count<{ count: string }[]>({ count: '*' })
      .first(),
  ]);
  return { batches, batchCount: Number(counted?.count ?? 0) };
}
