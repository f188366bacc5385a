// `npm run build`: puts the script and the styles of the public pages of all apps beside the compiled server, so that
// starting that compiles nothing. An app has such pages if it has the file `client/front-end/index.ts`.

import { glob } from 'node:fs/promises';
import { join } from 'node:path';
import { makeClientBundle, storeClientBundle } from './client-bundle.ts';

const SOURCES = join(import.meta.dirname, '../..');
const COMPILED = join(SOURCES, '../dist');

for await (const entry of glob('apps/*/client/front-end/index.ts', { cwd: SOURCES })) {
  const folder = join(entry, '../..');
  await storeClientBundle(await makeClientBundle(join(SOURCES, folder)), join(COMPILED, folder));
}
