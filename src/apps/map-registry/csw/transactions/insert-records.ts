import { randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import { arrayLiteral } from '../../../../platform/database/array-literal.ts';
import { storableJson } from '../../../../platform/database/storable-text.ts';
import type { JsonValue } from '../../../../platform/json-value.ts';
import { storeLayerDates } from '../../dates/store-layer-dates.ts';
import { createServices } from '../../harvest/find-or-create-service.ts';
import { noteToIndex } from '../../indexing/note-to-index.ts';
import type { ServiceType } from '../../layers/layer.ts';
import type { RegistryTasks } from '../../registry-tasks.ts';
import { sourceOf } from '../../sources/index.ts';
import { writeRecords } from '../records/write-records.ts';
import { datedLayerOf } from './dated-layer.ts';
import { type GivenRecord, refused } from './given-record.ts';
import { newRecordOf } from './new-record.ts';

/** A record with the layer that it becomes. */
interface RecordWithLayer extends GivenRecord {
  readonly uuid: string;
  readonly name: string;
  readonly serviceUrl: string;
}

/**
 * Stores a layer for each record, and its service where it is not there; neither is monitored. Servers that have to be read before their
 * layers are drawn are read by tasks.
 *
 * @throws {OgcError} one of them exists already, or two are the same.
 */
export async function insertRecords(
  transaction: Knex.Transaction,
  tasks: RegistryTasks,
  catalogId: string,
  given: readonly GivenRecord[],
): Promise<void> {
  const records = given.map(
    (record): RecordWithLayer => ({
      ...record,
      // What a record names may be the UUID of a layer of another catalogue.
      uuid: randomUUID(),
      name: record.alternative === '' ? record.title : record.alternative,
      serviceUrl: addressOf(record.source),
    }),
  );
  await refuseExisting(transaction, catalogId, records);
  await createServices(
    transaction,
    catalogId,
    records.map(({ format, serviceUrl, title }) => ({
      type: format,
      url: serviceUrl,
      title,
      srs: ['EPSG:4326'],
      isMonitored: false,
    })),
  );
  const services = await lockServices(transaction, catalogId, records);
  const layerIds = await insertLayers(transaction, catalogId, records);
  await writeRecords(
    transaction,
    records.map((record) => {
      const layerId = layerIds.get(record.uuid);
      if (layerId === undefined) throw existing(record, 'its service has a layer of this name');
      return newRecordOf(record, { layerId, catalogId, isListed: true });
    }),
  );
  await storeLayerDates(
    transaction,
    records.map((record) => datedLayerOf(record, layerIds.get(record.uuid) ?? '')),
  );
  await noteToIndex(
    transaction,
    [...layerIds.values()].map((layerId) => ({ layerId, catalogId })),
    'index',
  );
  await tasks.readDrawings(
    transaction,
    services.filter((service) => records.some((record) => isToBeRead(record, service))),
  );
}

/** A service that is held. */
interface HeldService {
  readonly serviceId: string;
  readonly type: ServiceType;
  readonly url: string;
  readonly host: string;
}

/** A catalogue draws nothing. */
function isToBeRead(
  { format, serviceUrl, alternative }: RecordWithLayer,
  { type, url }: HeldService,
): boolean {
  const isOfService = format === type && serviceUrl === url;
  return isOfService && alternative !== '' && type !== 'OGC:CSW' && !sourceOf(type).assumeDrawing;
}

/** The same title, name and abstract, or the same identifier. */
async function refuseExisting(
  transaction: Knex.Transaction,
  catalogId: string,
  records: readonly RecordWithLayer[],
): Promise<void> {
  const { rows } = await transaction.raw<{
    rows: {
      layer_id: string;
      identifier: string;
      title: string;
      name: string;
      abstract: string;
      is_given: boolean;
    }[];
  }>(
    `SELECT record.layer_id, record.identifier, record.title, layer.name, record.abstract, given_xml IS NOT NULL AS is_given
     FROM map_registry.records record JOIN map_registry.layers layer ON layer.id = record.layer_id
     WHERE record.catalog_id = ? AND (
       record.identifier = ANY(?::text[]) OR (is_listed AND left(record.title, 200) = ANY(?::text[]))
     )`,
    [
      catalogId,
      arrayLiteral(records.map(({ identifier }) => identifier)),
      arrayLiteral(records.map(({ title }) => title.slice(0, 200))),
    ],
  );
  const identifiers = new Map(rows.map((row) => [row.identifier, row.layer_id]));
  const layers = new Map(rows.filter(({ is_given }) => is_given).map((row) => [sameness(row), row.layer_id]));
  for (const record of records) {
    const layerId = identifiers.get(record.identifier) ?? layers.get(sameness(record));
    if (layerId !== undefined) throw existing(record, `as layer ${layerId}`);
    identifiers.set(record.identifier, 'of this transaction');
    layers.set(sameness(record), 'of this transaction');
  }
}

function sameness({
  title,
  name,
  abstract,
}: Readonly<Record<'title' | 'name' | 'abstract', string>>): string {
  return JSON.stringify([title, name, abstract]);
}

/** A harvest holds its service too before it stores layers. */
async function lockServices(
  transaction: Knex.Transaction,
  catalogId: string,
  records: readonly RecordWithLayer[],
): Promise<readonly HeldService[]> {
  const { rows } = await transaction.raw<{ rows: HeldService[] }>(
    `SELECT id AS "serviceId", type, url, host FROM map_registry.services WHERE catalog_id = ? AND (type, url) IN (
       SELECT type, url FROM unnest(?::text[], ?::text[]) AS given (type, url)
     ) ORDER BY id FOR UPDATE`,
    [
      catalogId,
      arrayLiteral(records.map(({ format }) => format)),
      arrayLiteral(records.map(({ serviceUrl }) => serviceUrl)),
    ],
  );
  return rows;
}

async function insertLayers(
  transaction: Knex.Transaction,
  catalogId: string,
  records: readonly RecordWithLayer[],
): Promise<ReadonlyMap<string, string>> {
  const rows = records.map(
    ({ uuid, format, serviceUrl, alternative, name, title, abstract, subjects, mended }, position) => ({
      position,
      uuid,
      type: format,
      url: serviceUrl,
      name,
      title,
      abstract,
      keywords: subjects,
      ...mended.box,
      area: mended.area,
      drawing: alternative === '' ? null : drawingOf(format, serviceUrl, alternative),
    }),
  );
  const { rows: stored } = await transaction.raw<{
    rows: { id: string; uuid: string; service_id: string }[];
  }>(
    `INSERT INTO map_registry.layers (uuid, catalog_id, service_id, name, title, abstract, keywords, srs,
       min_x, min_y, max_x, max_y, area, drawing, is_monitored)
     SELECT given.uuid, service.catalog_id, service.id, given.name, given.title, given.abstract, given.keywords, '{EPSG:4326}',
       given."minX", given."minY", given."maxX", given."maxY", given.area, given.drawing, false
     FROM jsonb_to_recordset(?::jsonb) AS given (position integer, uuid uuid, type text, url text, name text, title text, abstract text,
       keywords text[], "minX" float8, "minY" float8, "maxX" float8, "maxY" float8, area float8, drawing jsonb)
     JOIN map_registry.services service
       ON service.catalog_id = ? AND service.type = given.type AND service.url = given.url
     ORDER BY given.position
     ON CONFLICT (service_id, name) DO NOTHING
     RETURNING id, uuid, service_id`,
    [storableJson(rows), catalogId],
  );
  await countLayers(
    transaction,
    stored.map(({ service_id }) => service_id),
  );
  return new Map(stored.map(({ id, uuid }) => [uuid, id]));
}

/** The server is not read yet: its maps are shown where it draws as its kind should, and are reported as failures otherwise. */
function drawingOf(type: ServiceType, serviceUrl: string, layerName: string): JsonValue {
  return sourceOf(type).assumeDrawing?.(new URL(serviceUrl), layerName) ?? null;
}

/** Stores how many layers services have. */
export async function countLayers(
  transaction: Knex.Transaction,
  serviceIds: readonly string[],
): Promise<void> {
  await transaction.raw(
    `UPDATE map_registry.services service SET last_updated = clock_timestamp(), layer_count = (
       SELECT count(*) FROM map_registry.layers layer WHERE layer.service_id = service.id AND NOT layer.was_deleted
     ) WHERE id = ANY(?::bigint[])`,
    [arrayLiteral([...new Set(serviceIds)])],
  );
}

/** As services are stored: what follows `#` is not sent to a server. */
function addressOf(source: string): string {
  const url = new URL(source);
  url.hash = '';
  return url.href;
}

function existing(record: GivenRecord, where: string): Error {
  return refused(`Layer "${record.title.slice(0, 100)}" already exists: ${where}.`, 409);
}
