import { randomUUID } from 'node:crypto';
import type { MemberStatus } from '../../../../src/apps/composite/members/member-status.ts';
import { processMember } from '../../../../src/apps/composite/tasks.ts';
import type { ServedAdmin } from '../../../admin/admin-client.ts';
import { signFailedTasks } from '../../../support/signed-rows.ts';

/** What of a stored member a test cares for. */
export interface StoredMember {
  readonly customer?: number;
  readonly collectionId?: string;
  readonly position?: number;
  readonly status?: MemberStatus;
  readonly error?: string;
  readonly composite?: object;
  readonly created?: string;
  readonly pagesDone?: number;
  readonly pagesTotal?: number;
}

/** A member, its collection, and the id of its task. */
export interface MemberIds {
  readonly id: string;
  readonly collectionId: string;
  readonly taskId: string;
}

/** Stores a member, in a collection of its own unless told. */
export async function storeMember(
  admin: Pick<ServedAdmin, 'platform'>,
  member: StoredMember = {},
): Promise<MemberIds> {
  const { database } = admin.platform;
  const { status = 'PENDING', position = 0, composite, error, created, pagesDone, pagesTotal } = member;
  const [id, taskId] = [randomUUID(), randomUUID()];
  const collectionId = member.collectionId ?? randomUUID();
  const moment = created ?? new Date().toISOString();
  if (member.collectionId === undefined) {
    await database('composite.collections').insert({
      id: collectionId,
      customer: member.customer ?? 5,
      created: moment,
    });
  }
  await database('composite.members').insert({
    id,
    collection_id: collectionId,
    position,
    status,
    error: error ?? null,
    task_id: taskId,
    pages_done: pagesDone ?? 0,
    pages_total: pagesTotal ?? null,
    created: moment,
    composite: { id: 'page-{:03d}', space: 2, origin: 'https://example.org/book.pdf', ...composite },
  });
  return { id, collectionId, taskId };
}

/** Lets the task of a member have failed. */
export async function storeFailure(
  admin: Pick<ServedAdmin, 'platform'>,
  { id, taskId }: MemberIds,
): Promise<void> {
  await admin.platform.database('queue.tasks').insert({
    id: taskId,
    name: 'winter-speaker-alpha-ceiling',
    func: processMember.name,
    args: {
      memberId: id,
      authorization: { $sealed: admin.platform.secretBox.seal('"Basic abc"', 'nothing') },
    },
    result: { error: 'the origin is gone', stack: 'Error: the origin is gone\n    at fetchOrigin' },
    cluster: 'composite',
    started: '2026-01-01T00:00:00Z',
    stopped: '2026-01-01T00:00:38.5Z',
    success: false,
    attempt_count: 2,
  });
  await signFailedTasks(admin.platform);
}

/** Lets the task of a member wait. */
export async function enqueueTask(
  admin: Pick<ServedAdmin, 'queue'>,
  { id, taskId }: MemberIds,
): Promise<void> {
  await admin.queue.asyncTask(processMember, { memberId: id, authorization: 'Basic abc' }, { id: taskId });
}
