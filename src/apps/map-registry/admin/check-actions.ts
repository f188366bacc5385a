import type { Knex } from 'knex';
import type { AdminAction } from '../../../app-kit/admin/action.ts';
import type { AppContext } from '../../../app-kit/app-context.ts';
import { noteLayersOfServices, noteToIndex } from '../indexing/note-to-index.ts';
import type { RegistryTasks } from '../registry-tasks.ts';
import { registryTasksOf } from '../tasks.ts';
import { countInWords } from './count-in-words.ts';
import { LAYERS, SERVICES } from './resources.ts';

interface FoundRow {
  readonly id: string;
  readonly catalogId: string;
  readonly host: string;
}

type Act = (transaction: Knex.Transaction, tasks: RegistryTasks, rows: readonly FoundRow[]) => Promise<void>;

/** What operators do with services and layers. */
export const checkActions: readonly AdminAction[] = [
  action(SERVICES, 'check', 'will be checked', (transaction, tasks, rows) =>
    tasks.checkServices(
      transaction,
      rows.map(({ id, host }) => ({ serviceId: id, host })),
    ),
  ),
  action(SERVICES, 'remove-checks', 'will have their checks removed', (transaction, tasks, rows) =>
    tasks.removeServiceChecks(
      transaction,
      rows.map(({ id }) => id),
    ),
  ),
  action(SERVICES, 'index', 'will have their layers indexed', async (transaction, tasks, rows) => {
    await noteLayersOfServices(
      transaction,
      rows.map(({ id }) => id),
    );
    await tasks.indexCachedLayers(transaction);
  }),
  action(SERVICES, 'watch', 'are watched', (transaction, _tasks, rows) => watch(transaction, rows, true)),
  action(SERVICES, 'unwatch', 'are watched no longer', (transaction, _tasks, rows) =>
    watch(transaction, rows, false),
  ),
  action(LAYERS, 'check', 'will be checked', (transaction, tasks, rows) =>
    tasks.checkLayers(
      transaction,
      rows.map(({ id, host }) => ({ layerId: id, host })),
    ),
  ),
  action(LAYERS, 'index', 'will be indexed', async (transaction, tasks, rows) => {
    const layers = rows.map(({ id, catalogId }) => ({ layerId: id, catalogId }));
    await noteToIndex(transaction, layers, 'index');
    await tasks.indexCachedLayers(transaction);
  }),
];

/** @param done what the operator reads behind the number. */
function action(
  resource: typeof SERVICES | typeof LAYERS,
  name: string,
  done: string,
  act: Act,
): AdminAction {
  return {
    name,
    resource,
    async run(context, { ids }) {
      const count = await actOnRows(context, resource, ids, act);
      return {
        message: `${countInWords(count, resource === SERVICES ? 'service' : 'layer')} ${done}.`,
        count,
      };
    },
  };
}

async function actOnRows(
  { platform, queue }: AppContext,
  resource: typeof SERVICES | typeof LAYERS,
  uuids: readonly string[],
  act: Act,
): Promise<number> {
  return platform.database.transaction(async (transaction) => {
    const rows = await findRows(transaction, resource, uuids);
    if (rows.length > 0) await act(transaction, registryTasksOf(platform, queue), rows);
    return rows.length;
  });
}

async function findRows(
  transaction: Knex.Transaction,
  resource: typeof SERVICES | typeof LAYERS,
  uuids: readonly string[],
): Promise<readonly FoundRow[]> {
  if (resource === SERVICES) {
    return transaction('map_registry.services')
      .whereIn('uuid', uuids)
      .orderBy('id')
      .select<FoundRow[]>('id', 'catalog_id AS catalogId', 'host');
  }
  return transaction('map_registry.layers AS layer')
    .join('map_registry.services AS service', 'service.id', 'layer.service_id')
    .whereIn('layer.uuid', uuids)
    .orderBy('layer.id')
    .select<FoundRow[]>('layer.id', 'layer.catalog_id AS catalogId', 'service.host');
}

async function watch(
  transaction: Knex.Transaction,
  services: readonly FoundRow[],
  isWatched: boolean,
): Promise<void> {
  const ids = services.map(({ id }) => id);
  await transaction('map_registry.services').whereIn('id', ids).update({ is_monitored: isWatched });
  await transaction('map_registry.layers').whereIn('service_id', ids).update({ is_monitored: isWatched });
}
