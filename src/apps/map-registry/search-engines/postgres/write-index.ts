import { hash } from 'node:crypto';
import type { Knex } from 'knex';
import { arrayLiteral } from '../../../../platform/database/array-literal.ts';
import type { LayerToIndex } from '../../indexing/index-document.ts';
import type { IndexBatch } from '../search-engine.ts';
import { CountChanges, type CountedLayer } from './counted-layers.ts';
import { wordsVector } from './words-vector.ts';

/** A row of `layer_index` as it is read. */
interface IndexedRow {
  readonly catalogId: string;
  readonly month: string;
  readonly originatorId: number;
  readonly typeId: number;
  readonly minX: number;
  readonly minY: number;
  readonly maxX: number;
  readonly maxY: number;
}

const INDEXED_COLUMNS = `catalog_id AS "catalogId", month, originator_id AS "originatorId", type_id AS "typeId",
  (box[1])[0] AS "minX", (box[1])[1] AS "minY", (box[0])[0] AS "maxX", (box[0])[1] AS "maxY"`;

/** Writes a batch: the rows of the index, their words, and the counts that follow. */
export async function writeIndex(
  transaction: Knex.Transaction,
  { layers, removed }: IndexBatch,
): Promise<void> {
  const changes = new CountChanges();
  const layerIds = [...layers, ...removed].map(({ layerId }) => layerId);
  for (const row of await lockIndexed(transaction, layerIds)) changes.remove(row);
  await removeRows(
    transaction,
    removed.map(({ layerId }) => layerId),
  );
  if (layers.length > 0) {
    const idOfName = await nameIds(transaction, layers);
    const rows = layers.map((layer) => ({
      layer,
      vector: wordsVector(layer.words),
      originatorId: idOfName(layer.originator),
      typeId: idOfName(layer.serviceType),
    }));
    // The index by words reads them as it takes a row.
    await storeWords(transaction, rows);
    await storeRows(transaction, rows);
    for (const { layer, originatorId, typeId } of rows) {
      changes.add({
        catalogId: layer.catalogId,
        month: layer.moment.month,
        originatorId,
        typeId,
        box: layer.box,
      });
    }
  }
  await changes.store(transaction);
}

/** Removes all layers of a catalogue from the index. */
export async function clearCatalog(transaction: Knex.Transaction, catalogId: string): Promise<void> {
  // The rows are locked first: a batch that runs at the same time is before or after this, and the counts agree.
  await transaction.raw(
    'SELECT 1 FROM map_registry.layer_index WHERE catalog_id = ? ORDER BY layer_id FOR UPDATE',
    [catalogId],
  );
  for (;;) {
    const changes = new CountChanges();
    const { rows } = await transaction.raw<{ rows: (IndexedRow & { layerId: string })[] }>(
      `DELETE FROM map_registry.layer_index WHERE layer_id IN (
         SELECT layer_id FROM map_registry.layer_index WHERE catalog_id = ? ORDER BY moment DESC, layer_id LIMIT ?
       ) RETURNING layer_id AS "layerId", ${INDEXED_COLUMNS}`,
      [catalogId, CLEARED_AT_A_TIME],
    );
    if (rows.length === 0) return;
    for (const row of rows) changes.remove(countedRow(row));
    await transaction.raw('DELETE FROM map_registry.layer_words WHERE layer_id = ANY (?)', [
      rows.map(({ layerId }) => layerId),
    ]);
    await changes.store(transaction);
  }
}

const CLEARED_AT_A_TIME = 10_000;

async function lockIndexed(
  transaction: Knex.Transaction,
  layerIds: readonly string[],
): Promise<readonly CountedLayer[]> {
  const { rows } = await transaction.raw<{ rows: IndexedRow[] }>(
    `SELECT ${INDEXED_COLUMNS} FROM map_registry.layer_index WHERE layer_id = ANY (?) ORDER BY layer_id FOR UPDATE`,
    [[...layerIds]],
  );
  return rows.map(countedRow);
}

function countedRow({ catalogId, month, originatorId, typeId, ...box }: IndexedRow): CountedLayer {
  return { catalogId, month: Number(month), originatorId, typeId, box };
}

async function removeRows(transaction: Knex.Transaction, layerIds: readonly string[]): Promise<void> {
  if (layerIds.length === 0) return;
  await transaction.raw('DELETE FROM map_registry.layer_index WHERE layer_id = ANY (?)', [[...layerIds]]);
  await transaction.raw('DELETE FROM map_registry.layer_words WHERE layer_id = ANY (?)', [[...layerIds]]);
}

