import { callAdmin } from '../../../app-kit/pages/index.ts';
import type { TaskList } from '../../queue/resources.ts';

const ROOT = '/api/queue';

/** What can be done to tasks. */
export type TaskAction = 'resubmit' | 'cancel' | 'delete';

/** What was done, in words; and the new tasks, where there are some. */
export interface Done {
  readonly message: string;
  readonly newIds: readonly string[];
}

/** Where the pages of the queue read. */
export function queuePath(path: string): string {
  return `${ROOT}${path}`;
}

/** Does something to tasks of one list, which all are of one queue. @throws {AdminCallError} */
export function actOnTasks(
  list: TaskList,
  action: TaskAction,
  ids: readonly string[],
  queue: string | undefined,
): Promise<Done> {
  return callAdmin(`${ROOT}/tasks/${list}/actions/${action}`, { ids, queue });
}

/** Does something to schedules. @throws {AdminCallError} */
export async function actOnSchedules(
  action: 'run' | 'pause' | 'resume' | 'delete',
  ids: readonly string[],
): Promise<string> {
  const { message } = await callAdmin<{ message: string }>(`${ROOT}/schedules/actions/${action}`, { ids });
  return message;
}

/** Stores the form of a schedule; without an id, of a new one. Returns its id. @throws {AdminCallError} */
export async function saveSchedule(id: string | undefined, form: object): Promise<string> {
  const saved = await callAdmin<{ id: string }>(`${ROOT}/schedules${id === undefined ? '' : `/${id}`}`, form);
  return saved.id;
}

/** Does something to a queue. @throws {AdminCallError} */
export async function actOnQueue(
  name: string,
  action: 'pause' | 'resume' | 'purge',
  input: object = {},
): Promise<string> {
  const { message } = await callAdmin<{ message: string }>(
    `${ROOT}/queues/${encodeURIComponent(name)}/${action}`,
    input,
  );
  return message;
}
