import type { Knex } from 'knex';
import { arrayLiteral } from '../../../../platform/database/array-literal.ts';
import type { Condition } from '../filters/condition.ts';
import { countLayers } from './insert-records.ts';
import { matchingLayers } from './matching-layers.ts';

/**
 * Deletes the layers whose records fulfil a condition. A service that is not monitored, and has no layers any more, is deleted too.
 *
 * @returns how many layers.
 * @throws {OgcError} there are more than one transaction may change.
 */
export async function deleteRecords(
  transaction: Knex.Transaction,
  catalogId: string,
  condition: Condition,
): Promise<number> {
  const layers = await matchingLayers(transaction, catalogId, condition);
  const layerIds = layers.map(({ layerId }) => layerId);
  // A trigger notes for the index that they are gone.
  const { rows } = await transaction.raw<{ rows: { service_id: string }[] }>(
    'DELETE FROM map_registry.layers WHERE id = ANY(?::bigint[]) RETURNING service_id',
    [arrayLiteral(layerIds)],
  );
  const serviceIds = rows.map(({ service_id }) => service_id);
  await transaction.raw(
    `DELETE FROM map_registry.services service WHERE id = ANY(?::bigint[]) AND NOT is_monitored
       AND NOT EXISTS (SELECT FROM map_registry.layers layer WHERE layer.service_id = service.id)`,
    [arrayLiteral([...new Set(serviceIds)])],
  );
  await countLayers(transaction, serviceIds);
  // An unchanged description has the layer still: with other rules, it is read again.
  await transaction('map_registry.services').whereIn('id', serviceIds).update({ harvest_rules: null });
  return rows.length;
}
