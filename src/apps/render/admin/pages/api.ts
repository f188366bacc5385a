import { callAdmin, listPath, recordPath } from '../../../../app-kit/pages/index.ts';
import type { OrderInput } from '../shapes.ts';

/** The page with the form of an order, below the admin's root. */
export const ORDER_PATH = recordPath('pull-tasks', 'new');

/** Does something to tasks; returns what was done, for people. @throws {AdminCallError} */
export async function act(action: string, ids: readonly string[]): Promise<string> {
  const path = `/api/apps/render/actions/pull-tasks/${action}`;
  const { message } = await callAdmin<{ message: string }>(path, { ids });
  return message;
}

/** Orders a worksheet in a queue; returns the id of the row of the order. @throws {AdminCallError} */
export async function order(queueId: string, input: OrderInput): Promise<string> {
  const path = '/api/apps/render/actions/pull-queues/order';
  const { created } = await callAdmin<{ created: string }>(path, { ids: [queueId], ...input });
  return created;
}

/** The list of the tasks of a queue, of all tags or of one, below the admin's root. */
export function tasksPath(
  queue: { readonly id: string; readonly project: string; readonly name: string },
  tag?: string,
): string {
  // A name is easier to read than a key; one with a slash in the project would be another queue's.
  const isReadable = !queue.project.includes('/');
  const query = new URLSearchParams({
    queue: isReadable ? `${queue.project}/${queue.name}` : queue.id,
    ...(tag === undefined ? {} : { tag }),
  });
  return `${listPath('pull-tasks')}?${query}`;
}
