import type { Database } from '../../../platform/database/connection.ts';

/** A host, and what there is of it in a catalogue. */
export interface Domain {
  readonly catalogId: string;
  readonly host: string;
  readonly serviceCount: number;
  readonly layerCount: number;
  readonly checkCount: number;
  readonly successCount: number;
}

/** The place of a domain in the list. */
export type DomainPlace = Pick<Domain, 'catalogId' | 'host'>;

/** Lists the domains of all catalogues, by catalogue and name. @param after the place that the page before ended with. */
export async function listDomains(
  database: Database,
  { after, limit }: { readonly after: DomainPlace | undefined; readonly limit: number },
): Promise<readonly Domain[]> {
  const query = database('map_registry.services').where({ is_public: true });
  if (after) query.whereRaw('(catalog_id, host) > (?::bigint, ?)', [after.catalogId, after.host]);
  return query
    .groupBy('catalog_id', 'host')
    .orderBy(['catalog_id', 'host'])
    .limit(limit)
    .select<Domain[]>(
      'catalog_id AS catalogId',
      'host',
      database.raw('count(*)::integer AS "serviceCount"'),
      database.raw('sum(layer_count)::float8 AS "layerCount"'),
      database.raw('sum(check_count)::float8 AS "checkCount"'),
      database.raw('sum(success_count)::float8 AS "successCount"'),
    );
}
