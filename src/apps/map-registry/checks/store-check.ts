import type { Knex } from 'knex';
import { storableText } from '../../../platform/database/storable-text.ts';
import { noteToIndex } from '../indexing/note-to-index.ts';
import type { CheckResult } from './check-result.ts';
import { countTask } from './counted-tasks.ts';
import { takeThumbnail } from './thumbnails.ts';

/** A check that has ended. */
export interface EndedCheck extends CheckResult {
  /** The task that has made it: its check is counted once, however often it is run. */
  readonly taskId: string;
}

/**
 * Stores the check of a service: the check, and what is counted of all its checks.
 *
 * @returns whether it was stored: the service is there, and the task was not counted before.
 */
export async function storeServiceCheck(
  transaction: Knex.Transaction,
  serviceId: string,
  check: EndedCheck,
): Promise<boolean> {
  if (!(await countTask(transaction, check.taskId))) return false;
  const { rows } = await transaction.raw<{ rows: { id: string }[] }>(
    `UPDATE map_registry.services SET ${COUNTERS} WHERE id = :id::bigint RETURNING id`,
    { id: serviceId, ...bindingsOf(check) },
  );
  if (rows.length === 0) return false;
  await insertCheck(transaction, 'service_id', serviceId, check);
  return true;
}

/**
 * Stores the check of a layer: the check, what is counted of all its checks, its thumbnail, and that the index has to hear of
 * it.
 *
 * @param thumbnail the key of the new one. Default: it stays.
 * @returns whether it was stored: the layer is there, and the task was not counted before.
 */
export async function storeLayerCheck(
  transaction: Knex.Transaction,
  layerId: string,
  check: EndedCheck,
  thumbnail?: string,
): Promise<boolean> {
  if (!(await countTask(transaction, check.taskId))) return false;
  if (thumbnail !== undefined) await takeThumbnail(transaction, layerId, thumbnail);
  const { rows } = await transaction.raw<{ rows: { catalogId: string; isListed: boolean }[] }>(
    `UPDATE map_registry.layers SET ${COUNTERS}
     WHERE id = :id::bigint
     RETURNING catalog_id AS "catalogId", is_valid AND NOT was_deleted AS "isListed"`,
    { id: layerId, ...bindingsOf(check) },
  );
  const [layer] = rows;
  if (!layer) return false;
  await insertCheck(transaction, 'layer_id', layerId, check);
  const { catalogId, isListed } = layer;
  await noteToIndex(transaction, [{ layerId, catalogId }], isListed ? 'index' : 'remove');
  return true;
}

/** SQL: what a check changes in a row of services or layers. */
const COUNTERS = `check_count = check_count + 1, success_count = success_count + :success::boolean::integer,
  recent_checks = (recent_checks << 1) | :success::boolean::integer,
  failures_in_row = CASE WHEN :success THEN 0 ELSE failures_in_row + 1 END,
  first_check = coalesce(first_check, transaction_timestamp()), last_check = transaction_timestamp(),
  last_status = :success, last_message = :message`;

function bindingsOf({ success, message }: CheckResult): { success: boolean; message: string } {
  return { success, message: storableText(message) };
}

async function insertCheck(
  transaction: Knex.Transaction,
  column: 'service_id' | 'layer_id',
  id: string,
  { success, responseSeconds, message }: CheckResult,
): Promise<void> {
  await transaction('map_registry.checks').insert({
    [column]: id,
    checked: transaction.raw('transaction_timestamp()'),
    success,
    response_seconds: responseSeconds,
    message: storableText(message),
  });
}
