import type { Knex } from 'knex';
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
 * Returns the layers whose records fulfil a condition, in the order of their ids; they stay locked until the transaction ends.
 *
 * @throws {OgcError} there are more than a transaction may change.
 */
export async function matchingLayers(
  transaction: Knex.Transaction,
  catalogId: string,
  condition: Condition,
): Promise<readonly MatchingLayer[]> {
  const { sql, bindings } = listedSql(catalogId, condition);
  const { rows } = await transaction.raw<{ rows: MatchingLayer[] }>(
    `SELECT layer_id AS "layerId", identifier FROM map_registry.records record WHERE ${sql}
     ORDER BY layer_id LIMIT ${MOST_RECORDS + 1} FOR UPDATE`,
    [...bindings],
  );
  if (rows.length > MOST_RECORDS) {
    throw refused(
      `The condition means more than ${MOST_RECORDS} records, more than a transaction may change.`,
    );
  }
  return rows;
}
