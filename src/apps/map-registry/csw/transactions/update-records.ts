import type { Knex } from 'knex';
import { storableJson } from '../../../../platform/database/storable-text.ts';
import { storeLayerDates } from '../../dates/store-layer-dates.ts';
import { noteToIndex } from '../../indexing/note-to-index.ts';
import type { Condition } from '../filters/condition.ts';
import { recordNamespaces } from '../outputs/dublin-core.ts';
import { writeRecord } from '../outputs/write-record.ts';
import { findRecordsById, type PublishedRecord } from '../records/find-records.ts';
import { writeRecords } from '../records/write-records.ts';
import { type ChangedProperty, changedDocument } from './changed-document.ts';
import { datedLayerOf } from './dated-layer.ts';
import { type GivenRecord, readGivenRecord, refused } from './given-record.ts';
import { type MatchingLayer, matchingLayers } from './matching-layers.ts';
import { newRecordOf } from './new-record.ts';

/** Where a transaction takes place. */
export interface TransactionPlace {
  readonly catalogId: string;
  readonly catalogUrl: string;
  readonly url: string;
}

/**
 * Changes some properties of the records that fulfil a condition. They count as given from now on: a harvest changes their layers, and not
 * their records.
 *
 * @returns how many records.
 */
export async function updateRecords(
  transaction: Knex.Transaction,
  place: TransactionPlace,
  condition: Condition,
  properties: readonly ChangedProperty[],
): Promise<number> {
  const layers = await matchingLayers(transaction, place.catalogId, condition);
  const records = await findRecordsById(
    transaction,
    place.catalogId,
    layers.map(({ identifier }) => identifier),
  );
  const all = isModifiedGiven(properties)
    ? properties
    : [...properties, { name: 'dct:modified', value: new Date().toISOString() }];
  const changed = records.map((record) => readGivenRecord(changedDocument(documentOf(record, place), all)));
  await storeChanged(transaction, place.catalogId, layers, changed);
  return changed.length;
}

/**
 * Replaces the record that has the same identifier.
 *
 * @returns 0 where there is none, otherwise 1.
 * @throws {OgcError} it names another service.
 */
export async function replaceRecord(
  transaction: Knex.Transaction,
  { catalogId }: TransactionPlace,
  record: GivenRecord,
): Promise<number> {
  const condition: Condition = { kind: 'identifiers', identifiers: [record.identifier] };
  const layers = await matchingLayers(transaction, catalogId, condition);
  const [old] = await findRecordsById(transaction, catalogId, [record.identifier]);
  if (!old) return 0;
  if (old.format !== record.format || old.source !== record.source) {
    throw refused('A record keeps its dc:format and its dc:source; delete and insert it to change them.');
  }
  await storeChanged(transaction, catalogId, layers, [record]);
  return 1;
}

function isModifiedGiven(properties: readonly ChangedProperty[]): boolean {
  return properties.some(({ name, value }) => /(^|[:/])modified$/i.test(name) && value !== undefined);
}

/** The document of a record in 2.0.2, with its namespaces. */
function documentOf(record: PublishedRecord, place: TransactionPlace): string {
  if (record.givenXml !== null) return record.givenXml;
  const form = { elementSet: 'full', elementNames: [], schema: 'csw' } as const;
  const xml = writeRecord(record, form, { ...place, version: '2.0.2' });
  const declarations = Object.entries(recordNamespaces('2.0.2')).map(([name, uri]) => ` ${name}="${uri}"`);
  return xml.replace('<csw:Record', `<csw:Record${declarations.join('')}`);
}

async function storeChanged(
  transaction: Knex.Transaction,
  catalogId: string,
  layers: readonly MatchingLayer[],
  records: readonly GivenRecord[],
): Promise<void> {
  const layerIds = new Map(layers.map(({ identifier, layerId }) => [identifier, layerId]));
  const changed = records.map((record) => ({ ...record, layerId: layerIds.get(record.identifier) ?? '' }));
  await transaction.raw(
    `UPDATE map_registry.layers layer SET title = given.title, abstract = given.abstract, keywords = given.keywords,
       min_x = given."minX", min_y = given."minY", max_x = given."maxX", max_y = given."maxY", area = given.area,
       last_updated = clock_timestamp()
     FROM jsonb_to_recordset(?::jsonb) AS given (id bigint, title text, abstract text, keywords text[],
       "minX" float8, "minY" float8, "maxX" float8, "maxY" float8, area float8)
     WHERE layer.id = given.id`,
    [
      storableJson(
        changed.map(({ layerId, title, abstract, subjects, mended }) => ({
          id: layerId,
          title,
          abstract,
          keywords: subjects,
          ...mended.box,
          area: mended.area,
        })),
      ),
    ],
  );
  await writeRecords(
    transaction,
    changed.map(({ layerId, ...record }) => newRecordOf(record, { layerId, catalogId, isListed: true })),
  );
  await storeLayerDates(
    transaction,
    changed.map((record) => datedLayerOf(record, record.layerId)),
  );
  await noteToIndex(
    transaction,
    changed.map(({ layerId }) => ({ layerId, catalogId })),
    'index',
  );
}
