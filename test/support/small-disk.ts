import { execFile, execFileSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { mkdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type EmbeddedPostgres, startPostgres } from '../../src/standalone/postgres.ts';
import { createTestDatabase, type TestDatabase } from './database.ts';

const run = promisify(execFile);

/** More than a segment of the write-ahead log: Postgres would end where it cannot write that. */
const LONGEST_FILE_BYTES = 17 * 2 ** 20;

const TABLESPACE = 'small';

/** A Postgres whose databases are on a disk that can be filled. */
export interface PostgresOnSmallDisk {
  /** Whether the disk is as small as it was asked for; otherwise it is only full while it is filled. */
  readonly isSmall: boolean;
  createDatabase(): Promise<TestDatabase>;
  /** Fills the disk at once: tables and temporary files cannot grow any more. */
  fill(): void;
  /** Makes room again. */
  empty(): void;
  stop(): Promise<void>;
}

/**
 * Starts a Postgres whose databases are in a tablespace on a small file system of its own. The write-ahead log is elsewhere, as
 * Postgres ends where that cannot be written. Where this process may not mount one, the system limits the size of the files that
 * Postgres writes while the disk is filled.
 */
export async function startPostgresOnSmallDisk(
  directory: string,
  bytes: number,
): Promise<PostgresOnSmallDisk> {
  const dataDirectory = join(directory, 'postgres');
  const disk = join(directory, 'disk');
  const postgres = await startPostgres({
    dataDirectory,
    // Several workers would have several temporary files, each of them shorter.
    parameters: { fsync: 'off', full_page_writes: 'off', max_parallel_workers_per_gather: '0' },
  });
  await mkdir(disk);
  const isSmall = await mount(disk, bytes);
  const create = () => createTestDatabase({ serverUrl: postgres.url, migrated: false });
  const { uid, gid } = await stat(dataDirectory);
  if (!isSmall) return withLimitedFiles(postgres, create);
  await run('chown', [`${uid}:${gid}`, disk]);
  await inSmallTablespace(postgres, disk);
  const filler = join(disk, 'filler');
  return {
    isSmall,
    async createDatabase() {
      const database = await create();
      const name = new URL(database.url).pathname.slice(1);
      await onServer(postgres, `ALTER DATABASE ${name} SET TABLESPACE ${TABLESPACE}`);
      return database;
    },
    fill: () => fillUp(filler, bytes),
    empty: () => rmSync(filler, { force: true }),
    async stop() {
      await postgres.stop();
      await run('umount', [disk]);
      await rm(directory, { recursive: true, force: true });
    },
  };

  function withLimitedFiles(
    { pid, stop }: EmbeddedPostgres,
    createDatabase: () => Promise<TestDatabase>,
  ): PostgresOnSmallDisk {
    const limit = (most: number | 'unlimited') => {
      // The soft limit, which may be raised again. Sessions that are open have a limit of their own.
      for (const process of [pid, ...childrenOf(pid)]) {
        execFileSync('prlimit', ['--pid', String(process), `--fsize=${most}:`], { uid, gid });
      }
    };
    return {
      isSmall: false,
      createDatabase,
      fill: () => limit(LONGEST_FILE_BYTES),
      empty: () => limit('unlimited'),
      async stop() {
        await stop();
        await rm(directory, { recursive: true, force: true });
      },
    };
  }
}

async function mount(disk: string, bytes: number): Promise<boolean> {
  try {
    await run('mount', ['-t', 'tmpfs', '-o', `size=${bytes}`, 'tmpfs', disk]);
    return true;
  } catch {
    return false;
  }
}

function inSmallTablespace(postgres: EmbeddedPostgres, disk: string): Promise<void> {
  return onServer(postgres, `CREATE TABLESPACE ${TABLESPACE} LOCATION '${disk}'`);
}

async function onServer({ url }: EmbeddedPostgres, statement: string): Promise<void> {
  const { database, drop } = await createTestDatabase({ serverUrl: url, migrated: false });
  await database.raw(statement);
  await drop();
}

/** What does not fit is not written. */
function fillUp(filler: string, bytes: number): void {
  try {
    writeFileSync(filler, Buffer.alloc(bytes));
  } catch (error) {
    if (!String(error).includes('ENOSPC')) throw error;
  }
}

function childrenOf(pid: number): readonly number[] {
  const children = execFileSync('cat', [`/proc/${pid}/task/${pid}/children`], { encoding: 'utf8' });
  return children.trim().split(' ').filter(Boolean).map(Number);
}
