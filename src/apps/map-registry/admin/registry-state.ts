import type { AppContext } from '../../../app-kit/app-context.ts';
import { RegistryTaskRunner } from '../registry-task-runner.ts';
import type { RegistryState } from './shapes.ts';

/** Refused layers that are shown. */
const MOST_REFUSED = 20;

/** Reads what waits for the index, and what the search engine refused. */
export async function readRegistryState(context: AppContext): Promise<RegistryState> {
  const { database } = context.platform;
  const [{ cachedLayers, deletedLayers }, refused] = await Promise.all([
    new RegistryTaskRunner(context).state(),
    database('map_registry.layers_to_index AS noted')
      .join('map_registry.layers AS layer', 'layer.id', 'noted.layer_id')
      .whereNotNull('noted.refusal')
      .orderBy('noted.noted', 'desc')
      .limit(MOST_REFUSED)
      .select<{ id: string; title: string; refusal: string }[]>(
        'layer.uuid AS id',
        'layer.title',
        'noted.refusal',
      ),
  ]);
  return { toIndex: cachedLayers, toRemove: deletedLayers, refused };
}
