import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, it } from '@jest/globals';
import type { SearchAnswer } from '../../src/admin/search/shapes.ts';
import { addRunning, addTask, processMember, removeTasks } from './queue/stored-tasks.ts';
import { shareAdmin } from './shared-admin.ts';

describe('the search of the admin', () => {
  const admin = shareAdmin();
  const viewer = admin.signedIn();
  beforeEach(() => removeTasks(admin));

  async function search(text: string): Promise<SearchAnswer['groups']> {
    const response = await viewer.get(`/api/search?${new URLSearchParams({ q: text })}`);
    expect([text, response.status]).toEqual([text, 200]);
    return ((await response.json()) as SearchAnswer).groups;
  }

  it('finds a finished task by its id, by the beginning of that, and by its whole name', async () => {
    const failed = await addTask(admin, { name: 'lonely-lamp' });
    await addTask(admin);
    const hit = {
      kind: 'Task, failed',
      title: 'lonely-lamp',
      subtitle: processMember.name,
      path: `/resources/failed-tasks/records/${failed}/show`,
    };
    for (const text of [
      failed,
      failed.toUpperCase(),
      failed.slice(0, 8),
      `  ${failed.slice(0, 13)} `,
      'lonely-lamp',
    ]) {
      expect([text, await search(text)]).toEqual([text, [{ title: 'Queue', hits: [hit], hasFailed: false }]]);
    }
  });

  it('finds tasks that wait by their ids, and tasks that run by their names', async () => {
    const waiting = await admin.queue.asyncTask(processMember, { memberId: 'm', authorization: 'Basic abc' });
    await addRunning(admin);
    expect(await search(waiting.slice(0, 8))).toMatchObject([{ hits: [{ kind: 'Task, queued' }] }]);
    expect(await search('summer-lamp')).toMatchObject([{ hits: [{ kind: 'Task, running' }] }]);
  });

  it('finds at most ten of each part', async () => {
    await Promise.all(Array.from({ length: 12 }, () => addTask(admin, { name: 'twelve-lamps' })));
    expect((await search('twelve-lamps'))[0]?.hits).toHaveLength(10);
  });

  it('finds nothing where there is nothing, whatever was typed', async () => {
    for (const text of ['', ' ', randomUUID(), "it's & | ! :*", '%', 'x'.repeat(5_000)]) {
      expect([text, await search(text)]).toEqual([text, []]);
    }
  });
});
