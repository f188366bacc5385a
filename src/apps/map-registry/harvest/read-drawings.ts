import type { Knex } from 'knex';
import { arrayLiteral } from '../../../platform/database/array-literal.ts';
import type { DatabaseOrTransaction } from '../../../platform/database/connection.ts';
import { storableJson } from '../../../platform/database/storable-text.ts';
import type { TaskHandler } from '../../../queue/index.ts';
import { openTaskClient } from '../fetching/open-outside-client.ts';
import { OutsideRequestError } from '../fetching/outside-client.ts';
import { noteToIndex } from '../indexing/note-to-index.ts';
import { findService } from '../layers/stored-services.ts';
import type { ServiceArguments } from '../registry-tasks.ts';
import { type HarvestedLayer, SourceError } from '../sources/map-source.ts';
import { sourceSettingsOf } from '../sources/source-settings.ts';
import type { HarvestContext } from './harvest-service.ts';
import { LONGEST, storedText } from './text-limits.ts';

/** Layers of one statement. */
const BATCH = 500;

/**
 * Makes the function that reads how the layers of a service are drawn which have been inserted without that. It stores nothing else of what
 * the server says, and returns how many layers can be drawn now. A server that does not reply is logged, and no failure of the task.
 */
export function readDrawingsHandler(
  sourceOf: HarvestContext['sourceOf'],
): TaskHandler<ServiceArguments, number> {
  return async ({ serviceId }, { platform, signal, logger }) => {
    const { database } = platform;
    const service = await findService(database, serviceId);
    const source = service && sourceOf(service.type);
    // Another task may have read the server for all layers that wait.
    if (!source || !(await hasUndrawnLayer(database, serviceId))) return 0;
    const client = openTaskClient(platform);
    try {
      const described = await source.harvest(
        { type: service.type, url: service.url, validators: {} },
        { client, signal, settings: sourceSettingsOf(platform), maximumLayers: undefined },
      );
      if (described === 'unchanged') return 0;
      return await database.transaction((transaction) =>
        storeDrawings(transaction, serviceId, described.layers),
      );
    } catch (error) {
      if (!(error instanceof SourceError || error instanceof OutsideRequestError)) throw error;
      logger.warn({ serviceId, reason: error.message }, 'how layers are drawn could not be read');
      return 0;
    } finally {
      await client.close();
    }
  };
}

async function hasUndrawnLayer(database: DatabaseOrTransaction, serviceId: string): Promise<boolean> {
  const found = await database('map_registry.layers')
    .where({ service_id: serviceId })
    .whereNull('drawing')
    .first('id');
  return found !== undefined;
}

/** A harvest holds the service too before it stores layers. */
async function storeDrawings(
  transaction: Knex.Transaction,
  serviceId: string,
  layers: readonly HarvestedLayer[],
): Promise<number> {
  await transaction('map_registry.services').where({ id: serviceId }).forUpdate().first('id');
  const drawn: { readonly id: string; readonly catalog_id: string }[] = [];
  const drawable = layers.filter(({ drawing }) => drawing !== null);
  for (let start = 0; start < drawable.length; start += BATCH) {
    const batch = drawable.slice(start, start + BATCH);
    const undrawn = await undrawnNames(transaction, serviceId, batch.map(nameOf));
    const rows = batch
      .filter((layer) => undrawn.has(nameOf(layer)))
      .map((layer) => ({ name: nameOf(layer), drawing: layer.drawing }));
    if (rows.length === 0) continue;
    const { rows: stored } = await transaction.raw<{ rows: typeof drawn }>(
      `UPDATE map_registry.layers AS layer SET drawing = given.drawing, last_updated = clock_timestamp()
       FROM jsonb_to_recordset(?::jsonb) AS given (name text, drawing jsonb)
       WHERE layer.service_id = ?::bigint AND layer.name = given.name AND layer.drawing IS NULL
       RETURNING layer.id, layer.catalog_id`,
      [storableJson(rows), serviceId],
    );
    drawn.push(...stored);
  }
  await noteToIndex(
    transaction,
    drawn.map(({ id, catalog_id }) => ({ layerId: id, catalogId: catalog_id })),
    'index',
  );
  return drawn.length;
}

async function undrawnNames(
  transaction: Knex.Transaction,
  serviceId: string,
  names: readonly string[],
): Promise<ReadonlySet<string>> {
  const { rows } = await transaction.raw<{ rows: { readonly name: string }[] }>(
    `SELECT name FROM map_registry.layers WHERE service_id = ?::bigint AND drawing IS NULL AND name = ANY(?::text[])`,
    [serviceId, arrayLiteral(names)],
  );
  return new Set(rows.map(({ name }) => name));
}

function nameOf({ name }: HarvestedLayer): string {
  return storedText(name, LONGEST.name);
}
