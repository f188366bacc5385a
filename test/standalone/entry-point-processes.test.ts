import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { dataFolder, makeDataFolder } from '../../src/standalone/data-folder.ts';
import { superviseEntryPoints } from '../../src/standalone/entry-point-processes.ts';
import { readState } from '../../src/standalone/running-state.ts';
import { StateKeeper } from '../../src/standalone/state-keeper.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';

let directory: string;
let test: TestDatabase;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'standalone-processes-'));
  test = await createTestDatabase();
});

afterEach(async () => {
  await test.drop();
  await rm(directory, { recursive: true, force: true });
});

it('runs an engine for each queue, each with a log of its own', async () => {
  const folder = dataFolder({ STANDALONE_DATA_DIRECTORY: directory });
  await makeDataFolder(folder);
  const state = new StateKeeper(folder, {
    pid: process.pid,
    isReady: false,
    apiUrl: 'http://localhost',
    processes: [],
    apps: {},
    environment: {},
  });
  const processes = superviseEntryPoints({
    folder,
    environment: {
      PATH: process.env['PATH'],
      DATABASE_URL: test.url,
      DJANGO_SECRET_KEY: 'a key of the tests',
      PORT: '0',
      GUNICORN_WORKERS: '1',
      ENGINE_WORKER_COUNT: '1',
      SCRATCH_DIRECTORY: folder.scratch,
    },
    queueNames: ['composite', 'render'],
    state,
    print: () => {},
    onGivenUp: () => {},
  });
  try {
    await processes.start();
    await state.setReady();
    const started = await readState(folder);
    expect(started?.processes.map(({ name }) => name).sort()).toEqual(['engine', 'engine-render', 'server']);
    expect(await test.database('queue.engines').distinct().orderBy('queue').pluck('queue')).toEqual([
      'composite',
      'render',
    ]);
  } finally {
    await processes.stop();
  }
  expect((await readdir(folder.logs)).sort()).toEqual(['engine-render.log', 'engine.log', 'server.log']);
  expect(await readFile(join(folder.logs, 'engine-render.log'), 'utf8')).toContain('"render"');
});
