import {
  type AdminAction,
  AdminActionError,
  type AdminActionOutcome,
  MOST_ROWS_OF_AN_ACTION,
} from '../../../app-kit/admin/action.ts';
import type { AppContext } from '../../../app-kit/app-context.ts';
import { type Cancellation, deleteTasks, ResubmitRefusedError } from '../../../queue/index.ts';
import { ownsFolder } from '../dlcs/batches.ts';
import type { JsonObject } from '../dlcs/dlcs-client.ts';
import { awaitNewTasks, findMember } from '../members/members.ts';
import { openOrigin } from '../origin/sealed-origin.ts';
import { ownerOf } from '../pages/page-owner.ts';
import { PageStore } from '../pages/page-store.ts';
import { failedMembersOf } from './collections.ts';

/** Members whose pages one request may remove: S3 is asked for each. */
const MOST_MEMBERS_WITH_PAGES = 100;

/** How long S3 may take to remove the pages of one member. */
const REMOVAL_MILLISECONDS = 60_000;

/** What operators may do with collections and members. */
export const adminActions: readonly AdminAction[] = [
  {
    name: 'resubmit',
    resource: 'members',
    run: (context, { ids, username }) => resubmitMembers(context, ids, username),
  },
  {
    name: 'resubmit',
    resource: 'collections',
    async run(context, { ids, username }) {
      const failed = await failedMembersOf(context.platform.database, ids, MOST_ROWS_OF_AN_ACTION);
      const { message } = await resubmitMembers(context, failed, username);
      return failed.length < MOST_ROWS_OF_AN_ACTION ? message : `${message}; there may be more: do it again`;
    },
  },
  {
    name: 'cancel',
    resource: 'members',
    run: (context, { ids, username }) => cancelTasksOf(context, ids, username),
  },
  {
    name: 'delete',
    resource: 'members',
    run: (context, { ids, input }) => deleteMembers(context, ids, input['withPages'] === true),
  },
  {
    name: 'reveal',
    resource: 'members',
    run: (context, { ids }) => revealOrigin(context, ids),
  },
];

async function revealOrigin(
  { platform }: AppContext,
  [id = '', ...rest]: readonly string[],
): Promise<Counted> {
  if (rest.length > 0) throw new AdminActionError('The origin of one member is shown at a time');
  const member = await findMember(platform.database, id);
  if (!member) throw new AdminActionError('The member no longer exists');
  const stored = { shown: String(member.composite['origin']), sealed: member.sealedOrigin };
  return { message: 'Showed the whole origin', count: 1, secret: openOrigin(stored, id, platform.secretBox) };
}

async function resubmitMembers(
  { platform: { database }, queue }: AppContext,
  ids: readonly string[],
  username: string,
): Promise<Counted> {
  const members: { id: string; task_id: string }[] = await database('composite.members')
    .whereIn('id', ids)
    .whereNot({ status: 'COMPLETED' })
    .whereNotNull('task_id')
    .select('id', 'task_id');
  const newIds = await queue
    .resubmitTasks(
      members.map(({ task_id }) => task_id),
      undefined,
      username,
    )
    .catch((error: unknown) => {
      throw error instanceof ResubmitRefusedError ? new AdminActionError(error.message) : error;
    });
  if (newIds.length === 0) {
    throw new AdminActionError('Nothing was resubmitted: none of these has a failed task that is still kept');
  }
  // A task that is not there any more was so quick that its member needs nothing of this.
  const tasks = await queue.queuedTasks({ ids: newIds, limit: newIds.length, offset: 0 });
  const memberIds = new Map(members.map(({ id, task_id }) => [task_id, id]));
  await awaitNewTasks(
    database,
    tasks.flatMap(({ id: newTaskId, options: { resubmittedFrom: failedTaskId } }) => {
      const memberId = failedTaskId === undefined ? undefined : memberIds.get(failedTaskId);
      return memberId === undefined || failedTaskId === undefined
        ? []
        : [{ memberId, failedTaskId, newTaskId }];
    }),
  );
  const rest = ids.length - newIds.length;
  const message = `Resubmitted ${membersInWords(newIds.length)}${
    rest === 0 ? '' : `; skipped ${rest} without a failed task that can be sent back`
  }`;
  return { message, count: newIds.length };
}

