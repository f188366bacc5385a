import type { Database } from '../../../../src/platform/database/connection.ts';

/** A layer that a test stores, with its service. */
export interface SampleLayer {
  readonly name: string;
  readonly title?: string;
  readonly abstract?: string;
  readonly keywords?: readonly string[];
  /** minX, minY, maxX, maxY. */
  readonly box?: readonly [number, number, number, number];
  readonly isValid?: boolean;
  /** Default: `hypermap`. It is made where it does not exist. */
  readonly catalog?: string;
  readonly serviceUrl?: string;
}

/** Stores layers of WMSs, and returns their ids. */
export async function insertLayers(
  database: Database,
  layers: readonly SampleLayer[],
): Promise<readonly string[]> {
  const ids: string[] = [];
  for (const layer of layers) {
    const slug = layer.catalog ?? 'hypermap';
    const url = layer.serviceUrl ?? 'http://wms.example.com/wms?';
    await database.raw(
      'INSERT INTO map_registry.catalogs (slug, name) VALUES (?, ?) ON CONFLICT DO NOTHING',
      [slug, slug],
    );
    await database.raw(
      `INSERT INTO map_registry.services (catalog_id, type, url, host, title, abstract)
       SELECT id, 'OGC:WMS', ?, 'wms.example.com', 'Example maps', 'Maps of an example' FROM map_registry.catalogs WHERE slug = ?
       ON CONFLICT DO NOTHING`,
      [url, slug],
    );
    const [minX, minY, maxX, maxY] = layer.box ?? [-180, -90, 180, 90];
    const { rows } = await database.raw<{ rows: { id: string }[] }>(
      `INSERT INTO map_registry.layers (catalog_id, service_id, name, title, abstract, keywords, min_x, min_y, max_x, max_y, is_valid)
       SELECT service.catalog_id, service.id, ?, ?, ?, ?::text[], ?, ?, ?, ?, ?
       FROM map_registry.services service JOIN map_registry.catalogs catalog ON catalog.id = service.catalog_id
       WHERE service.url = ? AND catalog.slug = ? RETURNING id`,
      [
        layer.name,
        layer.title ?? layer.name,
        layer.abstract ?? '',
        [...(layer.keywords ?? [])],
        minX,
        minY,
        maxX,
        maxY,
        layer.isValid ?? true,
        url,
        slug,
      ],
    );
    ids.push(...rows.map(({ id }) => id));
  }
  return ids;
}
