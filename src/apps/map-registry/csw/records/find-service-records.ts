import { arrayLiteral } from '../../../../platform/database/array-literal.ts';
import type { DatabaseOrTransaction } from '../../../../platform/database/connection.ts';
import { isUuid } from '../../../../platform/uuid.ts';
import type { PublishedRecord } from './find-records.ts';

interface ServiceRow {
  readonly uuid: string;
  readonly type: string;
  readonly url: string;
  readonly title: string;
  readonly abstract: string;
  readonly keywords: readonly string[];
  readonly modified: string;
}

/** Returns the records of valid services of some UUIDs. Services are found by their identifiers alone. */
export async function findServiceRecords(
  database: DatabaseOrTransaction,
  catalogId: string,
  identifiers: readonly string[],
): Promise<readonly PublishedRecord[]> {
  const uuids = identifiers.filter(isUuid);
  if (uuids.length === 0) return [];
  const { rows } = await database.raw<{ rows: ServiceRow[] }>(
    `SELECT uuid, type, url, title, abstract, keywords, to_char(last_updated, 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS modified
     FROM map_registry.services WHERE uuid = ANY(?::uuid[]) AND catalog_id = ? AND is_valid AND is_active AND is_public
     ORDER BY array_position(?::uuid[], uuid)`,
    [arrayLiteral(uuids), catalogId, arrayLiteral(uuids)],
  );
  return rows.map(recordOf);
}

function recordOf(service: ServiceRow): PublishedRecord {
  return {
    identifier: service.uuid,
    type: 'service',
    title: service.title === '' ? service.url : service.title,
    alternative: '',
    abstract: service.abstract,
    format: service.type,
    source: service.url,
    relation: '',
    subjects: service.keywords,
    creator: '',
    publisher: '',
    contributor: '',
    language: '',
    rights: '',
    date: '',
    modified: service.modified,
    box: undefined,
    givenXml: null,
    layerUuid: null,
  };
}
