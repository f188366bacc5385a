import type { Knex } from 'knex';
import { arrayLiteral } from '../../../platform/database/array-literal.ts';
import { storableJson } from '../../../platform/database/storable-text.ts';
import type { DateRow } from './date-rows.ts';

/** A layer with all of its dates. */
export interface DatedLayer {
  readonly layerId: string;
  readonly dates: readonly DateRow[];
}

/** Stores the dates of layers in place of those that they had. Returns the ids of the layers whose dates have changed. */
export async function storeLayerDates(
  transaction: Knex.Transaction,
  layers: readonly DatedLayer[],
): Promise<ReadonlySet<string>> {
  const given = layers.flatMap(({ layerId, dates }) => dates.map((date) => ({ layer_id: layerId, ...date })));
  const { rows } = await transaction.raw<{ rows: { readonly layer_id: string }[] }>(
    `WITH given AS (
       SELECT layer_id, date COLLATE "C" AS date, year, origin
       FROM jsonb_to_recordset(?::jsonb) AS date (layer_id bigint, date text, year bigint, origin text)
     ), gone AS (
       DELETE FROM map_registry.layer_dates AS stored
       WHERE layer_id = ANY(?::bigint[])
         AND NOT EXISTS (
           SELECT FROM given
           WHERE given.layer_id = stored.layer_id AND given.origin = stored.origin AND given.date = stored.date
         )
       RETURNING layer_id
     ), added AS (
       INSERT INTO map_registry.layer_dates (layer_id, date, year, origin)
       SELECT layer_id, date, year, origin FROM given
       ON CONFLICT DO NOTHING
       RETURNING layer_id
     )
     SELECT layer_id FROM gone UNION SELECT layer_id FROM added`,
    [storableJson(given), arrayLiteral(layers.map(({ layerId }) => layerId))],
  );
  return new Set(rows.map(({ layer_id }) => layer_id));
}
