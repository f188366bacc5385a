import type { Box } from '../../../map-kit/box.ts';
import type { DatabaseOrTransaction } from '../../../platform/database/connection.ts';
import type { ServiceType } from '../layers/layer.ts';
import { CATALOG_INDEX, type CatalogIndex } from './catalog-index.ts';

/** What an index holds of a layer, as it is stored. */
export interface IndexableLayer extends Box {
  readonly id: string;
  readonly uuid: string;
  readonly catalogId: string;
  readonly index: CatalogIndex;
  readonly serviceId: string;
  readonly serviceType: ServiceType;
  readonly host: string;
  readonly url: string;
  readonly name: string;
  readonly title: string;
  readonly abstract: string;
  readonly keywords: readonly string[];
  readonly srs: readonly string[];
  readonly area: number;
  readonly pageUrl: string | null;
  readonly category: string | null;
  readonly username: string | null;
  readonly isPublic: boolean;
  readonly isDrawable: boolean;
  /** Of 0 to 100; null before the first check. */
  readonly reliability: number | null;
  /** Likewise, of the newest two checks. */
  readonly recentReliability: number | null;
  readonly lastStatus: boolean | null;
  /** ISO 8601, UTC. */
  readonly lastCheck: string | null;
  readonly checkCount: string;
  /** The date of its metadata, or one that was found in its text. */
  readonly date: string | null;
  readonly dateOrigin: 'detected' | 'metadata' | null;
  /** ISO 8601, UTC. */
  readonly created: string;
}

/** Whether a layer `l` of a service `s` belongs into the index. */
export const IS_INDEXED = `
  l.is_valid AND l.is_active AND l.is_public AND NOT l.was_deleted
  AND s.is_valid AND s.is_active AND s.is_public
  AND NOT EXISTS (SELECT 1 FROM map_registry.issues WHERE layer_id = l.id AND resolved IS NULL)
  AND NOT EXISTS (SELECT 1 FROM map_registry.issues WHERE service_id = s.id AND resolved IS NULL)`;

/** Returns those of some layers that belong into the index, in no order. */
export async function readIndexableLayers(
  database: DatabaseOrTransaction,
  layerIds: readonly string[],
): Promise<readonly IndexableLayer[]> {
  if (layerIds.length === 0) return [];
  const { rows } = await database.raw<{ rows: IndexableLayer[] }>(
    `SELECT l.id, l.uuid, l.catalog_id AS "catalogId", ${CATALOG_INDEX} AS index, s.id AS "serviceId", s.type AS "serviceType", s.host, s.url,
       l.name, l.title, l.abstract, l.keywords, l.srs, l.min_x AS "minX", l.min_y AS "minY", l.max_x AS "maxX",
       l.max_y AS "maxY", l.area, l.page_url AS "pageUrl", l.category, l.username, l.is_public AS "isPublic",
       l.drawing IS NOT NULL AS "isDrawable",
       CASE WHEN l.check_count > 0 THEN 100.0::float8 * l.success_count / l.check_count END AS reliability,
       CASE WHEN l.check_count > 0
         THEN 100.0::float8 * ((l.recent_checks & 1) + ((l.recent_checks >> 1) & 1)) / least(l.check_count, 2)
       END AS "recentReliability",
       l.last_status AS "lastStatus", to_char(l.last_check, 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS "lastCheck", l.check_count AS "checkCount",
       d.date, d.origin AS "dateOrigin", to_char(l.created, 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS created
     FROM unnest(?::bigint[]) AS given (id)
     JOIN map_registry.layers l USING (id)
     JOIN map_registry.services s ON s.id = l.service_id
     JOIN map_registry.catalogs c ON c.id = l.catalog_id
     LEFT JOIN LATERAL (
       SELECT date, origin FROM map_registry.layer_dates WHERE layer_id = l.id
       ORDER BY origin = 'metadata' DESC, year, date LIMIT 1
     ) d ON true
     WHERE ${IS_INDEXED}`,
    [[...layerIds]],
  );
  return rows;
}
