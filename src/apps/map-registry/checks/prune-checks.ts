import type { TaskHandler } from '../../../queue/index.ts';
import type { NoArguments } from '../registry-tasks.ts';

/** To be built. */
export function pruneChecksHandler(): TaskHandler<NoArguments, null> {
  throw new Error('pruneChecksHandler is not built yet');
}
