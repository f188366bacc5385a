import { readFile, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { dataFolder } from '../src/standalone/data-folder.ts';
import { isRunning } from '../src/standalone/processes.ts';
import type { RunningState } from '../src/standalone/running-state.ts';
import {
  makePlace,
  type Place,
  type RunningEntryPoint,
  runEntryPoint,
  until,
} from './standalone/entry-point.ts';
import { createTestDatabase } from './support/database.ts';

jest.setTimeout(180_000);

const READY = 'Ctrl-C stops all of it';

let place: Place;
let running: RunningEntryPoint[];

beforeEach(async () => {
  place = await makePlace();
  running = [];
});

afterEach(async () => {
  for (const { child, untilEnded } of running) {
    child.kill('SIGTERM');
    await untilEnded();
  }
  await place.remove();
});

function start(more = {}): RunningEntryPoint {
  const standalone = runEntryPoint(place, 'standalone', [], more);
  running.push(standalone);
  return standalone;
}

async function startAndWait(more = {}): Promise<RunningEntryPoint> {
  const standalone = start(more);
  await standalone.untilSaid(READY);
  return standalone;
}

async function state(): Promise<RunningState> {
  return JSON.parse(await readFile(dataFolder(place.environment).stateFile, 'utf8')) as RunningState;
}

async function postgresPid(): Promise<number> {
  const { postgres } = dataFolder(place.environment);
  return Number.parseInt(await readFile(`${postgres}/cluster/postmaster.pid`, 'utf8'), 10);
}

function isHealthy(apiUrl: string): Promise<boolean> {
  return fetch(`${apiUrl}/health-check/?strict`).then(
    ({ status }) => status === 200,
    () => false,
  );
}

describe('a start on a bare machine', () => {
  it('brings everything up, keeps its secrets to itself, refuses a second start beside it, and leaves no process when it is stopped', async () => {
    const standalone = await startAndWait();
    const { apiUrl, processes, pid } = await state();
    expect(await isHealthy(apiUrl)).toBe(true);
    expect((await fetch(`${apiUrl}/admin`)).status).toBe(200);
    expect(standalone.output()).toContain(`${apiUrl}/admin`);
    expect(standalone.output()).toMatch(/sign in as admin, password \S{12,}/);
    expect(pid).toBe(standalone.child.pid);
    const { installationFile, stateFile } = dataFolder(place.environment);
    for (const file of [installationFile, stateFile]) expect((await stat(file)).mode & 0o077).toBe(0);

    const manage = runEntryPoint(place, 'standalone/manage', ['qinfo', '--once']);
    expect([await manage.untilEnded(), manage.output()]).toEqual([0, expect.stringContaining('composite')]);

    const second = runEntryPoint(place, 'standalone');
    expect(await second.untilEnded()).toBe(1);
    expect(second.output()).toContain(`already runs on this folder, as process ${pid}`);
    expect(second.output()).toContain(apiUrl);
    expect(await isHealthy(apiUrl)).toBe(true);

    const pids = [...processes.map((started) => started.pid), await postgresPid()];
    expect(pids.every(isRunning)).toBe(true);
    standalone.child.kill('SIGTERM');
    expect(await standalone.untilEnded()).toBe(0);
    expect(pids.filter(isRunning)).toEqual([]);
    expect(await isHealthy(apiUrl)).toBe(false);
  });
});

describe('a start after an earlier one was killed', () => {
  it('ends what was left running, goes on with the same data, and restarts a part that dies', async () => {
    const first = await startAndWait();
    const left = [...(await state()).processes.map(({ pid }) => pid), await postgresPid()];
    first.child.kill('SIGKILL');
    await first.untilEnded();
    expect(left.some(isRunning)).toBe(true);

    const second = await startAndWait();
    expect(left.filter(isRunning)).toEqual([]);
    expect(second.output()).toContain('An earlier run was killed');
    const passwordLine = /password \S+/.exec(first.output())?.[0];
    expect(passwordLine).toBeDefined();
    expect(second.output()).toContain(passwordLine);

    const { apiUrl, processes } = await state();
    const server = processes.find(({ name }) => name === 'server');
    process.kill(server?.pid ?? 0, 'SIGKILL');
    await second.untilSaid('The server ended (SIGKILL)');
    await until('the API answers again', () => isHealthy(apiUrl));
  });
});

it('says that a management command needs what npm start runs', async () => {
  const manage = runEntryPoint(place, 'standalone/manage', ['qinfo', '--once']);
  expect(await manage.untilEnded()).toBe(1);
  expect(manage.output()).toContain('Start it first: npm start');
});

describe('a start that cannot work', () => {
  it('names a port that is taken, and another one to take', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, resolve));
    const address = other.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    try {
      const standalone = start({ PORT: String(port) });
      expect(await standalone.untilEnded()).toBe(1);
      expect(standalone.output()).toContain(`Port ${port} is taken`);
      expect(standalone.output()).toContain(`PORT=${port + 1} npm start`);
    } finally {
      other.close();
    }
  });

  it('names each setting that is wrong', async () => {
    const standalone = start({ PDF_RASTERIZER_DPI: 'sharp', ENGINE_WORKER_COUNT: '-1' });
    expect(await standalone.untilEnded()).toBe(1);
    expect(standalone.output()).toContain('PDF_RASTERIZER_DPI is "sharp"');
    expect(standalone.output()).toContain('ENGINE_WORKER_COUNT is "-1"');
  });

  it('says that the Postgres of DATABASE_URL does not answer', async () => {
    const standalone = start({ DATABASE_URL: 'postgresql://nobody:secret-word@127.0.0.1:1/none' });
    expect(await standalone.untilEnded()).toBe(1);
    expect(standalone.output()).toContain('The Postgres of DATABASE_URL does not answer');
    expect(standalone.output()).not.toContain('secret-word');
  });
});

it('uses the Postgres and the DLCS that the user has, and starts no stand-in for them', async () => {
  const own = await createTestDatabase({ migrated: false });
  try {
    const standalone = await startAndWait({ DATABASE_URL: own.url, DLCS_API_ROOT: 'http://127.0.0.1:1' });
    expect(standalone.output()).toContain('yours, from DATABASE_URL');
    expect(standalone.output()).toContain('yours, from DLCS_API_ROOT');
    expect(standalone.output()).toContain('stand-in, bucket');
    expect(standalone.output()).not.toContain(new URL(own.url).password);
    expect(await own.database('admin.administrators').pluck('username')).toEqual(['admin']);
    await expect(stat(dataFolder(place.environment).postgres)).rejects.toThrow('ENOENT');
    standalone.child.kill('SIGTERM');
    await standalone.untilEnded();
  } finally {
    await own.drop();
  }
});

it('stops where it is told to while it still starts', async () => {
  const standalone = start();
  await standalone.untilSaid('Starting');
  standalone.child.kill('SIGTERM');
  expect(await standalone.untilEnded()).toBe(0);
  await expect(postgresPid()).rejects.toThrow('ENOENT');
});
