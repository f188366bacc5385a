import type { Box } from '../../../../src/map-kit/box.ts';
import type { Database } from '../../../../src/platform/database/connection.ts';

/** What differs from a layer of the whole world that was created in 2000. */
export interface LayerToStore {
  readonly catalogId: string;
  readonly serviceId: string;
  readonly name: string;
  readonly title?: string;
  readonly abstract?: string;
  readonly keywords?: readonly string[];
  readonly box?: Box;
  readonly created?: string;
  readonly isValid?: boolean;
  readonly username?: string;
  readonly drawing?: object;
}

/** Stores a service; returns its id. */
export async function storeService(
  database: Database,
  catalogId: string,
  { url = 'https://maps.example.org/wms', host = 'maps.example.org', type = 'OGC:WMS' } = {},
): Promise<string> {
  const [row] = await database('map_registry.services')
    .insert({ catalog_id: catalogId, type, url, host })
    .returning('id');
  return row.id;
}

/** Stores a layer; returns its id. */
export async function storeLayer(database: Database, layer: LayerToStore): Promise<string> {
  const { minX, minY, maxX, maxY } = layer.box ?? { minX: -180, minY: -90, maxX: 180, maxY: 90 };
  const [row] = await database('map_registry.layers')
    .insert({
      catalog_id: layer.catalogId,
      service_id: layer.serviceId,
      name: layer.name,
      title: layer.title ?? layer.name,
      abstract: layer.abstract ?? '',
      keywords: layer.keywords ?? [],
      min_x: minX,
      min_y: minY,
      max_x: maxX,
      max_y: maxY,
      area: (maxX - minX) * (maxY - minY),
      created: layer.created ?? '2000-01-01',
      is_valid: layer.isValid ?? true,
      username: layer.username,
      drawing: layer.drawing === undefined ? null : JSON.stringify(layer.drawing),
    })
    .returning('id');
  return row.id;
}

/** Dates a layer. */
export async function storeDate(
  database: Database,
  layerId: string,
  date: string,
  origin: 'detected' | 'metadata' = 'detected',
): Promise<void> {
  const year = Number(/^-?\d+/.exec(date)?.[0]);
  await database('map_registry.layer_dates').insert({ layer_id: layerId, date, year, origin });
}

/** Stores a catalogue; returns its id. */
export async function storeCatalog(
  database: Database,
  slug: string,
  url: string | null = null,
): Promise<string> {
  const [row] = await database('map_registry.catalogs').insert({ slug, name: slug, url }).returning('id');
  return row.id;
}
