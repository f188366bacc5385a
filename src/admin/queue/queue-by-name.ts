import type { AppContext } from '../../app-kit/app-context.ts';
import { queueFigures, queueSettings, type TaskQueue } from '../../queue/index.ts';
import { ActionRefusedError } from '../action-refused.ts';

/** The names of the queues that there are. */
export async function queueNames({ platform }: Pick<AppContext, 'platform'>): Promise<readonly string[]> {
  return (await queueFigures(platform.database)).map(({ queue }) => queue);
}

/**
 * Does something with a queue, of whichever name.
 *
 * @throws {ActionRefusedError} if there is none of this name: asking for it must not make one.
 */
export async function withQueue<Result>(
  context: AppContext,
  name: string,
  work: (queue: TaskQueue) => Promise<Result>,
): Promise<Result> {
  const { platform, queue } = context;
  if (name === platform.settingsOf(queueSettings).queueName) return work(queue);
  if (!(await queueNames(context)).includes(name)) {
    throw new ActionRefusedError(`There is no queue ${name}.`, 404);
  }
  const other = queue.sibling(name);
  try {
    return await work(other);
  } finally {
    await other.close();
  }
}
