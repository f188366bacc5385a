// `npm run build`: puts the front end of the admin beside the compiled server, so that starting that compiles nothing.

import { join } from 'node:path';
import { compressFiles, makeFrontEnd } from './site/front-end.ts';
import { FRONT_END_FOLDER, storeFrontEnd } from './site/stored-front-end.ts';

const folder = join(import.meta.dirname, '../../dist/admin/site', FRONT_END_FOLDER);
await storeFrontEnd(await compressFiles(await makeFrontEnd()), folder);
