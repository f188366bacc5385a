import type { Database } from '../../platform/database/connection.ts';
import type { TaskOfQueue, WaitingTaskPage } from '../brokers/carrier.ts';
import { allCarriers } from '../brokers/carriers.ts';
import { heldTasks, heldTasksBetween } from '../brokers/held-tasks.ts';

/** Returns a page of the tasks that wait in a queue, whichever broker carries them, oldest first. */
export async function waitingTasks(
  database: Database,
  page: WaitingTaskPage,
): Promise<readonly TaskOfQueue[]> {
  const found = await Promise.all(allCarriers(database).map((carrier) => carrier.waitingTasks(page)));
  return found.flat().toSorted(byAge).slice(0, page.limit);
}

/** Returns one task that waits or runs, in any queue; `undefined` if there is none with this id (a UUID). */
export async function findQueuedTask(database: Database, id: string): Promise<TaskOfQueue | undefined> {
  const [found] = await findQueuedTasks(database, [id]);
  return found;
}

/** Returns those of the tasks with these ids (UUIDs) that wait or run, in any queue. */
export async function findQueuedTasks(
  database: Database,
  ids: readonly string[],
): Promise<readonly TaskOfQueue[]> {
  // Those that are held are looked up last: a task that is taken meanwhile is found twice rather than not at all.
  const waiting = await Promise.all(allCarriers(database).map((carrier) => carrier.findTasks(ids)));
  const held = await heldTasks(database, ids);
  return eachOnce([...held, ...waiting.flat()]);
}

/** Returns tasks that wait or run, in any queue, whose ids lie between two UUIDs, these included; at most `limit`. */
export async function queuedTasksBetween(
  database: Database,
  [first, last]: readonly [first: string, last: string],
  limit: number,
): Promise<readonly TaskOfQueue[]> {
  const waiting = await Promise.all(
    allCarriers(database).map((carrier) => carrier.tasksBetween(first, last, limit)),
  );
  const held = await heldTasksBetween(database, first, last, limit);
  return eachOnce([...held, ...waiting.flat()]).slice(0, limit);
}

/** A task that was taken between two look-ups is in both. */
function eachOnce(tasks: readonly TaskOfQueue[]): readonly TaskOfQueue[] {
  const byId = new Map<string, TaskOfQueue>();
  for (const task of tasks) if (!byId.has(task.id)) byId.set(task.id, task);
  return [...byId.values()];
}

function byAge(one: TaskOfQueue, other: TaskOfQueue): number {
  return one.created + one.id < other.created + other.id ? -1 : 1;
}
