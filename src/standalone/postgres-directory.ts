import { chown, lstat, mkdir, mkdtemp, readFile, readlink, rm, stat, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { PRODUCT_SLUG } from '../platform/product.ts';
import { commandLineOf, endProcess, isRunning } from './processes.ts';

/** The account that Postgres runs under; empty for our own. */
export interface PostgresAccount {
  readonly uid?: number;
  readonly gid?: number;
}

/** A folder that Postgres's data are kept in, and the account that it belongs to. */
export interface PostgresDirectory {
  readonly path: string;
  readonly account: PostgresAccount;
}

/** The folder cannot be used; the message says what to do. */
export class PostgresDirectoryError extends Error {
  override readonly name = 'PostgresDirectoryError';
}

/** The account without rights that Postgres runs under where we are root, which it refuses to be. */
const UNPRIVILEGED = { uid: 65_534, gid: 65_534 };

/** Where root keeps what that account has to reach, when the checkout lies in a folder that is closed to it. */
export const SHARED_DIRECTORY = `/var/lib/${PRODUCT_SLUG}`;

/** The folder of the database cluster within the data folder. */
export const CLUSTER = 'cluster';

/**
 * Makes the data folder where it does not exist, and finds the account for it. Where root works in a folder
 * that is closed to others, the data stand elsewhere and `path` becomes a link.
 *
 * @throws {PostgresDirectoryError} if it belongs to somebody else.
 */
export async function openPostgresDirectory(path: string): Promise<PostgresDirectory> {
  return process.getuid?.() === 0 ? openAsRoot(path) : openAsOrdinaryUser(path);
}

/**
 * Ends the Postgres that an earlier run left behind, and removes what it left of its lock, even where the
 * system has given its process id to another program.
 */
export async function endLeftoverPostgres(cluster: string): Promise<void> {
  const lockFile = join(cluster, 'postmaster.pid');
  const [line = ''] = (await readFile(lockFile, 'utf8').catch(() => '')).split('\n');
  const pid = Number.parseInt(line, 10);
  if (!(pid > 0)) return;
  if (isRunning(pid) && (await commandLineOf(pid)).includes(cluster)) {
    // Fast shutdown, immediate shutdown (its log is replayed at the next start), and what nothing resists.
    await endProcess(pid, [
      { signal: 'SIGINT', waitMilliseconds: 10_000 },
      { signal: 'SIGQUIT', waitMilliseconds: 5_000 },
      { signal: 'SIGKILL', waitMilliseconds: 5_000 },
    ]);
  }
  await rm(lockFile, { force: true });
}

/** Whether any account can walk down to a folder. */
export async function isOpenToAll(directory: string): Promise<boolean> {
  for (let path = directory; ; path = dirname(path)) {
    const { mode } = await stat(path);
    if ((mode & 0o001) === 0) return false;
    if (path === dirname(path)) return true;
  }
}

async function openAsOrdinaryUser(path: string): Promise<PostgresDirectory> {
  const made = await mkdir(path, { recursive: true, mode: 0o700 }).catch((error: unknown) => {
    throw new PostgresDirectoryError(`The data directory ${path} cannot be made: ${String(error)}`);
  });
  const { uid } = await stat(path);
  if (made === undefined && process.getuid && uid !== process.getuid()) {
    throw new PostgresDirectoryError(
      `The data directory ${path} belongs to another account (uid ${uid}), from a start as that account or as root. Start as that account again, or remove the directory to begin with an empty database`,
    );
  }
  return { path, account: {} };
}

async function openAsRoot(path: string): Promise<PostgresDirectory> {
  await mkdir(dirname(path), { recursive: true });
  const owner = await ownerOf(path);
  // Data of an ordinary account, which root starts this once.
  if (owner && owner.uid !== 0) return { path: await linkTarget(path), account: owner };
  const actual = owner || (await isOpenToAll(dirname(path))) ? path : await linkElsewhere(path);
  await mkdir(actual, { recursive: true, mode: 0o700 });
  await chown(actual, UNPRIVILEGED.uid, UNPRIVILEGED.gid);
  return { path: actual, account: UNPRIVILEGED };
}

async function ownerOf(path: string): Promise<{ uid: number; gid: number } | undefined> {
  return stat(path).then(
    ({ uid, gid }) => ({ uid, gid }),
    () => undefined,
  );
}

async function linkTarget(path: string): Promise<string> {
  return (await lstat(path)).isSymbolicLink() ? readlink(path) : path;
}

async function linkElsewhere(path: string): Promise<string> {
  await mkdir(SHARED_DIRECTORY, { recursive: true, mode: 0o755 });
  const actual = await mkdtemp(join(SHARED_DIRECTORY, 'data-'));
  // A link that leads nowhere any more may stand there.
  await rm(path, { force: true });
  await symlink(actual, path);
  return actual;
}
