import { afterEach, describe, expect, it } from '@jest/globals';
import { PermanentTaskError } from '../../../../src/queue/index.ts';
import { eventually } from '../../../support/eventually.ts';
import { StagesUnderTest } from '../stages-under-test.ts';

let site: StagesUnderTest;

afterEach(() => site.stop());

/** Returns stage, path and state of each attempt. */
async function states(): Promise<readonly string[]> {
  return (await site.attempts()).map(({ stage, path, state }) => `${stage} ${path} ${state}`);
}

async function outcomes(): Promise<readonly (string | null)[]> {
  return (await site.attempts()).map(({ outcome }) => outcome);
}

const succeed = async ({ path }: { readonly path: string }) => ({ nextPath: path });

describe('an item that is pushed', () => {
  it('is stored together with its task', async () => {
    site = await StagesUnderTest.start(succeed);
    expect(await site.push('preprocess', ['a.tar', 'b.tar'])).toEqual([true, true]);
    expect(await states()).toEqual(['preprocess a.tar waiting', 'preprocess b.tar waiting']);
    const tasks = await site.stages.queue.queuedTasks({ limit: 10, offset: 0 });
    expect(tasks.map(({ id }) => id).toSorted()).toEqual(
      [await site.taskIdOf('preprocess', 'a.tar'), await site.taskIdOf('preprocess', 'b.tar')].toSorted(),
    );
  });

  it('is one of a limited number of its collection that are in work', async () => {
    site = await StagesUnderTest.start(succeed);
    await site.push('preprocess', ['a.tar']);
    const [task] = await site.stages.queue.queuedTasks({ limit: 1, offset: 0 });
    expect(task?.options).toMatchObject({ limitKey: 'view_server.preprocess a-collection', limit: 2 });
  });

  it('stays one item when it is pushed twice, also at the same moment', async () => {
    site = await StagesUnderTest.start(succeed);
    const pushes = await Promise.all([1, 2, 3, 4].map(() => site.push('preprocess', ['a.tar', 'a.tar'])));
    expect(pushes.flat().filter((isNew) => isNew)).toHaveLength(1);
    expect(await states()).toEqual(['preprocess a.tar waiting']);
    expect(await site.stages.queue.queueSize()).toBe(1);
  });

  it('is stored with neither row nor task when the transaction fails', async () => {
    site = await StagesUnderTest.start(succeed);
    const broken = site.transaction(async (transaction) => {
      const { pushItems } = await import('../../../../src/apps/view-server/stages/push-items.ts');
      await pushItems(transaction, site.stages, {
        stage: 'seed',
        collection: 'a-collection',
        items: [{ path: 'a' }],
      });
      throw new Error('The connection broke');
    });
    await expect(broken).rejects.toThrow('The connection broke');
    expect(await site.attempts()).toEqual([]);
    expect(await site.stages.queue.queueSize()).toBe(0);
  });

  it('has a new task before all others when it is urgent', async () => {
    site = await StagesUnderTest.start(succeed);
    await site.push('preprocess', ['a.tar', 'b.tar']);
    const earlier = await site.taskIdOf('preprocess', 'b.tar');
    expect(await site.push('preprocess', ['b.tar'], true)).toEqual([false]);
    expect(await site.taskIdOf('preprocess', 'b.tar')).not.toBe(earlier);
    expect(await site.stages.queue.queueSize()).toBe(2);
  });
});

describe('an item whose work is done', () => {
  it('is a success, and waits for the next stage', async () => {
    site = await StagesUnderTest.start(succeed);
    await site.push('preprocess', ['a.tar']);
    await site.run('preprocess', 'a.tar');
    expect(await states()).toEqual(['preprocess a.tar succeeded', 'register a.tar waiting']);
    expect(await outcomes()).toEqual(['success', null]);
  });

  it('is no success when the next stage cannot be stored', async () => {
    site = await StagesUnderTest.start(async () => ({ nextPath: 'not \0 storable' }));
    await site.push('preprocess', ['a.tar']);
    await expect(site.run('preprocess', 'a.tar')).rejects.toThrow();
    expect(await states()).toEqual(['preprocess a.tar failed', 'preprocess a.tar waiting']);
    expect(await outcomes()).toEqual([null, null]);
  });

  it('is not done twice by a task that is presented again', async () => {
    let count = 0;
    site = await StagesUnderTest.start(async () => {
      count += 1;
      return { nextPath: undefined };
    });
    await site.push('register', ['a.tar']);
    const taskId = await site.taskIdOf('register', 'a.tar');
    await site.run('register', 'a.tar', { taskId });
    await site.run('register', 'a.tar', { taskId, attempt: 2 });
    expect(count).toBe(1);
  });

  it('waits again when it was pushed while it was in work', async () => {
    site = await StagesUnderTest.start(async () => {
      await site.push('seed', ['2018']);
      return { nextPath: undefined };
    });
    await site.push('seed', ['2018']);
    const first = await site.taskIdOf('seed', '2018');
    await site.run('seed', '2018');
    expect(await states()).toEqual(['seed 2018 succeeded', 'seed 2018 waiting']);
    expect(await outcomes()).toEqual([null, null]);
    expect(await site.taskIdOf('seed', '2018')).not.toBe(first);
  });
});

