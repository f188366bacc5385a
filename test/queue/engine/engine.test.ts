import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { queueFigures, waitingTasks } from '../../../src/queue/index.ts';
import { eventually } from '../../support/eventually.ts';
import { isAlive, type NodeProcess } from '../../support/node-process.ts';
import {
  add,
  answerEscape,
  answerNul,
  cannotLoad,
  fail,
  failCut,
  hang,
  revealSecret,
  runProgram,
  secretLength,
  wait,
} from './fixtures/task-functions.ts';
import { isLeft, QueueUnderTest } from './test-engine.ts';

describe('an engine', () => {
  let test: QueueUnderTest;
  beforeEach(async () => {
    test = await QueueUnderTest.open();
  });
  afterEach(() => test.close());

  it('runs a task, and stores its result together with its acknowledgement', async () => {
    await test.startEngine();
    const id = await test.queue.asyncTask(add, { left: 2, right: 3 }, { taskName: 'sum', group: 'sums' });
    const row = await test.finished(id);
    expect(row).toMatchObject({ func: 'test.add', name: 'sum', group: 'sums', cluster: 'composite' });
    expect(row).toMatchObject({ success: true, result: 5, attempt_count: 1, args: { left: 2, right: 3 } });
    expect(await test.queue.queuedTasks({ limit: 10, offset: 0 })).toEqual([]);
    expect(await test.platform.database('queue.leases')).toEqual([]);
  });

  it('stores a secret sealed, opens it for the function, and forgets it with the success', async () => {
    const id = await test.queue.asyncTask(secretLength, { secret: 'Basic cGFzc3dvcmQ=' });
    const { rows } = await test.platform.database.raw('SELECT data::text FROM pgboss.job');
    expect(JSON.stringify(rows)).not.toContain('cGFzc3dvcmQ=');
    await test.startEngine();
    expect(await test.finished(id)).toMatchObject({ result: 18, args: {} });
  });

  it('stores a failure with its error and stack, and presents the task again after the retry time', async () => {
    await test.startEngine({ ENGINE_WORKER_TIMEOUT: '1', ENGINE_WORKER_RETRY: '2' });
    const id = await test.queue.asyncTask(fail, { message: 'broken', secret: 'token' });
    const row = await test.finished(id);
    expect(row).toMatchObject({ success: false, attempt_count: 1, result: { error: 'RangeError: broken' } });
    expect(JSON.stringify(row)).not.toContain('token');
    expect(row.result).toHaveProperty('stack', expect.stringContaining('task-functions.ts'));
    expect(await test.queue.queueSize()).toBe(1);
    await test.finished(id, ({ attempt_count }) => attempt_count === 2);
  });

  it('gives a task up after the last of its attempts', async () => {
    await test.startEngine({
      ENGINE_WORKER_TIMEOUT: '1',
      ENGINE_WORKER_RETRY: '2',
      ENGINE_WORKER_MAX_ATTEMPTS: '2',
    });
    const id = await test.queue.asyncTask(fail, { message: 'broken' });
    await test.finished(id, ({ attempt_count }) => attempt_count === 2);
    expect(await test.queue.queueSize()).toBe(0);
  });

  it('leaves a package that was changed where it is, says so once, counts it, and goes on', async () => {
    const id = await test.queue.asyncTask(add, { left: 1, right: 1 });
    await test.platform.database.raw(
      `UPDATE pgboss.job SET data = jsonb_set(data, '{task,args,left}', '41') WHERE id = ?`,
      [id],
    );
    const engine = await test.startEngine();
    expect(await engine.waitForLine(isLeft)).toMatchObject({ taskId: id });
    await test.finished(await test.queue.asyncTask(add, { left: 1, right: 1 }));
    // Put off, and taken once more.
    const [first] = await eventually(async () => {
      const delayed = await test.queue.queuedTasks({ limit: 9, offset: 0 });
      return delayed[0]?.state === 'delayed' ? delayed : undefined;
    });
    await eventually(async () => {
      const [now] = await test.queue.queuedTasks({ limit: 9, offset: 0 });
      return now?.state === 'delayed' && now.attempts === 0 && now.startAfter > (first?.startAfter ?? '');
    });
    expect(engine.log.filter(isLeft)).toHaveLength(1);
    await eventually(async () => (await queueFigures(test.platform.database))[0]?.unverified === 1);
    expect(await test.platform.database('queue.tasks').where({ id })).toEqual([]);
  });

  it('is not kept by rubbish in the queue, however much, which can be purged', async () => {
    await test.queue.asyncTask(add, { left: 1, right: 1 });
    const nested = `${'['.repeat(2_000)}${']'.repeat(2_000)}`;
    const rubbish = [
      'null',
      '"text"',
      '[]',
      '{}',
      '{"task": null, "signature": "x"}',
      '{"task": {"id": 5}, "signature": 5}',
      '{"task": {"options": null, "args": []}, "signature": ""}',
      '{"task": {"options": {"iteration": {"id": "rubbish"}}}, "signature": ""}',
      `{"task": {"func": "${'x'.repeat(9_000)}", "args": ${nested}}, "signature": "x"}`,
    ];
    for (let round = 0; round < 3; round += 1) {
      await test.platform.database.raw(
        `INSERT INTO pgboss.job (name, data, policy, priority)
         SELECT 'composite', data::jsonb, 'standard', 9 FROM unnest(?::text[]) AS data`,
        [rubbish],
      );
    }
    const engine = await test.startEngine();
    expect(await test.finished(await test.queue.asyncTask(add, { left: 1, right: 1 }))).toMatchObject({
      success: true,
    });
    await eventually(async () => (await queueFigures(test.platform.database))[0]?.unverified === 27);
    expect(engine.log.filter(isLeft)).toHaveLength(27);
    expect(await test.queue.queuedTasks({ limit: 99, offset: 0 })).toHaveLength(27);
    await eventually(
      async () =>
        (await waitingTasks(test.platform.database, { queue: 'composite', limit: 99 })).length === 27,
    );
    const queued = await test.queue.queuedTasks({ limit: 99, offset: 0 });
    const part = queued.find(({ options }) => options.iteration?.id === 'rubbish');
    expect(await test.queue.deleteQueuedTasks([part?.id ?? ''])).toBe(1);
    expect(await test.queue.purgeQueue()).toBe(26);
    expect(await test.queue.queueSize()).toBe(0);
  });

  it('replaces a worker that is killed in a task, and runs the task again', async () => {
    await test.startEngine();
    const id = await test.queue.asyncTask(wait, { journal: test.journal(), label: 'one' });
    const started = await test.waitForEvent('start one 1');
    process.kill(Number(started.split(' ')[3]), 'SIGKILL');
    await test.waitForEvent('start one 2');
    await test.letGo('one');
    expect(await test.finished(id, ({ success }) => success)).toMatchObject({ attempt_count: 2 });
  });

  it('ends with a worker the programs that it runs', async () => {
    await test.startEngine({ ENGINE_WORKER_MAX_ATTEMPTS: '1' });
    await test.queue.asyncTask(runProgram, { journal: test.journal(), label: 'one' });
    const [, , worker, program] = (await test.waitForEvent('program one')).split(' ').map(Number);
    process.kill(Number(worker), 'SIGKILL');
    await eventually(() => !isAlive(Number(program)));
  });

  it('gives up a task that kills its worker each time, with the last attempt on record', async () => {
    await test.startEngine({ ENGINE_WORKER_MAX_ATTEMPTS: '1' });
    const id = await test.queue.asyncTask(wait, { journal: test.journal(), label: 'one' });
    const started = await test.waitForEvent('start one 1');
    process.kill(Number(started.split(' ')[3]), 'SIGKILL');
    expect(await test.finished(id)).toMatchObject({
      success: false,
      result: { error: 'The worker process died (SIGKILL)' },
    });
    expect(await test.queue.queueSize()).toBe(0);
  });

  it('tells a function at its timeout to stop, by its signal', async () => {
    await test.startEngine({ ENGINE_WORKER_TIMEOUT: '1', ENGINE_WORKER_RETRY: '4500' });
    const id = await test.queue.asyncTask(wait, { journal: test.journal(), label: 'slow' });
    expect(await test.finished(id)).toMatchObject({
      success: false,
      result: { error: 'TaskAbortedError: The task ran past its timeout of 1 seconds' },
    });
    expect(test.events()).toContain('aborted slow 1');
  });

  it('kills a hung function, tells its app, and presents it again until it is used up', async () => {
    await test.startEngine({
      ENGINE_WORKER_TIMEOUT: '1',
      ENGINE_WORKER_RETRY: '2',
      ENGINE_WORKER_MAX_ATTEMPTS: '2',
    });
    const id = await test.queue.asyncTask(hang, { journal: test.journal(), label: 'stuck' });
    expect(await test.finished(id)).toMatchObject({
      success: false,
      result: { error: 'The task ran past its timeout of 1 seconds' },
    });
    await test.finished(id, ({ attempt_count }) => attempt_count === 2);
    const lost = 'lost stuck: The task ran past its timeout of 1 seconds';
    expect(test.events().filter((event) => event === lost)).toHaveLength(2);
    expect(await test.queue.queueSize()).toBe(0);
  });

  it('takes no more tasks at SIGTERM, lets the running one end, and stores its result', async () => {
    const engine = await test.startEngine();
    const running = await test.queue.asyncTask(wait, { journal: test.journal(), label: 'running' });
    await test.waitForEvent('start running');
    const waiting = await test.queue.asyncTask(add, { left: 1, right: 1 });
    engine.kill('SIGTERM');
    await engine.waitForLine(({ msg }) => msg === 'engine stopping');
    await test.letGo('running');
    expect(await engine.ended).toBe(0);
    expect(await test.finished(running)).toMatchObject({ success: true, result: 'running' });
    expect((await test.queue.queuedTasks({ limit: 9, offset: 0 })).map(({ id }) => id)).toEqual([waiting]);
    expect(await test.platform.database('queue.engines').pluck('state')).toEqual(['stopped']);
  });

  it('gives the running task back at a second signal', async () => {
    const engine = await test.startEngine();
    const id = await test.queue.asyncTask(wait, { journal: test.journal(), label: 'one' });
    await test.waitForEvent('start one 1');
    engine.kill('SIGINT');
    await engine.waitForLine(({ msg }) => msg === 'engine stopping');
    engine.kill('SIGINT');
    expect(await engine.ended).toBe(0);
    expect(await test.queue.queuedTasks({ limit: 9, offset: 0 })).toMatchObject([{ id, state: 'queued' }]);
  });

  it('takes over what a killed engine held', async () => {
    const [first] = await Promise.all([test.startEngine()]);
    const id = await test.queue.asyncTask(wait, { journal: test.journal(), label: 'one' });
    const started = await test.waitForEvent('start one 1');
    await test.startEngine();
    first.kill('SIGKILL');
    await eventually(() => (isAlive(Number(started.split(' ')[3])) ? undefined : true));
    await eventually(() => test.events().find((event) => event.startsWith('start one 2')));
    await test.letGo('one');
    expect(await test.finished(id)).toMatchObject({ success: true, attempt_count: 2 });
    expect((await test.platform.database('queue.engines').pluck('state')).toSorted()).toContain('lost');
  });

  it('leaves no worker behind when it is killed, not even one whose function hangs', async () => {
    const engine = await test.startEngine();
    await test.queue.asyncTask(hang, { journal: test.journal(), label: 'stuck' });
    const started = await test.waitForEvent('start stuck 1');
    engine.kill('SIGKILL');
    await eventually(() => !isAlive(Number(started.split(' ')[3])));
  });

  it('ends with an error where it cannot use its queue, and leaves nothing behind', async () => {
    await test.platform.database('pgboss.version').update({ version: 1 });
    await expect(test.startEngine()).rejects.toThrow('The process ended (1)');
    expect(await test.platform.database('queue.engines').pluck('state')).toEqual(['stopped']);
  });

  it('shares the queue with other engines: each task runs once', async () => {
    await Promise.all([test.startEngine(), test.startEngine(), test.startEngine()]);
    const calls = Array.from({ length: 200 }, (_, index) => ({ args: { left: index, right: 0 } }));
    const ids = await test.queue.asyncTasks(add, calls);
    await eventually(async () => {
      const { rows } = await test.platform.database.raw(
        'SELECT count(*)::int FROM queue.tasks WHERE success',
      );
      return rows[0].count === ids.length ? true : undefined;
    });
    expect(await test.platform.database('queue.tasks').max('attempt_count')).toEqual([{ max: 1 }]);
  });
});

