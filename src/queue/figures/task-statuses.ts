import type { Database } from '../../platform/database/connection.ts';
import { isoTimestamp } from '../../platform/database/timestamps.ts';
import type { TaskOfQueue } from '../brokers/carrier.ts';
import type { TaskFailure } from '../tasks/task-function.ts';
import { findQueuedTasks } from './waiting-tasks.ts';

/** How a task is: it waits or runs, or its latest attempt has ended. */
export interface TaskStatus {
  readonly id: string;
  readonly name: string;
  /** A failed task that runs again is `running`; one that waits for its next attempt is `failed`. */
  readonly state: 'queued' | 'delayed' | 'running' | 'succeeded' | 'failed';
  readonly attempts: number;
  /** When it was enqueued: ISO 8601 in UTC. */
  readonly enqueued: string;
  /** When its latest attempt ended, likewise; `null` if none has. */
  readonly stopped: string | null;
  /** Of its latest attempt that ended, how long it waited and how long its function ran; `null` if that is not known. */
  readonly waitedSeconds: number | null;
  readonly ranSeconds: number | null;
  /** When a failed task may be presented next, likewise; `null` if it runs, or is not presented again. */
  readonly nextAttempt: string | null;
  /** Why its latest attempt failed; `null` if it did not. */
  readonly failure: TaskFailure | null;
}

/** A task after an attempt has ended. */
type EndedTask = Pick<
  TaskStatus,
  'id' | 'name' | 'attempts' | 'enqueued' | 'failure' | 'waitedSeconds' | 'ranSeconds'
> & {
  readonly stopped: string;
};

/** Returns how tasks are, in whichever queue, newest first. Ids (UUIDs) of tasks that are gone are left out. */
export async function taskStatuses(
  database: Database,
  ids: readonly string[],
): Promise<readonly TaskStatus[]> {
  if (ids.length === 0) return [];
  const [ended, queued] = await Promise.all([readEnded(database, ids), findQueuedTasks(database, ids)]);
  const endedById = new Map(ended.map((task) => [task.id, task]));
  const queuedById = new Map(queued.map((task) => [task.id, task]));
  return [...new Set([...queuedById.keys(), ...endedById.keys()])]
    .map((id) => statusOf(id, queuedById.get(id), endedById.get(id)))
    .toSorted((one, other) => other.enqueued.localeCompare(one.enqueued));
}

async function readEnded(database: Database, ids: readonly string[]): Promise<EndedTask[]> {
  return database('queue.tasks')
    .whereRaw('id = ANY (?::uuid[])', [[...ids]])
    .select<EndedTask[]>(
      'id',
      'name',
      'attempt_count AS attempts',
      isoTimestamp(database, 'started', 'enqueued'),
      isoTimestamp(database, 'stopped', 'stopped'),
      'waited_seconds AS waitedSeconds',
      'ran_seconds AS ranSeconds',
      database.raw('CASE WHEN NOT success THEN result END AS failure'),
    );
}

/** A task that failed and waits for its next attempt, or is at it, is both queued and ended. */
function statusOf(id: string, queued: TaskOfQueue | undefined, ended: EndedTask | undefined): TaskStatus {
  return {
    id,
    name: queued?.name ?? ended?.name ?? '',
    state: stateOf(queued, ended),
    attempts: Math.max(queued?.attempts ?? 0, ended?.attempts ?? 0),
    enqueued: ended?.enqueued ?? queued?.created ?? '',
    stopped: ended?.stopped ?? null,
    waitedSeconds: ended?.waitedSeconds ?? null,
    ranSeconds: ended?.ranSeconds ?? null,
    nextAttempt: ended && queued && queued.state !== 'running' ? queued.startAfter : null,
    failure: ended?.failure ?? null,
  };
}

function stateOf(queued: TaskOfQueue | undefined, ended: EndedTask | undefined): TaskStatus['state'] {
  if (queued?.state === 'running') return 'running';
  if (ended) return ended.failure ? 'failed' : 'succeeded';
  return queued?.state ?? 'queued';
}
