// `npm run build`: puts the front end of the admin beside the compiled server, so that starting that compiles nothing.

import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { BUNDLE_FILES, bundleFrontEnd } from './front-end-bundle.ts';

const folder = join(import.meta.dirname, '../../dist/admin');
const frontEnd = await bundleFrontEnd();
for (const part of ['script', 'styles'] as const) {
  const file = join(folder, BUNDLE_FILES[part]);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, frontEnd[part]);
}
