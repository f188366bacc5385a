import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { leaseTasks } from '../../../../src/apps/render/pull-queues/leases.ts';
import { RenderService, TOKENS } from '../render-service.ts';
import { QUEUE, storeTasks } from './stored-tasks.ts';

const CLIENT = fileURLToPath(new URL('./leasing-client.ts', import.meta.url));
const TASKS = 10_000;

let service: RenderService;
beforeAll(async () => {
  service = await RenderService.start();
});
afterAll(() => service.stop());

describe('eight processes that lease at once', () => {
  it('get each of 10,000 tasks once, and leave none', async () => {
    await storeTasks(service.test.database, { waiting: TASKS });
    const url = `${service.url}${service.tasksPath(QUEUE.queue)}/lease?numTasks=50&leaseSecs=3600`;
    const clients = Array.from({ length: 8 }, () =>
      spawn(process.execPath, [CLIENT, url, TOKENS.consumer], { stdio: ['pipe', 'pipe', 'inherit'] }),
    );
    for (const client of clients) client.stdin.end();
    const outputs = await Promise.all(clients.map(({ stdout }) => text(stdout)));
    const ids = outputs.flatMap((output) => output.split('\n').filter((id) => id !== ''));
    expect(ids).toHaveLength(TASKS);
    expect(new Set(ids).size).toBe(TASKS);
  });
});

describe('leases that end while many lease', () => {
  it('are given to one each', async () => {
    const { database } = service.test;
    const queueId = await storeTasks(database, { waiting: 0 });
    await database.raw('UPDATE render.tasks SET leased_until_us = 0, is_free = false');
    const rounds = await Promise.all(
      Array.from({ length: 8 }, async () => {
        const got: string[] = [];
        for (;;) {
          const leased = await leaseTasks(database, queueId, { count: 500, leaseSeconds: 3_600 });
          if (leased.length === 0) return got;
          got.push(...leased.map(({ id }) => id));
        }
      }),
    );
    // One that frees what another is about to lease may see nothing, and stop: what is left is free.
    const rest = await leaseTasks(database, queueId, { count: 10_000, leaseSeconds: 3_600 });
    const ids = [...rounds.flat(), ...rest.map(({ id }) => id)];
    expect(ids).toHaveLength(TASKS);
    expect(new Set(ids).size).toBe(TASKS);
  });
});
