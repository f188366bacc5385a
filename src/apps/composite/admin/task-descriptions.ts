import type { DescribedTask, TaskDescription } from '../../../app-kit/admin/task-description.ts';
import type { AppContext } from '../../../app-kit/app-context.ts';
import { isUuid } from '../../../platform/uuid.ts';
import { fileNameOf } from './file-name.ts';
import { ORIGIN_SQL } from './origin-sql.ts';

/** What is read of the members that tasks process. */
interface MemberRow {
  readonly id: string;
  readonly origin: string;
  readonly compositeId: string | null;
  readonly customer: number;
  readonly collectionId: string;
}

/** Describes tasks by the members that they process. */
export async function describeTasks(
  { platform: { database } }: AppContext,
  tasks: readonly DescribedTask[],
): Promise<ReadonlyMap<string, TaskDescription>> {
  const memberIds = new Map(tasks.map(({ id, args }) => [id, String(args['memberId'])]));
  const members: MemberRow[] = await database('composite.members')
    .join('composite.collections', 'collections.id', 'members.collection_id')
    .whereIn('members.id', [...memberIds.values()].filter(isUuid))
    .select(
      'members.id',
      'members.collection_id AS collectionId',
      'collections.customer',
      database.raw(`left(${ORIGIN_SQL}, 2000) AS origin`),
      database.raw(`left(members.composite ->> 'compositeId', 200) AS "compositeId"`),
    );
  const byId = new Map(members.map((member) => [member.id, member]));
  return new Map(
    [...memberIds].flatMap(([taskId, memberId]) => {
      const member = byId.get(memberId.toLowerCase());
      return member ? [[taskId, describe(member)] as const] : [];
    }),
  );
}

function describe({ id, origin, compositeId, customer, collectionId }: MemberRow): TaskDescription {
  const where = `customer ${customer}, collection ${collectionId.slice(0, 8)}`;
  return {
    title: fileNameOf(origin),
    subtitle: compositeId ? `${compositeId}, ${where}` : where,
    path: `/resources/members/records/${id}/show`,
  };
}
