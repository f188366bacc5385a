import type { ViewServerSettings } from '../settings.ts';
import type { Stages } from './stage.ts';

/** Returns how often, and how many at a time, items are given to workers. */
export function stageLimits({
  items,
  preprocessing,
}: ViewServerSettings): Pick<Stages, 'maximumDeliveries' | 'limitsPerCollection'> {
  return {
    maximumDeliveries: items.maximumDeliveries,
    limitsPerCollection: {
      preprocess: preprocessing.itemsPerCollection,
      // Each reads the headers of a few images.
      register: 4,
      // Registrations come first: each of these draws all the time.
      seed: 1,
    },
  };
}
