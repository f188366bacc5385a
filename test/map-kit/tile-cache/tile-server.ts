// A process that serves one tile from a cache, for tests with several processes: `node tile-server.ts` with DATABASE_URL and OBJECTS. The
// picture is a number in the table `pictures`, as a long text.

import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { dirname, join } from 'node:path';
import type { TileObjects } from '../../../src/map-kit/tile-cache/tile-objects.ts';
import { drawn, openTestCache, openTestPlatform, requestOf } from './tile-cache-under-test.ts';

const { DATABASE_URL = '', OBJECTS = '' } = process.env;

const objects: TileObjects = {
  get: (key) => readFile(join(OBJECTS, key)).catch(() => undefined),
  async put(key, content) {
    const path = join(OBJECTS, key);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content);
  },
  async remove(keys) {
    for (const key of keys) await rm(join(OBJECTS, key), { force: true });
  },
};

const platform = openTestPlatform(DATABASE_URL);
const cache = openTestCache(platform, objects);

const server = createServer((request, response) => {
  const x = Number(URL.parse(request.url ?? '', 'http://localhost')?.searchParams.get('x'));
  cache
    .get(requestOf({ z: 2, x, y: 1 }), async () => {
      const { value } = await platform.database('pictures').first('value');
      return drawn(`${value} ${'x'.repeat(2_000)}`);
    })
    .then(
      ({ content }) => response.end(content),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  process.stdout.write(`${JSON.stringify({ msg: 'listening', port })}\n`);
});
process.once('SIGTERM', () => process.exit(0));
