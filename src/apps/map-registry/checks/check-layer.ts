import type { TaskHandler } from '../../../queue/index.ts';
import type { LayerArguments } from '../registry-tasks.ts';

/** To be built. */
export function checkLayerHandler(): TaskHandler<LayerArguments, null> {
  throw new Error('checkLayerHandler is not built yet');
}
