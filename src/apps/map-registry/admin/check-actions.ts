import type { Knex } from 'knex';
import type { AdminAction } from '../../../app-kit/admin/action.ts';
import { removeLayerChecks } from '../checks/remove-checks.ts';
import { noteLayersOfServices, noteToIndex } from '../indexing/note-to-index.ts';
import type { RegistryTasks } from '../registry-tasks.ts';
import { registryTasksOf } from '../tasks.ts';
import { countInWords } from './count-in-words.ts';
import { LAYERS, SERVICES } from './resources.ts';

interface FoundRow {
  readonly id: string;
  readonly catalogId: string;
  readonly host: string;
  /** What is not watched is not checked. */
  readonly isWatched: boolean;
}

/** What an action does, and what the operator reads of it. */
interface Doing {
  /** Whether what is not watched is left out. Default: false. */
  readonly isForWatched?: boolean;
  /** @param things a number of services or layers in words. */
  readonly say: (things: string) => string;
  readonly act: (
    transaction: Knex.Transaction,
    tasks: RegistryTasks,
    rows: readonly FoundRow[],
  ) => Promise<void>;
}

/** What operators do with services and layers. */
export const checkActions: readonly AdminAction[] = [
  action(SERVICES, 'check', {
    isForWatched: true,
    say: (services) => `${services} will be checked.`,
    act: (transaction, tasks, rows) =>
      tasks.checkServices(
        transaction,
        rows.map(({ id, host }) => ({ serviceId: id, host })),
      ),
  }),
  action(SERVICES, 'remove-checks', {
    say: (services) => `The checks of ${services} will be removed.`,
    act: (transaction, tasks, rows) => tasks.removeServiceChecks(transaction, idsOf(rows)),
  }),
  action(SERVICES, 'index', {
    say: (services) => `The layers of ${services} will be indexed.`,
    async act(transaction, tasks, rows) {
      await noteLayersOfServices(transaction, idsOf(rows));
      await tasks.indexCachedLayers(transaction);
    },
  }),
  action(SERVICES, 'watch', {
    say: (services) => `Watching ${services}.`,
    act: (transaction, _tasks, rows) => watchServices(transaction, rows, true),
  }),
  action(SERVICES, 'unwatch', {
    say: (services) => `Stopped watching ${services}.`,
    act: (transaction, _tasks, rows) => watchServices(transaction, rows, false),
  }),
  action(LAYERS, 'check', {
    isForWatched: true,
    say: (layers) => `${layers} will be checked.`,
    act: (transaction, tasks, rows) =>
      tasks.checkLayers(
        transaction,
        rows.map(({ id, host }) => ({ layerId: id, host })),
      ),
  }),
  action(LAYERS, 'remove-checks', {
    say: (layers) => `Removed the checks of ${layers}.`,
    async act(transaction, _tasks, rows) {
      for (const { id } of rows) await removeLayerChecks(transaction, id);
    },
  }),
  action(LAYERS, 'index', {
    say: (layers) => `${layers} will be indexed.`,
    async act(transaction, tasks, rows) {
      const layers = rows.map(({ id, catalogId }) => ({ layerId: id, catalogId }));
      await noteToIndex(transaction, layers, 'index');
      await tasks.indexCachedLayers(transaction);
    },
  }),
  action(LAYERS, 'watch', {
    say: (layers) => `Watching ${layers}.`,
    act: (transaction, _tasks, rows) => watchLayers(transaction, rows, true),
  }),
  action(LAYERS, 'unwatch', {
    say: (layers) => `Stopped watching ${layers}.`,
    act: (transaction, _tasks, rows) => watchLayers(transaction, rows, false),
  }),
];

function action(
  resource: typeof SERVICES | typeof LAYERS,
  name: string,
  { isForWatched = false, say, act }: Doing,
): AdminAction {
  const noun = resource === SERVICES ? 'service' : 'layer';
  return {
    name,
    resource,
    async run({ platform, queue }, { ids }) {
      const { found, done } = await platform.database.transaction(async (transaction) => {
        const rows = await findRows(transaction, resource, ids);
        const taken = isForWatched ? rows.filter(({ isWatched }) => isWatched) : rows;
        if (taken.length > 0) await act(transaction, registryTasksOf(platform, queue), taken);
        return { found: rows.length, done: taken.length };
      });
      const left = found - done;
      const message = say(countInWords(done, noun));
      return {
        message: left === 0 ? message : `${message} ${countInWords(left, noun)} not watched: left out.`,
        count: done,
      };
    },
  };
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
      .select<FoundRow[]>(
        'id',
        'catalog_id AS catalogId',
        'host',
        transaction.raw('is_monitored AND is_active AS "isWatched"'),
      );
  }
  return transaction('map_registry.layers AS layer')
    .join('map_registry.services AS service', 'service.id', 'layer.service_id')
    .whereIn('layer.uuid', uuids)
    .orderBy('layer.id')
    .select<FoundRow[]>(
      'layer.id',
      'layer.catalog_id AS catalogId',
      'service.host',
      transaction.raw('layer.is_monitored AND layer.is_active AS "isWatched"'),
    );
}

async function watchServices(
  transaction: Knex.Transaction,
  services: readonly FoundRow[],
  isWatched: boolean,
): Promise<void> {
  const ids = idsOf(services);
  await transaction('map_registry.services').whereIn('id', ids).update({ is_monitored: isWatched });
  await transaction('map_registry.layers').whereIn('service_id', ids).update({ is_monitored: isWatched });
}

async function watchLayers(
  transaction: Knex.Transaction,
  layers: readonly FoundRow[],
  isWatched: boolean,
): Promise<void> {
  await transaction('map_registry.layers').whereIn('id', idsOf(layers)).update({ is_monitored: isWatched });
}

function idsOf(rows: readonly FoundRow[]): readonly string[] {
  return rows.map(({ id }) => id);
}
