import type { TaskHandler } from '../../../queue/index.ts';
import { openOwnQueue } from '../own-queue.ts';
import type { NoArguments, TasksOf } from '../registry-tasks.ts';

/** Notes the layers to be removed that have open issues, or whose service has. The result is how many. */
export function unindexLayersWithIssuesHandler(tasksOf: TasksOf): TaskHandler<NoArguments, number> {
  return async (_args, { platform, taskId }) => {
    const queue = await openOwnQueue({ platform, taskId });
    try {
      return await platform.database.transaction(async (transaction) => {
        const { rows } = await transaction.raw<{ rows: { count: number }[] }>(
          `WITH noted AS (
             INSERT INTO map_registry.layers_to_index AS noted (layer_id, catalog_id, action)
             SELECT l.id, l.catalog_id, 'remove' FROM map_registry.layers l
             WHERE l.id IN (SELECT layer_id FROM map_registry.issues WHERE layer_id IS NOT NULL AND resolved IS NULL)
               OR l.service_id IN (SELECT service_id FROM map_registry.issues WHERE service_id IS NOT NULL AND resolved IS NULL)
             ORDER BY l.id
             ON CONFLICT (layer_id) DO UPDATE
             SET action = 'remove', noted = clock_timestamp(), refusal = NULL, refused_count = 0
             RETURNING 1
           ) SELECT count(*)::int AS count FROM noted`,
        );
        await tasksOf(platform, queue).indexCachedLayers(transaction);
        return rows[0]?.count ?? 0;
      });
    } finally {
      await queue.close();
    }
  };
}
