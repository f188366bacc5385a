import { chmod, mkdtemp, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EmbeddedPostgres, startPostgres } from '../../src/standalone/postgres.ts';
import { makeTestDatabasesIn } from './database.ts';

declare global {
  var testPostgres: { server: EmbeddedPostgres; directory: string } | undefined;
}

/** Starts one Postgres for the whole run; each test file makes a database of its own in it. */
export default async function start(): Promise<void> {
  const directory = await mkdtemp(join(await roomyDirectory(), 'composite-test-'));
  // Where root runs the tests, Postgres runs under another account, which has to come in.
  await chmod(directory, 0o755);
  const server = await startPostgres({
    dataDirectory: join(directory, 'postgres'),
    // Nothing has to survive a test run, so nothing waits for the disk.
    parameters: { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: '300' },
  });
  globalThis.testPostgres = { server, directory };
  await makeTestDatabasesIn(server.url);
}

/** Where Linux keeps files in memory: making a database there takes a twentieth of what it takes on a disk. */
const MEMORY_DIRECTORY = '/dev/shm';

/** A few databases at a time, and the log of what was written to them. */
const ROOM_BYTES = 4e9;

async function roomyDirectory(): Promise<string> {
  const memory = await statfs(MEMORY_DIRECTORY).catch(() => undefined);
  return memory && memory.bavail * memory.bsize > ROOM_BYTES ? MEMORY_DIRECTORY : tmpdir();
}
