import type { TaskHandler } from '../../../queue/index.ts';
import type { NoArguments } from '../registry-tasks.ts';

/** To be built. */
export function indexCachedLayersHandler(): TaskHandler<NoArguments, number> {
  throw new Error('indexCachedLayersHandler is not built yet');
}
