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
      originatorId: idOfName(layer.originator),
      typeId: idOfName(layer.serviceType),
    }));
    await storeRows(transaction, rows);
    await storeWords(transaction, rows);
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

/** A layer, and the ids of its names. */
interface NamedLayer {
  readonly layer: LayerToIndex;
  readonly originatorId: number;
  readonly typeId: number;
}

async function storeRows(transaction: Knex.Transaction, rows: readonly NamedLayer[]): Promise<void> {
  await transaction.raw(
    `INSERT INTO map_registry.layer_index AS stored (${ROW_COLUMNS})
     SELECT ${GIVEN_COLUMNS} FROM unnest(${ROW_ARRAYS}) AS given (${ROW_NAMES})
     ON CONFLICT (layer_id) DO UPDATE SET ${REPLACED_COLUMNS} WHERE ${HAS_CHANGED}`,
    [...rowArrays(rows)],
  );
}

async function storeWords(transaction: Knex.Transaction, rows: readonly NamedLayer[]): Promise<void> {
  await transaction.raw(
    `INSERT INTO map_registry.layer_words AS stored (${ROW_COLUMNS}, words)
     SELECT ${GIVEN_COLUMNS}, words::tsvector FROM unnest(${ROW_ARRAYS}, ?::text[]) AS given (${ROW_NAMES}, words)
     ON CONFLICT (layer_id) DO UPDATE SET ${REPLACED_COLUMNS}, words = EXCLUDED.words
     WHERE ${HAS_CHANGED} OR stored.words <> EXCLUDED.words`,
    [...rowArrays(rows), arrayLiteral(rows.map(({ layer }) => wordsVector(layer.words)))],
  );
}

const ROW_COLUMNS = 'layer_id, catalog_id, moment, month, originator_id, type_id, box';
const ROW_NAMES = 'layer_id, catalog_id, moment, month, originator_id, type_id, min_x, min_y, max_x, max_y';
const ROW_ARRAYS = `?::bigint[], ?::bigint[], ?::bigint[], ?::bigint[], ?::integer[], ?::integer[], ?::float8[], ?::float8[],
  ?::float8[], ?::float8[]`;
const GIVEN_COLUMNS = `layer_id, catalog_id, moment, month, originator_id, type_id,
  box(point(min_x, min_y), point(max_x, max_y))`;
const REPLACED_COLUMNS = `catalog_id = EXCLUDED.catalog_id, moment = EXCLUDED.moment, month = EXCLUDED.month,
  originator_id = EXCLUDED.originator_id, type_id = EXCLUDED.type_id, box = EXCLUDED.box`;
/** Two boxes are equal to Postgres where their areas are. */
const HAS_CHANGED = `(stored.catalog_id, stored.moment, stored.originator_id, stored.type_id, stored.box::text)
  IS DISTINCT FROM (EXCLUDED.catalog_id, EXCLUDED.moment, EXCLUDED.originator_id, EXCLUDED.type_id, EXCLUDED.box::text)`;

/** The values of {@link ROW_NAMES}. */
function rowArrays(rows: readonly NamedLayer[]): readonly string[] {
  const column = (read: (row: NamedLayer) => string | number) => arrayLiteral(rows.map(read));
  return [
    column(({ layer }) => layer.layerId),
    column(({ layer }) => layer.catalogId),
    column(({ layer }) => layer.moment.seconds),
    column(({ layer }) => layer.moment.month),
    column(({ originatorId }) => originatorId),
    column(({ typeId }) => typeId),
    column(({ layer }) => layer.box.minX),
    column(({ layer }) => layer.box.minY),
    column(({ layer }) => layer.box.maxX),
    column(({ layer }) => layer.box.maxY),
  ];
}