async function cancelTasksOf(
  { platform: { database }, queue }: AppContext,
  ids: readonly string[],
  username: string,
): Promise<Counted> {
  const members: { id: string; task_id: string }[] = await database('composite.members')
    .whereIn('id', ids)
    .whereNotNull('task_id')
    .select('id', 'task_id');
  // The queue calls the function for those that will not run, and that lets their members fail.
  const outcomes = await queue.cancelTasks(
    members.map(({ task_id }) => task_id),
    username,
  );
  const countOf = (outcome: Cancellation) => [...outcomes.values()].filter((one) => one === outcome).length;
  const [cancelled, cancelling] = [countOf('cancelled'), countOf('cancelling')];
  const told = [
    ...(cancelled > 0 ? [`Cancelled ${membersInWords(cancelled)}`] : []),
    ...(cancelling > 0 ? [`asked ${membersInWords(cancelling)} that ran to stop`] : []),
  ];
  if (told.length === 0)
    throw new AdminActionError('Nothing was cancelled: none of these has a waiting or running task');
  return { message: told.join('; '), count: cancelled + cancelling };
}

async function deleteMembers(
  context: AppContext,
  ids: readonly string[],
  withPages: boolean,
): Promise<Counted> {
  const { platform, queue } = context;
  const { database } = platform;
  if (withPages && ids.length > MOST_MEMBERS_WITH_PAGES) {
    throw new AdminActionError(
      `Members can be deleted together with their pages ${MOST_MEMBERS_WITH_PAGES} at a time; these are ${ids.length}`,
    );
  }
  const named: OwnedMember[] = await database('composite.members')
    .join('composite.collections', 'collections.id', 'members.collection_id')
    .whereIn('members.id', ids)
    .select('members.id', 'collections.customer', 'members.composite', 'members.task_id AS taskId');
  const allTaskIds = named.flatMap(({ taskId }) => taskId ?? []);
  const held = await queue.queuedTasks({ ids: allTaskIds, limit: allTaskIds.length, offset: 0 });
  const running = new Set(held.filter(({ state }) => state === 'running').map(({ id }) => id));
  const members = named.filter(({ taskId }) => taskId === null || !running.has(taskId));
  if (members.length === 0 && running.size > 0) {
    throw new AdminActionError('A member that is being processed cannot be deleted: cancel it first');
  }
  const taskIds = members.flatMap(({ taskId }) => taskId ?? []);
  await queue.deleteQueuedTasks(taskIds);
  let kept = 0;
  for (const member of withPages ? members : []) kept += (await removePages(context, member)) ? 0 : 1;
  await database.transaction(async (transaction) => {
    await deleteTasks(transaction, taskIds);
    await transaction('composite.members')
      .whereIn(
        'id',
        members.map(({ id }) => id),
      )
      .delete();
  });
  const message = [
    `Deleted ${membersInWords(members.length)}${withPages ? ' with their pages' : ''}`,
    ...(running.size > 0 ? [`skipped ${running.size} that are being processed: cancel them first`] : []),
    ...(kept > 0 ? [`kept the pages of ${kept}, as another version of the composite may use them`] : []),
  ].join('; ');
  return { message, count: members.length };
}

type Counted = Exclude<AdminActionOutcome, string>;

interface OwnedMember {
  readonly id: string;
  readonly customer: number;
  readonly composite: JsonObject;
  readonly taskId: string | null;
}

/** Returns whether the pages are gone; they stay if another member may have put pages into the same place. */
async function removePages({ platform }: AppContext, member: OwnedMember): Promise<boolean> {
  const store = PageStore.open(platform, ownerOf(member));
  const isAlone =
    store.isMembersOwn || (await ownsFolder(platform.database, member.id, await store.urlOf(1)));
  if (isAlone) await store.removeOrphans(0, AbortSignal.timeout(REMOVAL_MILLISECONDS));
  return isAlone;
}

function membersInWords(count: number): string {
  return count === 1 ? '1 member' : `${count} members`;
}
