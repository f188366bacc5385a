import { MOST_SEARCH_HITS } from '../../app-kit/admin/app-admin.ts';
import type { SearchHit } from '../../app-kit/admin/search-hit.ts';
import type { Database } from '../../platform/database/connection.ts';
import { isUuid, uuidsFrom } from '../../platform/uuid.ts';
import { queuedTasksBetween, runningTasks } from '../../queue/index.ts';
import { TASK_LISTS } from '../queue/resources.ts';
import type { TaskState } from '../queue/shapes.ts';
import type { TaskDescriber } from '../queue/task-describer.ts';

/** Running tasks among which a name is looked for; they have no index of names, and are few. */
const MOST_RUNNING = 1_000;

interface FoundTask {
  readonly id: string;
  readonly name: string;
  readonly func: string;
  readonly state: TaskState;
}

/** Finds tasks by an id, by the first six characters of one or more, or by a whole name. */
export async function findTasks(
  database: Database,
  describer: TaskDescriber,
  text: string,
): Promise<readonly SearchHit[]> {
  const range = isUuid(text) ? ([text, text] as const) : uuidsFrom(text);
  const found = range ? await findByIds(database, range) : await findByName(database, text);
  const described = await describer.describe(found.slice(0, MOST_SEARCH_HITS));
  return described.map(({ id, name, func, state, description }) => ({
    kind: `Task, ${state}`,
    title: description?.title ?? name,
    subtitle: description ? `${name}, ${func}` : func,
    path: `/resources/${TASK_LISTS[state]}/records/${id}/show`,
  }));
}

async function findByIds(database: Database, range: readonly [string, string]): Promise<FoundTask[]> {
  const [finished, queued] = await Promise.all([
    database('queue.tasks')
      .whereBetween('id', [...range])
      .limit(MOST_SEARCH_HITS)
      .select<FinishedRow[]>('id', 'name', 'func', 'success'),
    queuedTasksBetween(database, range, MOST_SEARCH_HITS),
  ]);
  // A task that failed and waits for its next attempt is in both; it waits.
  const tasks = [...finished.map(asFound), ...queued];
  return [...new Map(tasks.map((task) => [task.id, task])).values()];
}

async function findByName(database: Database, name: string): Promise<FoundTask[]> {
  const [finished, running] = await Promise.all([
    database('queue.tasks')
      .where({ name })
      .orderBy('stopped', 'desc')
      .limit(MOST_SEARCH_HITS)
      .select<FinishedRow[]>('id', 'name', 'func', 'success'),
    runningTasks(database, { limit: MOST_RUNNING }),
  ]);
  const held = running
    .filter((task) => task.name === name)
    .map(({ id, func }): FoundTask => ({ id, name, func, state: 'running' }));
  return [...new Map([...finished.map(asFound), ...held].map((task) => [task.id, task])).values()];
}

interface FinishedRow {
  readonly id: string;
  readonly name: string;
  readonly func: string;
  readonly success: boolean;
}

function asFound({ id, name, func, success }: FinishedRow): FoundTask {
  return { id, name, func, state: success ? 'succeeded' : 'failed' };
}
