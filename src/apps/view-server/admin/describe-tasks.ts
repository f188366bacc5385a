import { keyOfRow } from '../../../app-kit/admin/row-keys.ts';
import type { DescribedTask, TaskDescription } from '../../../app-kit/admin/task-description.ts';
import type { AppContext } from '../../../app-kit/app-context.ts';
import { arrayLiteral } from '../../../platform/database/array-literal.ts';
import type { Stage } from '../stages/stage-names.ts';
import { ITEMS } from './resources.ts';
import { STAGE_LABELS } from './stage-labels.ts';

interface FoundItem {
  readonly task_id: string;
  readonly id: string;
  readonly stage: Stage;
  readonly path: string;
  readonly collection: string;
  readonly number: number;
}

/** Says of each task of a stage which item it is about, and which attempt it makes. */
export async function describeTasks(
  { platform: { database } }: AppContext,
  tasks: readonly DescribedTask[],
): Promise<ReadonlyMap<string, TaskDescription>> {
  const { rows } = await database.raw<{ rows: FoundItem[] }>(
    `SELECT DISTINCT ON (attempt.task_id) attempt.task_id, attempt.number, item.id, item.stage, item.path, item.collection
     FROM view_server.attempts AS attempt JOIN view_server.items AS item ON item.id = attempt.item_id
     WHERE attempt.task_id = ANY (?::uuid[]) ORDER BY attempt.task_id, attempt.number DESC`,
    [arrayLiteral(tasks.map(({ id }) => id))],
  );
  return new Map(
    rows.map(({ task_id, id, stage, path, collection, number }) => [
      task_id,
      {
        title: `${STAGE_LABELS[stage]}: ${path}`,
        subtitle: `${collection}, attempt ${number}`,
        path: `/resources/${ITEMS}/records/${keyOfRow(id)}/show`,
      },
    ]),
  );
}
