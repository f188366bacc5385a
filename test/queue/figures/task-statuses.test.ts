import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { RUNNING_PROGRESS_SQL, taskStatuses } from '../../../src/queue/index.ts';
import { add } from '../engine/fixtures/task-functions.ts';
import { failure, HandRunEngine, type HeldTask, success } from '../hand-run-engine.ts';

const call = { left: 1, right: 2 };

describe('how tasks are, by their ids', () => {
  let engine: HandRunEngine;
  beforeEach(async () => {
    engine = await HandRunEngine.open();
  });
  afterEach(() => engine.close());

  /** Enqueues a task, and takes it. */
  async function hold(): Promise<HeldTask> {
    const id = await engine.queue.asyncTask(add, call);
    const held = (await engine.take()).find(({ task }) => task.id === id);
    if (!held) throw new Error('the task was not handed out');
    return held;
  }

  it('is told of each that waits, runs or has ended, newest first', async () => {
    const succeeded = await hold();
    await engine.end([[succeeded, success(3)]]);
    const failed = await hold();
    await engine.end([[failed, failure]]);
    const running = await hold();
    const queued = await engine.queue.asyncTask(add, call, { taskName: 'waits' });
    const delayed = await engine.queue.asyncTask(add, call, { delay: 60, cluster: 'another' });
    const statuses = await taskStatuses(engine.platform.database, [
      succeeded.task.id,
      failed.task.id,
      running.task.id,
      queued,
      delayed,
      randomUUID(),
    ]);
    const ended = { stopped: expect.stringMatching(/Z$/), attempts: 1, nextAttempt: null };
    const open = { stopped: null, failure: null, nextAttempt: null };
    expect(statuses).toMatchObject([
      { id: delayed, state: 'delayed', attempts: 0, ...open },
      { id: queued, state: 'queued', name: 'waits', attempts: 0, ...open },
      { id: running.task.id, state: 'running', attempts: 1, ...open },
      { id: failed.task.id, state: 'failed', failure: { error: 'Error: broken' }, ...ended },
      { id: succeeded.task.id, state: 'succeeded', failure: null, ...ended },
    ]);
  });

  it('says when a task that failed may be presented next, and that it runs again', async () => {
    const held = await hold();
    await engine.end([[held, failure]], true);
    const read = async () => (await taskStatuses(engine.platform.database, [held.task.id]))[0];
    expect(await read()).toMatchObject({ state: 'failed', nextAttempt: expect.stringMatching(/Z$/) });
    await engine.take();
    expect(await read()).toMatchObject({ state: 'running', nextAttempt: null, attempts: 2 });
  });

  it('is nothing for no ids', async () => {
    expect(await taskStatuses(engine.platform.database, [])).toEqual([]);
  });

  it('has the progress of a running task in a relation that tables can be joined with', async () => {
    const { task } = await hold();
    const { database } = engine.platform;
    const progress = async () => {
      const { rows } = await database.raw(
        `SELECT done, total, note FROM ${RUNNING_PROGRESS_SQL} AS running WHERE task_id = ?`,
        [task.id],
      );
      return rows;
    };
    expect(await progress()).toEqual([{ done: null, total: null, note: null }]);
    await database('queue.leases').update({ progress: { done: 2, total: null, note: 'storing' } });
    expect(await progress()).toEqual([{ done: 2, total: null, note: 'storing' }]);
  });
});
