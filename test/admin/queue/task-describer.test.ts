import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { TaskDescriber } from '../../../src/admin/queue/task-describer.ts';
import type { AppAdmin } from '../../../src/app-kit/admin/app-admin.ts';
import type { DescribedTask } from '../../../src/app-kit/admin/task-description.ts';
import type { LoadedApp } from '../../../src/app-kit/loaded-apps.ts';
import { defineTaskFunction } from '../../../src/queue/index.ts';
import { shareAdmin } from '../shared-admin.ts';
import { addTask } from './stored-tasks.ts';

describe('the descriptions of tasks', () => {
  const admin = shareAdmin();

  function loadedApp(name: string, describeTasks: NonNullable<AppAdmin['describeTasks']>): LoadedApp {
    const task = defineTaskFunction<Record<string, never>, string>({
      name: `${name}.work`,
      load: async () => async () => 'done',
    });
    return {
      app: { name, tasks: [task] },
      context: { platform: admin.platform, queue: admin.queue },
      admin: { resources: [], describeTasks },
      healthChecks: [],
      metrics: [],
    };
  }

  const describeBy = (apps: readonly LoadedApp[], tasks: readonly { id: string; func: string }[]) =>
    new TaskDescriber(admin.platform.database, apps).describe(tasks);

  it('are asked of the app whose function it is, with arguments that hold no secret', async () => {
    const id = await addTask(admin, { func: 'render.work' });
    const asked: DescribedTask[] = [];
    const render = loadedApp('render', async (_context, tasks) => {
      asked.push(...tasks);
      return new Map([[id, { title: 'a picture' }]]);
    });
    const other = randomUUID();
    const described = await describeBy(
      [render],
      [
        { id, func: 'render.work' },
        { id: other, func: 'nobody.work' },
      ],
    );
    expect(described.map(({ description }) => description)).toEqual([{ title: 'a picture' }, null]);
    expect(asked).toEqual([{ id, func: 'render.work', args: { memberId: 'm', authorization: '••••' } }]);
  });

  it('of an app that fails, or is too slow, are left out, and others are there', async () => {
    const [good, bad, slow] = [randomUUID(), randomUUID(), randomUUID()];
    const apps = [
      loadedApp('good', async () => new Map([[good, { title: 'fine' }]])),
      loadedApp('bad', async () => {
        throw new Error('no table');
      }),
      loadedApp('slow', () => new Promise(() => undefined)),
    ];
    const described = await describeBy(apps, [
      { id: good, func: 'good.work' },
      { id: bad, func: 'bad.work' },
      { id: slow, func: 'slow.work' },
    ]);
    expect(described.map(({ description }) => description?.title)).toEqual(['fine', undefined, undefined]);
  });

  it('are read once for many who look at the same tasks', async () => {
    const id = randomUUID();
    let calls = 0;
    const app = loadedApp('once', async () => {
      calls += 1;
      return new Map([[id, { title: 'known' }]]);
    });
    const describer = new TaskDescriber(admin.platform.database, [app]);
    for (let look = 0; look < 3; look += 1) await describer.describe([{ id, func: 'once.work' }]);
    expect(calls).toBe(1);
  });
});
