import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type EmbeddedPostgres, startPostgres } from '../../src/standalone/postgres.ts';
import { add, wait } from '../queue/engine/fixtures/task-functions.ts';
import { QueueUnderTest } from '../queue/engine/test-engine.ts';
import { eventually } from '../support/eventually.ts';
import { isAlive } from '../support/node-process.ts';

describe('while Postgres is away', () => {
  let directory: string;
  let postgres: EmbeddedPostgres;
  let test: QueueUnderTest;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'postgres-away-'));
    // Where root runs the tests, Postgres runs under another account, which has to come in.
    await chmod(directory, 0o755);
    postgres = await startAgain();
    test = await QueueUnderTest.open(postgres.url);
  });
  afterEach(async () => {
    await test.close();
    await postgres.stop();
    await rm(directory, { recursive: true });
  });

  function startAgain(port?: number): Promise<EmbeddedPostgres> {
    return startPostgres({
      dataDirectory: join(directory, 'postgres'),
      ...(port === undefined ? {} : { port }),
    });
  }

  it('a running task goes on, and its result is stored once Postgres is back', async () => {
    const engine = await test.startEngine();
    const id = await test.queue.asyncTask(wait, { journal: test.journal(), label: 'one' });
    await test.waitForEvent('start one 1');
    await postgres.stop();
    await test.letGo('one');
    await engine.waitForLine(({ msg }) => msg === 'results could not be stored, trying again');
    postgres = await startAgain(postgres.port);
    expect(await test.finished(id)).toMatchObject({ success: true, attempt_count: 1, result: 'one' });
    const next = await test.queue.asyncTask(add, { left: 1, right: 1 });
    expect(await test.finished(next)).toMatchObject({ success: true });
  });

  it('an engine that is out of touch for too long ends its task, which runs again once Postgres is back', async () => {
    const engine = await test.startEngine();
    const id = await test.queue.asyncTask(wait, { journal: test.journal(), label: 'one' });
    const started = await test.waitForEvent('start one 1');
    await postgres.stop();
    await engine.waitForLine(
      ({ msg, reason }) => msg === 'a worker ended during a task' && reason !== undefined,
    );
    await eventually(() => !isAlive(Number(started.split(' ')[3])));
    postgres = await startAgain(postgres.port);
    await eventually(() => test.events().find((event) => event.startsWith('start one 2')));
    await test.letGo('one');
    expect(await test.finished(id)).toMatchObject({ success: true, attempt_count: 2 });
  });

  it('an engine that is told to stop ends, though it cannot store a result; the task runs again', async () => {
    const engine = await test.startEngine();
    const id = await test.queue.asyncTask(wait, { journal: test.journal(), label: 'one' });
    await test.waitForEvent('start one 1');
    await postgres.stop();
    await test.letGo('one');
    await engine.waitForLine(({ msg }) => msg === 'results could not be stored, trying again');
    engine.kill('SIGTERM');
    expect(await engine.ended).toBe(0);
    expect(engine.log).toContainEqual(
      expect.objectContaining({
        tasks: [id],
        msg: 'results could not be stored before the engine had to stop; their tasks run again',
      }),
    );
    postgres = await startAgain(postgres.port);
    await test.startEngine();
    expect(await test.finished(id)).toMatchObject({ success: true, attempt_count: 2 });
  });

  it('an engine that starts waits for it, says so, and then takes tasks', async () => {
    const id = await test.queue.asyncTask(add, { left: 1, right: 1 });
    await postgres.stop();
    const starting = test.startEngine();
    const engine = test.engines[0];
    await engine?.waitForLine(({ msg }) => msg === 'waiting for Postgres');
    postgres = await startAgain(postgres.port);
    await starting;
    expect(await test.finished(id)).toMatchObject({ success: true });
  });
});
