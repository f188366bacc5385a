import { type Request, Router } from 'express';
import type { AppContext } from '../../app-kit/app-context.ts';
import { pausedQueues, queueFigures } from '../../queue/index.ts';
import { audited, recordAudit } from '../access/audit.ts';
import { signedIn } from '../access/signed-in.ts';
import { ActionRefusedError } from '../action-refused.ts';
import { readStorableJson } from '../storable-requests.ts';
import { withQueue } from './queue-by-name.ts';
import { QUEUES } from './resources.ts';
import type { QueueRow } from './shapes.ts';

/** Every queue, by name. */
export async function listQueues({ platform: { database } }: AppContext): Promise<QueueRow[]> {
  const [figures, paused] = await Promise.all([queueFigures(database), pausedQueues(database)]);
  const pausedBy = new Map(paused.map((queue) => [queue.name, queue]));
  return figures.map(({ queue, engines, ...figure }) => ({
    queue,
    pausedBy: pausedBy.get(queue)?.pausedBy ?? null,
    pausedSince: asIso(pausedBy.get(queue)?.since),
    queued: figure.queued,
    isQueuedEstimated: figure.isQueuedEstimated,
    delayed: figure.delayed,
    oldestSeconds: figure.oldestSeconds,
    running: figure.running,
    workers: figure.workers,
    engines: Object.values(engines).reduce((sum, count) => sum + count, 0),
    successesLastDay: figure.successesLastDay,
    failuresLastDay: figure.failuresLastDay,
  }));
}

/**
 * What operators do to queues: `POST /queues/{name}/pause`, `/resume`, and `/purge` with `{"confirm": name}`, each
 * with its line in the audit log.
 */
export function createQueueActions(context: AppContext): Router {
  const { database } = context.platform;
  const router = Router();
  const entryOf = (request: Request<{ name: string }>, action: string) => ({
    actor: signedIn(request),
    action,
    resource: QUEUES,
    recordIds: [request.params.name],
  });

  router.post('/queues/:name/pause', async (request, response) => {
    const { name } = request.params;
    await withQueue(context, name, (queue) =>
      audited(database, entryOf(request, 'pause'), (transaction) =>
        queue.pause(signedIn(request).username, transaction),
      ),
    );
    response.json({ message: `Paused ${name}` });
  });

  router.post('/queues/:name/resume', async (request, response) => {
    const { name } = request.params;
    await withQueue(context, name, (queue) =>
      audited(database, entryOf(request, 'resume'), (transaction) => queue.resume(transaction)),
    );
    response.json({ message: `${name} is resumed` });
  });

  router.post('/queues/:name/purge', readStorableJson(), async (request, response) => {
    const { name } = request.params;
    const { confirm }: { confirm?: unknown } = Object(request.body);
    if (confirm !== name) {
      throw new ActionRefusedError('This is not the name of the queue. Nothing was deleted.', 400);
    }
    const entry = entryOf(request, 'purge');
    // It takes no transaction, as a long queue is removed piece by piece; so the line follows it.
    const count = await withQueue(context, name, (queue) => queue.purgeQueue()).catch(
      async (error: unknown) => {
        const detail = error instanceof Error ? error.name : 'unknown error';
        await recordAudit(database, { ...entry, outcome: 'failed', detail });
        throw error;
      },
    );
    await recordAudit(database, { ...entry, outcome: 'done', detail: `${count} tasks` });
    response.json({ message: `Deleted ${count} ${count === 1 ? 'task' : 'tasks'} from ${name}` });
  });
  return router;
}

function asIso(moment: Date | undefined): string | null {
  return moment === undefined ? null : new Date(moment).toISOString();
}
