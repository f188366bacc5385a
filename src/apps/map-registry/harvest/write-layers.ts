import type { Knex } from 'knex';
import { arrayLiteral } from '../../../platform/database/array-literal.ts';
import { storableJson } from '../../../platform/database/storable-text.ts';
import { storeLayerDates } from '../dates/store-layer-dates.ts';
import type { LayerRow } from './layer-rows.ts';

/** Layers of one statement. */
const BATCH = 2_000;

/** The service whose layers are written. */
export interface ServiceOfLayers {
  readonly id: string;
  readonly catalogId: string;
}

/** A layer that a harvest has changed. */
export interface ChangedLayer {
  readonly layerId: string;
  /** Whether the index has it: it is valid, and not deleted. */
  readonly isListed: boolean;
  /** Whether it was not there before. */
  readonly isNew: boolean;
}

/** Columns that a harvest writes, with their types. */
const COLUMNS = {
  name: 'text',
  title: 'text',
  abstract: 'text',
  keywords: 'text[]',
  srs: 'text[]',
  min_x: 'double precision',
  min_y: 'double precision',
  max_x: 'double precision',
  max_y: 'double precision',
  area: 'double precision',
  page_url: 'text',
  category: 'text',
  username: 'text',
  drawing: 'jsonb',
  invalid_reason: 'text',
  was_deleted: 'boolean',
} as const;

const NAMES = Object.keys(COLUMNS);

/** What of a layer may have changed. */
const CHANGEABLE = NAMES.filter((name) => name !== 'name');

const ROW_TYPE = Object.entries(COLUMNS)
  .map(([name, type]) => `${name} ${type}`)
  .join(', ');

const UPSERT = `
  INSERT INTO map_registry.layers AS layer (catalog_id, service_id, is_valid, ${NAMES.join(', ')})
  SELECT ?::bigint, ?::bigint, given.invalid_reason IS NULL, ${NAMES.map((name) => `given.${name}`).join(', ')}
  FROM jsonb_to_recordset(?::jsonb) AS given (${ROW_TYPE})
  ORDER BY given.name COLLATE "C"
  ON CONFLICT (service_id, name) DO UPDATE
  SET is_valid = EXCLUDED.is_valid, missing_count = 0, last_updated = clock_timestamp(),
    ${CHANGEABLE.map((name) => `${name} = EXCLUDED.${name}`).join(', ')}
  WHERE layer.missing_count > 0
    OR (${CHANGEABLE.map((name) => `layer.${name}`).join(', ')})
      IS DISTINCT FROM (${CHANGEABLE.map((name) => `EXCLUDED.${name}`).join(', ')})
  RETURNING layer.id, layer.is_valid AND NOT layer.was_deleted AS is_listed, layer.xmax = 0 AS is_new`;

/** Stores layers that a harvest has found. Returns those that are new or have changed; the others are not written. */
export async function writeLayers(
  transaction: Knex.Transaction,
  { id, catalogId }: ServiceOfLayers,
  layers: readonly LayerRow[],
): Promise<readonly ChangedLayer[]> {
  const changed = new Map<string, ChangedLayer>();
  for (let start = 0; start < layers.length; start += BATCH) {
    const batch = layers.slice(start, start + BATCH);
    const { rows } = await transaction.raw<{ rows: ChangedRow[] }>(UPSERT, [
      catalogId,
      id,
      storableJson(batch.map(({ dates, ...row }) => row)),
    ]);
    // What changed for its dates alone comes first, so that a layer that is new too is taken as new.
    for (const row of [...(await writeDates(transaction, id, batch)), ...rows]) {
      changed.set(row.id, { layerId: row.id, isListed: row.is_listed, isNew: row.is_new });
    }
  }
  return [...changed.values()];
}

interface ChangedRow {
  readonly id: string;
  readonly is_listed: boolean;
  readonly is_new: boolean;
}

/** Makes the dates of layers those of a harvest. Returns the layers whose dates have changed. */
async function writeDates(
  transaction: Knex.Transaction,
  serviceId: string,
  layers: readonly LayerRow[],
): Promise<readonly ChangedRow[]> {
  const dates = new Map(layers.map((layer) => [layer.name, layer.dates]));
  const { rows } = await transaction.raw<{ rows: (ChangedRow & { readonly name: string })[] }>(
    `SELECT id, name, is_valid AND NOT was_deleted AS is_listed, false AS is_new FROM map_registry.layers
     WHERE service_id = ?::bigint AND name = ANY(?::text[])`,
    [serviceId, arrayLiteral([...dates.keys()])],
  );
  const changed = await storeLayerDates(
    transaction,
    rows.map(({ id, name }) => ({ layerId: id, dates: dates.get(name) ?? [] })),
  );
  return rows.filter(({ id }) => changed.has(id));
}

/**
 * Counts a harvest for the layers that it has not found. Those that so many harvests in a row have not found are marked as
 * deleted. Layers that are not monitored stay: transactions of CSW have inserted them.
 *
 * @returns those that are marked now.
 */
export async function countMissingLayers(
  transaction: Knex.Transaction,
  { id }: ServiceOfLayers,
  { found, deletedAfter }: { readonly found: MissingSearch; readonly deletedAfter: number },
): Promise<readonly ChangedLayer[]> {
  const { rows } = await transaction.raw<{ rows: { readonly id: string; readonly was_deleted: boolean }[] }>(
    `UPDATE map_registry.layers AS layer
     SET missing_count = missing_count + 1,
       was_deleted = missing_count + 1 >= ?,
       last_updated = CASE WHEN missing_count + 1 >= ? THEN clock_timestamp() ELSE last_updated END
     WHERE service_id = ?::bigint AND is_monitored AND NOT was_deleted AND ${
       found === 'as-before'
         ? 'missing_count > 0'
         : 'NOT EXISTS (SELECT FROM unnest(?::text[]) AS found (name) WHERE found.name = layer.name)'
     }
     RETURNING id, was_deleted`,
    [
      deletedAfter,
      deletedAfter,
      id,
      ...(found === 'as-before' ? [] : [arrayLiteral(found.map(({ name }) => name))]),
    ],
  );
  return rows.flatMap((row) => (row.was_deleted ? [{ layerId: row.id, isListed: false, isNew: false }] : []));
}

/** The layers that a harvest has found; `as-before` where the description has not changed. */
export type MissingSearch = readonly Pick<LayerRow, 'name'>[] | 'as-before';

/** Marks all layers of a service as not valid. Returns those that were. */
export async function invalidateLayers(
  transaction: Knex.Transaction,
  { id }: ServiceOfLayers,
  reason: string,
): Promise<readonly ChangedLayer[]> {
  const rows: { id: string }[] = await transaction('map_registry.layers')
    .where({ service_id: id, is_valid: true })
    .update({ is_valid: false, invalid_reason: reason, last_updated: transaction.fn.now() })
    .returning('id');
  return rows.map((row) => ({ layerId: row.id, isListed: false, isNew: false }));
}