/** Returns the ids of the names of layers; those that are new are stored. */
async function nameIds(
  transaction: Knex.Transaction,
  layers: readonly LayerToIndex[],
): Promise<(name: string) => number> {
  const names = [...new Set(layers.flatMap(({ originator, serviceType }) => [originator, serviceType]))];
  const known = await findNames(transaction, names);
  const missing = names.filter((name) => !known.has(name)).sort();
  if (missing.length > 0) {
    await transaction.raw(
      'INSERT INTO map_registry.indexed_names (name) SELECT unnest(?::text[]) ON CONFLICT (name) DO NOTHING',
      [missing],
    );
    for (const [name, id] of await findNames(transaction, missing)) known.set(name, id);
  }
  return (name) => {
    const id = known.get(name);
    if (id === undefined) throw new Error(`The name ${name} was not stored`);
    return id;
  };
}

async function findNames(
  transaction: Knex.Transaction,
  names: readonly string[],
): Promise<Map<string, number>> {
  const { rows } = await transaction.raw<{ rows: { id: number; name: string }[] }>(
    'SELECT id, name FROM map_registry.indexed_names WHERE name = ANY (?)',
    [[...names]],
  );
  return new Map(rows.map(({ id, name }) => [name, id]));
}

/** A layer, its words as a `tsvector`, and the ids of its names. */
interface PreparedLayer {
  readonly layer: LayerToIndex;
  readonly vector: string;
  readonly originatorId: number;
  readonly typeId: number;
}

async function storeWords(transaction: Knex.Transaction, rows: readonly PreparedLayer[]): Promise<void> {
  await transaction.raw(
    `INSERT INTO map_registry.layer_words AS stored (layer_id, words)
     SELECT layer_id, words::tsvector FROM unnest(?::bigint[], ?::text[]) AS given (layer_id, words)
     ON CONFLICT (layer_id) DO UPDATE SET words = EXCLUDED.words WHERE stored.words <> EXCLUDED.words`,
    [arrayLiteral(rows.map(({ layer }) => layer.layerId)), arrayLiteral(rows.map(({ vector }) => vector))],
  );
}

async function storeRows(transaction: Knex.Transaction, rows: readonly PreparedLayer[]): Promise<void> {
  await transaction.raw(
    `INSERT INTO map_registry.layer_index AS stored
       (layer_id, catalog_id, moment, month, words_version, originator_id, type_id, box)
     SELECT layer_id, catalog_id, moment, month, words_version, originator_id, type_id, box(point(min_x, min_y), point(max_x, max_y))
     FROM unnest(?::bigint[], ?::bigint[], ?::bigint[], ?::bigint[], ?::bigint[], ?::integer[], ?::integer[], ?::float8[], ?::float8[],
       ?::float8[], ?::float8[])
       AS given (layer_id, catalog_id, moment, month, words_version, originator_id, type_id, min_x, min_y, max_x, max_y)
     ON CONFLICT (layer_id) DO UPDATE SET catalog_id = EXCLUDED.catalog_id, moment = EXCLUDED.moment, month = EXCLUDED.month,
       words_version = EXCLUDED.words_version, originator_id = EXCLUDED.originator_id, type_id = EXCLUDED.type_id, box = EXCLUDED.box
     WHERE ${HAS_CHANGED}`,
    [...rowArrays(rows)],
  );
}

/** Two boxes are equal to Postgres where their areas are. */
const HAS_CHANGED = `
  (stored.catalog_id, stored.moment, stored.words_version, stored.originator_id, stored.type_id, stored.box::text)
  IS DISTINCT FROM
  (EXCLUDED.catalog_id, EXCLUDED.moment, EXCLUDED.words_version, EXCLUDED.originator_id, EXCLUDED.type_id, EXCLUDED.box::text)`;

/** Returns a number of 60 bits that differs where words do. */
function versionOf(vector: string): string {
  return BigInt(`0x${hash('sha1', vector).slice(0, 15)}`).toString();
}

/** Returns the columns of rows, as {@link storeRows} takes them. */
function rowArrays(rows: readonly PreparedLayer[]): readonly string[] {
  const column = (read: (row: PreparedLayer) => string | number) => arrayLiteral(rows.map(read));
  return [
    column(({ layer }) => layer.layerId),
    column(({ layer }) => layer.catalogId),
    column(({ layer }) => layer.moment.seconds),
    column(({ layer }) => layer.moment.month),
    column(({ vector }) => versionOf(vector)),
    column(({ originatorId }) => originatorId),
    column(({ typeId }) => typeId),
    column(({ layer }) => layer.box.minX),
    column(({ layer }) => layer.box.minY),
    column(({ layer }) => layer.box.maxX),
    column(({ layer }) => layer.box.maxY),
  ];
}
