import type { Database } from '../../../platform/database/connection.ts';
import { asError, groupedCalls } from '../../../platform/database/grouped-calls.ts';
import { type LeaseRequest, leaseTasks } from './leases.ts';
import type { NewPullTask, PullTask } from './pull-task.ts';
import { deleteTasks, insertTasks, MOST_PAYLOAD_BYTES, type TaskOfQueue } from './tasks.ts';

/** What is leased, and the key of the queue. */
interface Lease {
  readonly queueId: string;
  readonly request: LeaseRequest;
}

/** A task of so many bytes, or a lease of so many tasks, is work enough to go alone. */
const LARGE_PAYLOAD_BYTES = 65_536;
const LARGE_COUNT = 100;

/** Inserts, leases and deletes tasks; calls that come together share one statement and one commit. */
export class GroupedTasks {
  readonly #database: Database;
  readonly #insert: (insert: TaskOfQueue) => Promise<PullTask | undefined>;
  readonly #lease: (lease: Lease) => Promise<readonly PullTask[]>;
  /** Removes a task; one that does not exist is no error. */
  readonly delete: (task: { readonly queueId: string; readonly id: string }) => Promise<void>;

  constructor(database: Database) {
    this.#database = database;
    this.#insert = groupedCalls((inserts) => insertTasks(database, inserts));
    this.#lease = groupedCalls((leases) => leaseAll(database, leases));
    this.delete = groupedCalls(async (tasks) => {
      await deleteTasks(database, tasks);
      return tasks.map(() => undefined);
    });
  }

  /** Stores a task; `undefined` if its id is taken. */
  async insert(queueId: string, task: NewPullTask): Promise<PullTask | undefined> {
    if (task.payloadBase64.length < LARGE_PAYLOAD_BYTES) return this.#insert({ queueId, task });
    return (await insertTasks(this.#database, [{ queueId, task }]))[0];
  }

  /** Leases tasks, as {@link leaseTasks} does. */
  async lease(queueId: string, request: LeaseRequest): Promise<readonly PullTask[]> {
    if (request.count < LARGE_COUNT) return this.#lease({ queueId, request });
    return leaseTasks(this.#database, queueId, request);
  }
}

/** What a call leased, or why it could not. */
type Leased = readonly PullTask[] | Error;

/**
 * Leases for many: those that want the same have one lease, whose tasks are shared out in their order. Each lease is
 * stored for itself, so that one that fails does not keep the tasks of another from their client.
 */
async function leaseAll(database: Database, leases: readonly Lease[]): Promise<readonly Leased[]> {
  const alike = Map.groupBy(leases, ({ queueId, request: { tag, leaseSeconds } }) =>
    JSON.stringify([queueId, leaseSeconds, tag]),
  );
  const leased = new Map<Lease, Leased>();
  for (const group of alike.values()) {
    const outcomes = await leaseTogether(database, group).catch((error) => group.map(() => asError(error)));
    for (const [index, lease] of group.entries()) leased.set(lease, outcomes[index] ?? []);
  }
  return leases.map((lease) => leased.get(lease) ?? []);
}

async function leaseTogether(database: Database, leases: readonly Lease[]): Promise<readonly Leased[]> {
  const [first] = leases;
  if (!first) return [];
  const count = leases.reduce((sum, { request }) => sum + request.count, 0);
  const tasks = await leaseTasks(database, first.queueId, { ...first.request, count });
  const shares = shareOut(tasks, leases);
  const bytes = tasks.reduce((sum, { payloadBase64 }) => sum + payloadBase64.length, 0);
  if (bytes < MOST_PAYLOAD_BYTES) return shares.map(({ share }) => share);
  // One lease had no room for more; whichever call has none of its tasks leases alone.
  return Promise.all(
    shares.map(({ share, lease: { queueId, request } }) =>
      share.length > 0 ? share : leaseTasks(database, queueId, request).catch(asError),
    ),
  );
}

/** Gives the first calls the oldest tasks. */
function shareOut(
  tasks: readonly PullTask[],
  leases: readonly Lease[],
): readonly { readonly lease: Lease; readonly share: readonly PullTask[] }[] {
  let from = 0;
  return leases.map((lease) => {
    const share = tasks.slice(from, from + lease.request.count);
    from += share.length;
    return { lease, share };
  });
}
