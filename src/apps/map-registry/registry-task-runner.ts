import type { AppContext } from '../../app-kit/app-context.ts';
import { boundedCount, type RowCount } from '../../platform/database/bounded-count.ts';
import { findCatalog, listCatalogs } from './catalogs/stored-catalogs.ts';
import { dropCachedLayers } from './indexing/drop-cached-layers.ts';
import type { RegistryTasks } from './registry-tasks.ts';
import { registryTasksOf } from './tasks.ts';

/** The tasks of the whole registry, as the original names them. */
export const REGISTRY_TASK_NAMES = [
  'check_all',
  'index_all',
  'index_cached',
  'drop_cached',
  'clear_index',
  'remove_index',
] as const;

/** One of {@link REGISTRY_TASK_NAMES}. */
export type RegistryTaskName = (typeof REGISTRY_TASK_NAMES)[number];

/** Catalogues whose index is emptied at once. */
const MOST_CATALOGS = 1_000;

/** Returns whether a text is one of {@link REGISTRY_TASK_NAMES}. */
export function isRegistryTask(text: string): text is RegistryTaskName {
  return REGISTRY_TASK_NAMES.some((name) => name === text);
}

/** Starts the tasks of the whole registry. */
export class RegistryTaskRunner {
  readonly #platform: AppContext['platform'];
  readonly #tasks: RegistryTasks;

  constructor({ platform, queue }: AppContext) {
    this.#platform = platform;
    this.#tasks = registryTasksOf(platform, queue);
  }

  /** Counts the layers that are noted for the index. */
  async state(): Promise<{ readonly cachedLayers: RowCount; readonly deletedLayers: RowCount }> {
    const { database } = this.#platform;
    const noted = (action: string) =>
      boundedCount(database, database('map_registry.layers_to_index').where({ action }));
    const [cachedLayers, deletedLayers] = await Promise.all([noted('index'), noted('remove')]);
    return { cachedLayers, deletedLayers };
  }

  /**
   * Starts a task. It is enqueued, but for `drop_cached`, which is done at once.
   *
   * @param catalogSlug the catalogue whose index is emptied; default: all of them. The other tasks go over all catalogues.
   * @returns whether there is such a catalogue.
   */
  async run(name: RegistryTaskName, catalogSlug?: string): Promise<boolean> {
    if (name === 'clear_index') return this.#clearIndex(catalogSlug);
    if (name === 'drop_cached') {
      await dropCachedLayers(this.#platform.database);
      return true;
    }
    await this.#platform.database.transaction((transaction) => {
      switch (name) {
        case 'check_all':
          return this.#tasks.checkAllServices(transaction);
        case 'index_all':
          return this.#tasks.indexAllLayers(transaction);
        case 'index_cached':
          return this.#tasks.indexCachedLayers(transaction);
        case 'remove_index':
          return this.#tasks.unindexLayersWithIssues(transaction);
      }
    });
    return true;
  }

  async #clearIndex(slug: string | undefined): Promise<boolean> {
    const { database } = this.#platform;
    const named = slug === undefined ? undefined : await findCatalog(database, slug);
    if (slug !== undefined && !named) return false;
    const catalogs = named ? [named] : await listCatalogs(database, { limit: MOST_CATALOGS });
    await database.transaction(async (transaction) => {
      for (const catalog of catalogs) {
        if (catalog.url === null) await this.#tasks.clearIndex(transaction, catalog);
      }
    });
    return true;
  }
}
