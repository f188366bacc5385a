import type { Knex } from 'knex';
import { arrayLiteral } from '../../../../platform/database/array-literal.ts';
import type { NewRecord } from './stored-record.ts';
import { writeRecords } from './write-records.ts';

/** Layers whose records are in memory at a time. */
const BATCH = 1_000;

/** The earliest year that a moment of Postgres can have: 4713 BC. */
const FIRST_YEAR = -4_712;

/** A layer with its service, as the statement returns it. */
interface LayerRow {
  readonly id: string;
  readonly catalog_id: string;
  readonly uuid: string;
  readonly name: string;
  readonly title: string;
  readonly abstract: string;
  readonly keywords: readonly string[];
  readonly username: string | null;
  readonly min_x: number;
  readonly min_y: number;
  readonly max_x: number;
  readonly max_y: number;
  readonly is_listed: boolean;
  readonly last_updated: string;
  readonly service_type: string;
  readonly service_url: string;
  readonly service_uuid: string;
  readonly date: string | null;
}

/**
 * Makes the records of layers that were stored or changed, in the same transaction, so that CSW finds them. A record that a
 * transaction of CSW has inserted stays as it was given. Layers that do not exist are passed over.
 */
export async function storeRecords(
  transaction: Knex.Transaction,
  layerIds: readonly string[],
): Promise<void> {
  for (let start = 0; start < layerIds.length; start += BATCH) {
    const rows = await readLayers(transaction, layerIds.slice(start, start + BATCH));
    await writeRecords(transaction, rows.map(recordOf));
  }
}

async function readLayers(
  transaction: Knex.Transaction,
  layerIds: readonly string[],
): Promise<readonly LayerRow[]> {
  const { rows } = await transaction.raw<{ rows: LayerRow[] }>(
    `SELECT layer.id, layer.catalog_id, layer.uuid, layer.name, layer.title, layer.abstract, layer.keywords,
       layer.username, layer.min_x, layer.min_y, layer.max_x, layer.max_y, layer.last_updated,
       layer.is_valid AND layer.is_active AND layer.is_public AND NOT layer.was_deleted AS is_listed,
       service.type AS service_type, service.url AS service_url, service.uuid AS service_uuid,
       (SELECT date FROM map_registry.layer_dates dates WHERE dates.layer_id = layer.id
        ORDER BY origin = 'metadata' DESC, year, date LIMIT 1) AS date
     FROM map_registry.layers layer JOIN map_registry.services service ON service.id = layer.service_id
     WHERE layer.id = ANY(?::bigint[])
       AND NOT EXISTS (
         SELECT FROM map_registry.records record WHERE record.layer_id = layer.id AND record.given_xml IS NOT NULL
       )`,
    [arrayLiteral(layerIds)],
  );
  return rows;
}

function recordOf(row: LayerRow): NewRecord {
  return {
    layerId: row.id,
    catalogId: row.catalog_id,
    isListed: row.is_listed,
    identifier: row.uuid,
    type: 'dataset',
    title: row.title,
    alternative: row.name,
    abstract: row.abstract,
    format: row.service_type,
    source: row.service_url,
    relation: row.service_uuid,
    subjects: row.keywords,
    creator: row.username ?? '',
    publisher: '',
    contributor: '',
    language: '',
    rights: '',
    date: row.date ?? '',
    dated: (row.date === null ? undefined : momentOfDate(row.date)) ?? row.last_updated,
    modified: row.last_updated,
    box: { minX: row.min_x, minY: row.min_y, maxX: row.max_x, maxY: row.max_y },
    givenXml: null,
    furtherText: '',
  };
}

/**
 * Returns a date of ISO 8601 as Postgres reads a moment: `-0160-01-01` becomes `0161-01-01 BC`. `-infinity` before 4713 BC, `undefined` for
 * what is no date.
 */
export function momentOfDate(date: string): string | undefined {
  const parts =
    /^([+-]?\d{1,18})(?:-(\d{2})(?:-(\d{2})(?:T(\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?)(Z|[+-](?:0\d|1[0-4]):?[0-5]\d)?)?)?)?$/.exec(
      date.trim(),
    );
  if (!parts) return undefined;
  const [, yearText = '', month = '01', day = '01', time = '00:00:00', zone = 'Z'] = parts;
  const year = Number(yearText);
  if (year < FIRST_YEAR) return '-infinity';
  if (
    year > 9_999 ||
    !isDay(year, Number(month), Number(day)) ||
    !/^([01]\d|2[0-3])(:[0-5]\d){1,2}/.test(time)
  ) {
    return undefined;
  }
  const shown = String(year > 0 ? year : 1 - year).padStart(4, '0');
  return `${shown}-${month}-${day}T${time}${zone}${year > 0 ? '' : ' BC'}`;
}

function isDay(year: number, month: number, day: number): boolean {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}