describe('an engine with tasks that fail', () => {
  let test: QueueUnderTest;
  let engine: NodeProcess;
  beforeAll(async () => {
    test = await QueueUnderTest.open();
    engine = await test.startEngine();
  });
  afterAll(() => test.close());

  it('fails a task whose function no app has, and goes on', async () => {
    const unknown = await test.queue.asyncTask({ ...add, name: 'other.add' }, { left: 1, right: 1 });
    const known = await test.queue.asyncTask(add, { left: 1, right: 1 });
    expect(await test.finished(unknown)).toMatchObject({
      success: false,
      result: { error: expect.stringContaining('No installed app has a task function other.add') },
    });
    await test.finished(known);
    expect(engine.log.filter(({ msg }) => msg === 'a worker ended')).toEqual([]);
  });

  it('fails a task whose result cannot be stored', async () => {
    const id = await test.queue.asyncTask(answerNul, {});
    expect(await test.finished(id)).toMatchObject({
      success: false,
      result: { error: expect.stringContaining('NUL') },
    });
  });

  it('keeps a secret that an error quotes out of the result and of the log', async () => {
    const id = await test.queue.asyncTask(revealSecret, { secret: 'hunter2' });
    const row = await test.finished(id);
    expect(row.result).toMatchObject({ error: 'TypeError: [secret] is no header' });
    expect(JSON.stringify([row, engine.log])).not.toContain('hunter2');
  });

  it('fails an attempt whose code cannot be loaded, and runs other functions', async () => {
    const id = await test.queue.asyncTask(cannotLoad, {});
    const error =
      'TaskHandlerLoadError: The code of the task function test.cannot_load cannot be loaded: a library is missing';
    expect(await test.finished(id)).toMatchObject({ success: false, result: { error } });
    await engine.waitForLine(({ msg, taskId }) => msg === 'task failed' && taskId === id);
    const sum = await test.queue.asyncTask(add, { left: 1, right: 2 });
    expect(await test.finished(sum)).toMatchObject({ success: true, result: 3 });
  });

  it('stores an error whose message was cut in the middle of a character', async () => {
    const cut = await test.queue.asyncTask(failCut, {});
    expect(await test.finished(cut)).toMatchObject({ success: false, result: { error: 'Error: \uFFFD' } });
    const escaped = await test.queue.asyncTask(answerEscape, {});
    expect(await test.finished(escaped)).toMatchObject({
      success: true,
      result: String.raw`\u0000 \\ud800`,
    });
  });
});
