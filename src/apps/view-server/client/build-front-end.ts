// `npm run build`: puts the page of collections beside the compiled server, so that starting that compiles nothing.

import { join } from 'node:path';
import { makeClientBundle, storeClientBundle } from './client-bundle.ts';

await storeClientBundle(
  await makeClientBundle(),
  join(import.meta.dirname, '../../../../dist/apps/view-server/client'),
);
