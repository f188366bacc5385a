import type { Knex } from 'knex';
import type { TaskHandler } from '../../../queue/index.ts';
import { openOwnQueue } from '../own-queue.ts';
import type { NoArguments, TasksOf } from '../registry-tasks.ts';
import { IS_INDEXED } from './indexable-layers.ts';

/** Layers that are noted in one transaction. */
const BATCH_SIZE = 10_000;

/** Notes all layers to be indexed, or to be removed from the index. The result is how many. */
export function indexAllLayersHandler(tasksOf: TasksOf): TaskHandler<NoArguments, number> {
  return async (_args, { platform, taskId, signal, progress }) => {
    const queue = await openOwnQueue({ platform, taskId });
    const tasks = tasksOf(platform, queue);
    try {
      let doneCount = 0;
      for (let after: string | undefined = '0'; after !== undefined; ) {
        signal.throwIfAborted();
        const lastId: string = after;
        const noted = await platform.database.transaction(async (transaction) => {
          const page = await noteNext(transaction, lastId);
          await tasks.indexCachedLayers(transaction);
          return page;
        });
        doneCount += noted.count;
        progress(doneCount);
        after = noted.lastId;
      }
      return doneCount;
    } finally {
      await queue.close();
    }
  };
}

/** Notes the layers after an id. Returns the last of them; `undefined` where there are no more. */
async function noteNext(
  transaction: Knex.Transaction,
  afterId: string,
): Promise<{ readonly count: number; readonly lastId: string | undefined }> {
  const { rows } = await transaction.raw<{ rows: { count: number; lastId: string | null }[] }>(
    `WITH page AS (
       SELECT l.id, l.catalog_id, ${IS_INDEXED} AS is_indexed
       FROM map_registry.layers l JOIN map_registry.services s ON s.id = l.service_id
       WHERE l.id > ? ORDER BY l.id LIMIT ?
     ), noted AS (
       INSERT INTO map_registry.layers_to_index AS noted (layer_id, catalog_id, action)
       SELECT id, catalog_id, CASE WHEN is_indexed THEN 'index' ELSE 'remove' END FROM page ORDER BY id
       ON CONFLICT (layer_id) DO UPDATE
       SET action = EXCLUDED.action, noted = clock_timestamp(), refusal = NULL, refused_count = 0
     )
     SELECT count(*)::int AS count, max(id) AS "lastId" FROM page`,
    [afterId, BATCH_SIZE],
  );
  const { count = 0, lastId = null } = rows[0] ?? {};
  return { count, lastId: lastId ?? undefined };
}
