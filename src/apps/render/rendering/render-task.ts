import { defineTaskFunction, type JsonValue } from '../../../queue/index.ts';
import type { RenderArguments } from './render-arguments.ts';
import { failedResult } from './result-payload.ts';
import { storeResultOf } from './store-result.ts';

/** Renders one pull task, and puts the result in its place. */
export const renderTask = defineTaskFunction<RenderArguments, JsonValue>({
  name: 'render.render',
  load: async () => (await import('./render-pull-task.ts')).renderPullTask,
  async onLost({ rowId }, { error }, { taskId, transaction, nextAttemptSeconds }) {
    if (rowId === undefined || nextAttemptSeconds !== undefined) return;
    await storeResultOf(transaction, { rowId, renderTaskId: taskId }, (task) =>
      failedResult({ taskId: task.id, error }),
    );
  },
});
