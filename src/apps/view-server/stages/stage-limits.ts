import type { ViewServerSettings } from '../settings.ts';
import type { Stages } from './stage.ts';

/** Returns what the settings say of how items are given to workers. */
export function stageLimits({
  items,
  preprocessing,
}: ViewServerSettings): Required<Pick<Stages, 'maximumDeliveries' | 'limitsPerCollection'>> {
  return {
    maximumDeliveries: items.maximumDeliveries,
    limitsPerCollection: { preprocess: preprocessing.itemsPerCollection },
  };
}
