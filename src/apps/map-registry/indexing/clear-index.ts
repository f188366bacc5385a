import type { TaskHandler } from '../../../queue/index.ts';
import type { CatalogArguments } from '../registry-tasks.ts';

/** To be built. */
export function clearIndexHandler(): TaskHandler<CatalogArguments, null> {
  throw new Error('clearIndexHandler is not built yet');
}
