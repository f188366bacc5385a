import { randomUUID } from 'node:crypto';
import type { JsonValue } from '../../../../src/platform/json-value.ts';
import type { TaskContext } from '../../../../src/queue/index.ts';
import type { RegistryService } from '../registry-service.ts';
import { ScriptedSource } from '../scripted-source.ts';

/** A source whose layers store the URL of their picture as their drawing. */
export class PictureSource extends ScriptedSource {
  override readonly openDrawing = (stored: JsonValue) =>
    typeof stored === 'string'
      ? { kind: 'map' as const, systems: ['EPSG:4326' as const], mapUrl: () => new URL(stored) }
      : undefined;
}

/** Stores a service with layers whose pictures are at these URLs. Returns the id of the service, and those of the layers in order. */
export async function storeLayers(
  { platform }: RegistryService,
  pictureUrls: readonly (string | null)[],
  { host = '127.0.0.1' } = {},
): Promise<{ readonly serviceId: string; readonly layerIds: readonly string[] }> {
  const url = `http://${host}/${randomUUID()}`;
  const { rows: services } = await platform.database.raw(
    `INSERT INTO map_registry.services (catalog_id, type, url, host, title)
     SELECT id, 'OGC:WMS', ?, ?, 'A service' FROM map_registry.catalogs WHERE slug = 'hypermap' RETURNING id`,
    [url, host],
  );
  const serviceId: string = services[0].id;
  const { rows } = await platform.database.raw<{ rows: { id: string }[] }>(
    `INSERT INTO map_registry.layers (catalog_id, service_id, name, drawing)
     SELECT catalog_id, services.id, 'layer ' || given.place, given.drawing
     FROM map_registry.services, jsonb_array_elements(?::jsonb) WITH ORDINALITY AS given (drawing, place)
     WHERE services.id = ?::bigint ORDER BY place RETURNING id`,
    [JSON.stringify(pictureUrls), serviceId],
  );
  return { serviceId, layerIds: rows.map(({ id }) => id) };
}

/** The context of a task that a test runs itself. */
export function taskContext(
  { platform }: Pick<RegistryService, 'platform'>,
  { taskId = randomUUID(), signal = new AbortController().signal } = {},
): TaskContext {
  return { taskId, attempt: 1, signal, progress: () => {}, logger: platform.logger, platform };
}

/** Removes every service, its checks, and what waits in the queue. */
export async function removeAll({ platform, queue }: RegistryService): Promise<void> {
  await platform.database.raw(
    'TRUNCATE map_registry.services, map_registry.layers_to_index, map_registry.checks, map_registry.counted_checks CASCADE',
  );
  await queue.purgeQueue();
}
