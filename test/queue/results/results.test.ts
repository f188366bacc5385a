import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { TaskOptionsError } from '../../../src/queue/index.ts';
import { eventually } from '../../support/eventually.ts';
import { add, fail, secretLength } from '../engine/fixtures/task-functions.ts';
import { failure, HandRunEngine, success } from '../hand-run-engine.ts';

describe('reading results', () => {
  let engine: HandRunEngine;

  beforeEach(async () => {
    engine = await HandRunEngine.open();
  });
  afterEach(async () => {
    await engine.close();
  });

  const sum = { left: 1, right: 2 };

  /** What the database is asked while something is done. */
  async function statementsDuring(work: () => Promise<unknown>): Promise<string[]> {
    const statements: string[] = [];
    const note = ({ sql }: { sql: string }) => void statements.push(sql);
    engine.platform.database.on('query', note);
    await work();
    engine.platform.database.off('query', note);
    return statements;
  }

  it('answers nothing for a task that has not ended, or that nobody knows', async () => {
    const id = await engine.queue.asyncTask(add, sum);
    expect(await engine.queue.result(id)).toBeUndefined();
    expect(await engine.queue.fetch(id)).toBeUndefined();
    expect(await engine.queue.result('no such name')).toBeUndefined();
  });

  it('answers the result of a task by its id and by its name, of two with one name the newer', async () => {
    await engine.queue.asyncTask(add, { left: 0, right: 0 }, { taskName: 'a sum' });
    await engine.work();
    const id = await engine.queue.asyncTask(add, sum, { taskName: 'a sum' });
    await engine.work();
    expect(await engine.queue.result(id)).toBe(3);
    expect(await engine.queue.result('a sum')).toBe(3);
  });

  it('gives a finished task with everything that is known of it, but its secrets', async () => {
    const id = await engine.queue.asyncTask(secretLength, { secret: 'xyz' }, { group: 'g', taskName: 'n' });
    await engine.work();
    const task = await engine.queue.fetch(id);
    expect(task).toEqual({
      id,
      name: 'n',
      func: 'test.secret_length',
      hook: null,
      args: {},
      result: 3,
      group: 'g',
      cluster: 'composite',
      started: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/),
      stopped: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/),
      success: true,
      attemptCount: 1,
      timeTakenSeconds: expect.any(Number),
      waitedSeconds: expect.any(Number),
      ranSeconds: expect.any(Number),
      cancelled: false,
      resubmittedFrom: null,
    });
  });

  it('shows what a failure said, and no sealed argument', async () => {
    const id = await engine.queue.asyncTask(fail, { message: 'broken', secret: 'token' });
    await engine.work();
    expect(await engine.queue.result(id)).toMatchObject({ error: 'RangeError: broken' });
    expect((await engine.queue.fetch(id))?.args).toEqual({ message: 'broken' });
  });

  it('tells a task that answered null from one that has not ended', async () => {
    const id = await engine.queue.asyncTask(add, sum);
    await engine.end((await engine.take()).map((held) => [held, success(null)]));
    expect(await engine.queue.result(id)).toBeNull();
  });

  it('reads a group in the order in which its tasks ended, with failures where they are asked for', async () => {
    const ids = await engine.queue.asyncTasks(
      add,
      [1, 2, 3].map(() => ({ args: sum, options: { group: 'g' } })),
    );
    const held = await engine.take();
    const byId = (id: string | undefined) => held.filter(({ task }) => task.id === id);
    await engine.end(byId(ids[2]).map((each) => [each, success('third')]));
    await engine.end(byId(ids[0]).map((each) => [each, failure]));
    await engine.end(byId(ids[1]).map((each) => [each, success('second')]));
    expect(await engine.queue.resultGroup('g')).toEqual(['third', 'second']);
    expect(await engine.queue.resultGroup('g', { failures: true })).toHaveLength(3);
    const fetched = await engine.queue.fetchGroup('g');
    expect(fetched.map(({ id }) => id)).toEqual([ids[2], ids[0], ids[1]]);
    expect(await engine.queue.fetchGroup('g', { failures: false })).toHaveLength(2);
    expect(await engine.queue.countGroup('g')).toBe(3);
    expect(await engine.queue.countGroup('g', { failures: true })).toBe(1);
    expect(await engine.queue.countGroup('no such group')).toBe(0);
  });

  it('takes the label from a group, or removes its tasks', async () => {
    const [id = ''] = await engine.queue.asyncTasks(add, [
      { args: sum, options: { group: 'label' } },
      { args: sum, options: { group: 'all of it' } },
    ]);
    await engine.work();
    expect(await engine.queue.deleteGroup('label')).toBe(1);
    expect(await engine.queue.fetch(id)).toMatchObject({ group: null });
    expect(await engine.queue.deleteGroup('all of it', { tasks: true })).toBe(1);
    expect(await engine.platform.database('queue.tasks').pluck('id')).toEqual([id]);
  });

  it('wakes those who wait for a task, for its name, and for so many of a group', async () => {
    const options = { group: 'g', taskName: 'waited for' };
    const [id = ''] = await engine.queue.asyncTasks(add, [
      { args: sum, options },
      { args: sum, options: { group: 'g' } },
    ]);
    const results = Promise.all([
      engine.queue.result(id, { wait: -1 }),
      engine.queue.fetch('waited for', { wait: -1 }),
      engine.queue.resultGroup('g', { wait: -1, count: 2 }),
      engine.queue.fetchGroup('g', { wait: 60_000, count: 2 }),
    ]);
    await engine.work();
    const [result, task, group, fetched] = await results;
    expect(result).toBe(3);
    expect(task?.id).toBe(id);
    expect(group).toEqual([3, 3]);
    expect(fetched).toHaveLength(2);
  });

  it('looks up what many wait for with one statement', async () => {
    const ids = await engine.queue.asyncTasks(
      add,
      Array.from({ length: 50 }, () => ({ args: sum })),
    );
    const held = await engine.take();
    const waiting = Promise.all(ids.map((id) => engine.queue.fetch(id, { wait: -1 })));
    const statements = await statementsDuring(async () => {
      await engine.end(held.map((each) => [each, success(1)]));
      expect(await waiting).toHaveLength(50);
    });
    const lookUps = statements.filter((sql) => sql.includes('CROSS JOIN LATERAL'));
    expect(lookUps.length).toBeGreaterThan(0);
    expect(lookUps.length).toBeLessThan(5);
  });

  it('asks the database nothing more while nothing is stored', async () => {
    const id = await engine.queue.asyncTask(add, sum);
    const held = await engine.take();
    const waiting = engine.queue.result(id, { wait: -1 });
    // Whoever waits is looked up at the beginning, and when the listener is connected: with a second one that is over.
    await engine.queue.result('another', { wait: 500 });
    const statements = await statementsDuring(() => engine.queue.result('a third', { wait: 300 }));
    expect(statements.length).toBeLessThan(6);
    await engine.end(held.map((each) => [each, success('at last')]));
    expect(await waiting).toBe('at last');
  });

  it('answers what is there when the time is over', async () => {
    await engine.queue.asyncTask(add, sum, { group: 'g' });
    await engine.work();
    expect(await engine.queue.resultGroup('g', { wait: 50, count: 2 })).toEqual([3]);
    expect(await engine.queue.result('never', { wait: 50 })).toBeUndefined();
  });

  it('ends waits when the queue is closed, and keeps no connection', async () => {
    const waiting = engine.queue.result('never', { wait: -1 });
    const listeners = () =>
      engine.platform
        .database('pg_stat_activity')
        .where({ application_name: 'composite-handler notifications' })
        .whereRaw('datname = current_database()');
    await eventually(async () => (await listeners()).length === 1);
    const ended = expect(waiting).rejects.toThrow('The queue was closed');
    await engine.queue.close();
    await ended;
    await eventually(async () => (await listeners()).length === 0);
  });

  it('refuses waits and counts that mean nothing', async () => {
    await expect(engine.queue.result('a', { wait: Number.NaN })).rejects.toThrow(TaskOptionsError);
    await expect(engine.queue.result('a', { wait: -2 })).rejects.toThrow('-1 for ever');
    await expect(engine.queue.fetchGroup('a', { count: 0.5 })).rejects.toThrow(TaskOptionsError);
  });
});
