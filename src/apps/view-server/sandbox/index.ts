import type { AppSandbox } from '../../../app-kit/sandbox/app-sandbox.ts';
import { collectionsStandIn, demoState } from './collections-stand-in.ts';
import { demo } from './demo/index.ts';
import { redisStandIn } from './redis-stand-in.ts';

/** Two buckets, a collection, a port for Redis clients, and the demo that takes three scenes to a map. */
export const viewServerSandbox: AppSandbox = {
  buckets: [
    { variable: 'VIEW_SERVER_SOURCE', defaultName: 'packages' },
    { variable: 'VIEW_SERVER_TARGET', defaultName: 'products' },
  ],
  standIns: [collectionsStandIn, redisStandIn],
  offers: ({ adminUrl, apiUrl }) => [
    { value: `${adminUrl}/resources/view-items`, note: 'packages on their way to the map' },
    { value: `${apiUrl}/view-server`, note: 'the map, when there is something on it' },
  ],
  demoState,
  demo,
};
