import type { Catalog } from '../../src/apps/map-registry/layers/layer.ts';
import { gridWindow } from '../../src/apps/map-registry/search-engines/heat-map-grid.ts';
import { COUNTED_GRID_LEVEL } from '../../src/apps/map-registry/search-engines/postgres/counted-layers.ts';
import { cornerColumn } from '../../src/apps/map-registry/search-engines/postgres/facet-columns.ts';
import type { Database } from '../../src/platform/database/connection.ts';

const SERVICES = 3_000;

/** Titles and abstracts that the layers share: each is one of these, at random. */
const TEXTS = 20_000;

const WORLD = { minX: -180, minY: -90, maxX: 180, maxY: 90 };

/**
 * Stores layers with 36 words each of 8,000, the first of which are frequent; boxes from a hundredth of a degree to the size of
 * the world; and dates from 1400 to 2024. Those after `indexedCount` are noted to be indexed; the others are in the index of the
 * engine `postgres` as it would have written them. Returns their catalogue.
 */
export async function storeIndexedLayers(
  database: Database,
  { count, indexedCount }: { readonly count: number; readonly indexedCount: number },
): Promise<Catalog> {
  await storeServices(database);
  // Tables of one connection would not do, as the pool has several.
  await database.raw(`CREATE UNLOGGED TABLE sample_texts AS
    SELECT n AS id, title, abstract, setweight(to_tsvector('simple', title), 'A') || setweight(to_tsvector('simple', abstract), 'C') AS words
    FROM generate_series(1, ${TEXTS}) n,
      LATERAL (SELECT string_agg('word' || floor(8000 * power(random(), 4)), ' ') AS title FROM generate_series(1, 6) WHERE n > 0) title,
      LATERAL (SELECT string_agg('word' || floor(8000 * power(random(), 4)), ' ') AS abstract FROM generate_series(1, 30) WHERE n > 0) abstract`);
  await storeLayers(database, count);
  await withoutIndexes(database, () => indexLayers(database, indexedCount));
  await database.raw(
    `INSERT INTO map_registry.layers_to_index (layer_id, catalog_id, action)
     SELECT id, catalog_id, 'index' FROM map_registry.layers WHERE id > ? ORDER BY id`,
    [indexedCount],
  );
  await database.raw('DROP TABLE sample_texts');
  for (const table of ['layers', 'layer_index', 'layer_words', 'layer_counts', 'layers_to_index'])
    await database.raw('VACUUM (ANALYZE) ??', [`map_registry.${table}`]);
  const catalog = await database<Catalog>('map_registry.catalogs')
    .where({ slug: 'hypermap' })
    .first('id', 'slug', 'name', 'url', 'index_generation AS indexGeneration');
  if (!catalog) throw new Error('There is no catalogue');
  return catalog;
}

async function storeServices(database: Database): Promise<void> {
  await database.raw(
    `INSERT INTO map_registry.services (catalog_id, type, url, host)
     SELECT c.id, CASE WHEN n % 5 = 0 THEN 'OGC:WMTS' ELSE 'OGC:WMS' END, 'https://host' || n || '.example.org/wms',
       'host' || n || '.example.org'
     FROM map_registry.catalogs c, generate_series(1, ?) n WHERE slug = 'hypermap' ORDER BY n`,
    [SERVICES],
  );
}

/** The number of a layer is its id. */
async function storeLayers(database: Database, count: number): Promise<void> {
  await database.raw(
    `INSERT INTO map_registry.layers (catalog_id, service_id, name, title, abstract, min_x, min_y, max_x, max_y, created)
     SELECT service.catalog_id, service.id, 'layer' || n, text.title, text.abstract, x, y, least(x + size, 180), least(y + size / 2, 90),
       '1400-01-01'::timestamptz + random() * interval '624 years'
     FROM (
       SELECT n, floor(1 + ${TEXTS} * random())::int AS text_number, floor(1 + ${SERVICES} * power(random(), 2))::int AS service_number,
         random() * 359 - 180 AS x, random() * 179 - 90 AS y, 0.01 * power(36000, power(random(), 2)) AS size
       FROM generate_series(1, ?) n
     ) given
     JOIN sample_texts text ON text.id = text_number
     JOIN (SELECT id, catalog_id, row_number() OVER (ORDER BY id) AS number FROM map_registry.services) service
       ON service.number = service_number
     ORDER BY n`,
    [count],
  );
}

