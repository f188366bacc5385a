import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import pg from 'pg';
import { type EmbeddedPostgres, startPostgres } from '../../src/standalone/postgres.ts';
import { isRunning } from '../../src/standalone/processes.ts';

let directory: string;
let dataDirectory: string;
let running: EmbeddedPostgres[];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sandbox-postgres-'));
  await chmod(directory, 0o755);
  dataDirectory = join(directory, 'data');
  running = [];
});

afterEach(async () => {
  await Promise.all(running.map((postgres) => postgres.stop()));
  await rm(directory, { recursive: true, force: true });
});

async function start(
  port?: number,
  parameters: Readonly<Record<string, string>> = {},
): Promise<EmbeddedPostgres> {
  const postgres = await startPostgres({
    dataDirectory,
    parameters: { fsync: 'off', ...parameters },
    ...(port === undefined ? {} : { port }),
  });
  running.push(postgres);
  return postgres;
}

async function query(url: string, text: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

/** Starts Postgres in a process of its own, which then dies without a chance to stop it. */
async function leaveBehind(): Promise<number> {
  const module = new URL('../../src/standalone/postgres.ts', import.meta.url).href;
  const child: ChildProcess = spawn(
    process.execPath,
    [
      '--input-type=module',
      '-e',
      `import { startPostgres } from '${module}';
       const { pid } = await startPostgres({ dataDirectory: '${dataDirectory}', parameters: { fsync: 'off' } });
       process.stdout.write(String(pid));
       setInterval(() => {}, 1000);`,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const [said] = child.stdout ? await once(child.stdout, 'data') : [];
  child.kill('SIGKILL');
  await once(child, 'exit');
  return Number(String(said));
}

it('keeps what was committed from one start to the next, and its password', async () => {
  const first = await start();
  await query(first.url, 'CREATE TABLE kept AS SELECT 42 AS answer');
  await first.stop();
  expect(isRunning(first.pid)).toBe(false);
  const second = await start();
  expect(await query(second.url, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
  expect(new URL(second.url).password).toBe(new URL(first.url).password);
});

it('ends sessions when it stops, and says that it ended', async () => {
  const postgres = await start();
  const client = new pg.Client({ connectionString: postgres.url });
  client.on('error', () => {});
  await client.connect();
  const ended = new Promise<void>((resolve) => client.once('end', resolve));
  await postgres.stop();
  await ended;
  expect(await postgres.ended).toBe('exit code 0');
});

it('stops a Postgres that a killed process left on its data, and goes on', async () => {
  const leftover = await leaveBehind();
  expect(isRunning(leftover)).toBe(true);
  const postgres = await start();
  expect(isRunning(leftover)).toBe(false);
  expect(await query(postgres.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
});

it('goes on after the server itself was killed, with all that was committed', async () => {
  const first = await start();
  await query(first.url, 'CREATE TABLE kept AS SELECT 42 AS answer');
  process.kill(first.pid, 'SIGKILL');
  expect(await first.ended).toBe('SIGKILL');
  const second = await start();
  expect(await query(second.url, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
});

it('is found ready after it was killed, however often clients are refused while it recovers', async () => {
  const first = await start();
  await query(first.url, 'CREATE TABLE rows AS SELECT generate_series(1, 300000) AS number');
  process.kill(first.pid, 'SIGKILL');
  await first.ended;
  const refusals = new AbortController();
  const clients = Array.from({ length: 20 }, async () => {
    while (!refusals.signal.aborted) await query(first.url, 'SELECT 1').catch(() => undefined);
  });
  // So that a moment of recovery is enough for many lines.
  await start(first.port, { log_min_messages: 'debug5' }).finally(() => refusals.abort());
  await Promise.all(clients);
  expect(await query(first.url, 'SELECT count(*)::integer AS rows FROM rows')).toEqual([{ rows: 300_000 }]);
}, 60_000);

it('leaves another program alone that has the process id of a lock left behind', async () => {
  await (await start()).stop();
  const bystander = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
  try {
    await writeFile(join(dataDirectory, 'cluster', 'postmaster.pid'), `${bystander.pid}\n`);
    const postgres = await start();
    expect(await query(postgres.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    expect(bystander.pid && isRunning(bystander.pid)).toBe(true);
  } finally {
    bystander.kill();
  }
});

it('begins again after a first start that was broken off', async () => {
  await (await start()).stop();
  const cluster = join(dataDirectory, 'cluster');
  await rm(cluster, { recursive: true });
  await writeFile(`${cluster}.new`, 'half');
  const postgres = await start();
  expect(await query(postgres.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
});

it('says that its port is taken, and takes another one where it was only preferred', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const address = other.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  try {
    await expect(start(port)).rejects.toThrow(`port ${port} is taken`);
    const postgres = await startPostgres({ dataDirectory, preferredPort: port });
    running.push(postgres);
    expect(postgres.port).not.toBe(port);
  } finally {
    other.close();
  }
});

it('says that data of another major version cannot be read, and leaves them', async () => {
  await (await start()).stop();
  const versionFile = join(dataDirectory, 'cluster', 'PG_VERSION');
  const own = await readFile(versionFile, 'utf8');
  await writeFile(versionFile, '12\n');
  await expect(start()).rejects.toThrow(/written by Postgres 12, and this is Postgres 18/);
  await writeFile(versionFile, own);
  await start();
});

it('says that the password is missing', async () => {
  await (await start()).stop();
  await rm(join(dataDirectory, 'password'));
  await expect(start()).rejects.toThrow('password is missing');
});
