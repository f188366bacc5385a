import type { Knex } from 'knex';
import { arrayLiteral } from '../../../../platform/database/array-literal.ts';
import type { Condition } from '../filters/condition.ts';
import { listedSql } from '../records/find-records.ts';
import { refused } from './given-record.ts';

/** Records that one condition of a transaction may mean. */
const MOST_RECORDS = 1_000;

/** A layer that a transaction changes. */
export interface MatchingLayer {
  readonly layerId: string;
  readonly identifier: string;
}

/**
 * Returns the layers whose records fulfil a condition, in the order of their ids. They stay locked until the transaction ends, with their
 * services.
 *
 * @throws {OgcError} there are more than a transaction may change.
 */
export async function matchingLayers(
  transaction: Knex.Transaction,
  catalogId: string,
  condition: Condition,
): Promise<readonly MatchingLayer[]> {
  const { sql, bindings } = listedSql(catalogId, condition);
  const { rows } = await transaction.raw<{ rows: { layer_id: string }[] }>(
    `SELECT layer_id FROM map_registry.records record WHERE ${sql} ORDER BY layer_id LIMIT ${MOST_RECORDS + 1}`,
    [...bindings],
  );
  if (rows.length > MOST_RECORDS) {
    throw refused(
      `The condition means more than ${MOST_RECORDS} records, more than a transaction may change.`,
    );
  }
  const layerIds = arrayLiteral(rows.map(({ layer_id }) => layer_id));
  await lockLayers(transaction, layerIds);
  // They may have changed before they were locked.
  const { rows: matching } = await transaction.raw<{ rows: MatchingLayer[] }>(
    `SELECT layer_id AS "layerId", identifier FROM map_registry.records record
     WHERE ${sql} AND layer_id = ANY(?::bigint[]) ORDER BY layer_id FOR UPDATE`,
    [...bindings, layerIds],
  );
  return matching;
}

/** In the order of a harvest, and of a check: neither waits for what this transaction holds while it holds what this one waits for. */
async function lockLayers(transaction: Knex.Transaction, layerIds: string): Promise<void> {
  await transaction.raw(
    `SELECT FROM map_registry.services
     WHERE id IN (SELECT service_id FROM map_registry.layers WHERE id = ANY(?::bigint[])) ORDER BY id FOR UPDATE`,
    [layerIds],
  );
  await transaction.raw(
    'SELECT FROM map_registry.layers WHERE id = ANY(?::bigint[]) ORDER BY id FOR UPDATE',
    [layerIds],
  );
}
