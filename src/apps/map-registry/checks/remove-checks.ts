import type { TaskHandler } from '../../../queue/index.ts';
import type { ServiceArguments } from '../registry-tasks.ts';

/** To be built. */
export function removeServiceChecksHandler(): TaskHandler<ServiceArguments, null> {
  throw new Error('removeServiceChecksHandler is not built yet');
}