async function indexLayers(database: Database, count: number): Promise<void> {
  await database.raw(`INSERT INTO map_registry.indexed_names (name)
    SELECT host FROM map_registry.services UNION SELECT type FROM map_registry.services`);
  await database.raw(
    `INSERT INTO map_registry.layer_index (layer_id, catalog_id, moment, month, words_version, originator_id, type_id, box)
     SELECT l.id, l.catalog_id, extract(epoch FROM l.created)::bigint,
       12 * extract(year FROM l.created) + extract(month FROM l.created) - 1, 0, host.id, type.id,
       box(point(min_x, min_y), point(max_x, max_y))
     FROM map_registry.layers l JOIN map_registry.services s ON s.id = service_id
     JOIN map_registry.indexed_names host ON host.name = s.host JOIN map_registry.indexed_names type ON type.name = s.type
     WHERE l.id <= ? ORDER BY l.id`,
    [count],
  );
  await database.raw(
    `INSERT INTO map_registry.layer_words (layer_id, words)
     SELECT i.layer_id, text.words || format('%1$s:44 name=%1$s:44', name)::tsvector || s.words
     FROM map_registry.layer_index i JOIN map_registry.layers l ON l.id = i.layer_id JOIN sample_texts text USING (title, abstract)
     JOIN (
       SELECT id, format('%1$s:2,6 example:3,7 org:4,8 layer_originator=%1$s:2 layer_originator=example:3 layer_originator=org:4
         domain_name=%1$s:6 domain_name=example:7 domain_name=org:8 ogc:10 %2$s:11 service_type=ogc:10 service_type=%2$s:11',
         split_part(host, '.', 1), lower(split_part(type, ':', 2)))::tsvector AS words
       FROM map_registry.services
     ) s ON s.id = l.service_id
     ORDER BY i.layer_id`,
  );
  for (const [kind, key] of [
    ['all', '0'],
    ['month', 'month'],
    ['originator', 'originator_id'],
    ['type', 'type_id'],
  ]) {
    await database.raw(`INSERT INTO map_registry.layer_counts (catalog_id, kind, key, count)
      SELECT catalog_id, '${kind}', ${key}, count(*) FROM map_registry.layer_index GROUP BY 1, 3`);
  }
  const corners = cornerColumn(gridWindow(COUNTED_GRID_LEVEL, WORLD));
  await database.raw(
    `WITH i AS (SELECT box FROM map_registry.layer_index)
     INSERT INTO map_registry.layer_counts (catalog_id, kind, key, count)
     SELECT c.id, 'corner', split_part(pair, ':', 1)::bigint, split_part(pair, ':', 2)::bigint
     FROM map_registry.catalogs c, string_to_table((${corners.sql}), ',') pair WHERE slug = 'hypermap'`,
    [...corners.values],
  );
}

/** Indexes are made much faster at the end than row by row. */
async function withoutIndexes(database: Database, work: () => Promise<void>): Promise<void> {
  const { rows } = await database.raw<{ rows: { name: string; definition: string }[] }>(
    `SELECT indexname AS name, indexdef AS definition FROM pg_indexes
     WHERE schemaname = 'map_registry' AND tablename IN ('layer_index', 'layer_words') AND indexname NOT LIKE '%_pkey'`,
  );
  for (const { name } of rows) await database.raw('DROP INDEX map_registry.??', [name]);
  await work();
  await database.transaction(async (transaction) => {
    await transaction.raw(`SET LOCAL maintenance_work_mem = '256MB'`);
    for (const { definition } of rows) await transaction.raw(definition);
  });
}