describe('an item whose work fails', () => {
  it('waits for the next attempt of its task, and says why', async () => {
    site = await StagesUnderTest.start(async () => {
      throw new Error('The disk is full');
    });
    await site.push('preprocess', ['a.tar']);
    await expect(site.run('preprocess', 'a.tar')).rejects.toThrow('The disk is full');
    const [failed, waiting] = await site.attempts();
    expect(failed).toMatchObject({ state: 'failed', reason: 'The disk is full', outcome: null });
    expect(waiting).toMatchObject({ state: 'waiting', number: 2, task_id: failed?.task_id });
  });

  it('is a failure after the last attempt, until it succeeds', async () => {
    let isBroken = true;
    site = await StagesUnderTest.start(async () => {
      if (isBroken) throw new PermanentTaskError('No TIFF');
      return { nextPath: undefined };
    });
    await site.push('preprocess', ['a.tar']);
    await expect(site.run('preprocess', 'a.tar')).rejects.toThrow('No TIFF');
    expect(await outcomes()).toEqual(['failure']);
    isBroken = false;
    await site.push('preprocess', ['a.tar']);
    await site.run('preprocess', 'a.tar');
    expect(await states()).toEqual(['preprocess a.tar failed', 'preprocess a.tar succeeded']);
    expect(await outcomes()).toEqual(['success', 'success']);
  });

  it('waits again when its worker is gone, and fails when no attempt is left', async () => {
    site = await StagesUnderTest.start(async () => {
      await site.lose('preprocess', 'a.tar', 1);
      return { nextPath: 'a.tar' };
    });
    await site.push('preprocess', ['a.tar']);
    await site.run('preprocess', 'a.tar');
    expect(await states()).toEqual(['preprocess a.tar lost', 'preprocess a.tar waiting']);
    await site.lose('preprocess', 'a.tar', undefined);
    expect(await outcomes()).toEqual(['failure', 'failure']);
  });
});

describe('an item that is pushed again while it is in work', () => {
  /** Has the item pushed again by its own work, which ends as the test says. */
  const startPushing = async (end: () => { readonly nextPath: string }) => {
    let runs = 0;
    site = await StagesUnderTest.start(async () => {
      runs += 1;
      if (runs > 1) return { nextPath: 'a.tar' };
      await site.push('preprocess', ['a.tar']);
      return end();
    });
    await site.push('preprocess', ['a.tar']);
    return site.taskIdOf('preprocess', 'a.tar');
  };

  it.each([
    ['fails for good', new PermanentTaskError('broken')],
    ['fails for now', new Error('broken')],
  ])('goes on when its first attempt %s', async (_how, error) => {
    const taskId = await startPushing(() => {
      throw error;
    });
    await expect(site.run('preprocess', 'a.tar', { taskId })).rejects.toThrow('broken');
    expect(await states()).toEqual(['preprocess a.tar failed', 'preprocess a.tar waiting']);
    await site.run('preprocess', 'a.tar', { taskId, attempt: 2 });
    await site.run('preprocess', 'a.tar');
    expect((await states()).slice(0, 2)).toEqual(['preprocess a.tar failed', 'preprocess a.tar succeeded']);
  });

  it('goes on when its worker is lost', async () => {
    const held = Promise.withResolvers<never>();
    site = await StagesUnderTest.start(async ({ path }) => {
      const running = (await site.attempts()).filter(({ state }) => state !== 'waiting').length;
      return running === 1 ? held.promise : { nextPath: path };
    });
    await site.push('preprocess', ['a.tar']);
    const taskId = await site.taskIdOf('preprocess', 'a.tar');
    const lost = site.run('preprocess', 'a.tar').catch(() => undefined);
    await eventually(async () => (await states()).includes('preprocess a.tar running'));
    await site.push('preprocess', ['a.tar']);
    // The engine that could have told of it is gone as well: the task is run again.
    await site.run('preprocess', 'a.tar', { taskId });
    expect(await states()).toEqual(['preprocess a.tar lost', 'preprocess a.tar waiting']);
    await site.run('preprocess', 'a.tar');
    expect((await states()).slice(0, 2)).toEqual(['preprocess a.tar lost', 'preprocess a.tar succeeded']);
    held.reject(new Error('over'));
    await lost;
  });
});
