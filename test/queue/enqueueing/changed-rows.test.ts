import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openPlatform } from '../../../src/platform/platform.ts';
import { Pruner } from '../../../src/queue/engine/pruner.ts';
import { openTaskQueue, type TaskOptions } from '../../../src/queue/index.ts';
import { readSettings } from '../../support/settings.ts';
import { add, secretLength } from '../engine/fixtures/task-functions.ts';
import { failure, HandRunEngine, success } from '../hand-run-engine.ts';

const CHANGED =
  'it was changed in the database, or signed with a DJANGO_SECRET_KEY that this process does not have';

describe('a failed task', () => {
  let engine: HandRunEngine;

  beforeEach(async () => {
    engine = await HandRunEngine.open();
  });
  afterEach(async () => {
    await engine.close();
  });

  async function failWith(secret: string, options: TaskOptions = {}): Promise<string> {
    const id = await engine.queue.asyncTask(secretLength, { secret }, options);
    await endAll();
    return id;
  }

  /** Has what waits fail. */
  async function endAll(retries = false): Promise<void> {
    const held = await engine.take();
    await engine.end(
      held.map((each) => [each, failure]),
      retries,
    );
  }

  const row = (id: string) => engine.platform.database('queue.tasks').where({ id }).first();
  const change = (id: string, columns: Record<string, unknown>) =>
    engine.platform.database('queue.tasks').where({ id }).update(columns);
  const waiting = () => engine.broker.queueSize();

  it('is not sent back with the secret of another', async () => {
    const [mine, theirs] = [await failWith('short'), await failWith('a longer one')];
    await change(mine, { args: (await row(theirs)).args });
    await expect(engine.queue.resubmitTasks([mine])).rejects.toThrow(
      `The task ${mine} cannot be sent back: ${CHANGED}`,
    );
    expect(await waiting()).toBe(0);
    expect(await row(mine)).toMatchObject({ success: false });
  });

  it.each<[string, Record<string, unknown>]>([
    ['function', { func: 'test.add' }],
    ['name', { name: 'another' }],
    ['group', { group: 'another' }],
    ['queue', { cluster: 'another' }],
    ['arguments', { args: { secret: 'in clear' } }],
    ['options', { options: { timeoutSeconds: 1 } }],
    ['signature', { signature: 'AAAA' }],
    ['lost signature', { signature: null }],
  ])('with another %s is not sent back', async (_what, columns) => {
    const id = await failWith('s', { group: 'g' });
    await change(id, columns);
    await expect(engine.queue.resubmitTasks([id])).rejects.toThrow(CHANGED);
    expect(await waiting()).toBe(0);
    expect(await row(id)).toMatchObject(columns);
  });

  it('is not sent back under the id of another, which would be a copy', async () => {
    const id = await failWith('s');
    const copy = randomUUID();
    await engine.platform.database('queue.tasks').insert({ ...(await row(id)), id: copy });
    await expect(engine.queue.resubmitTasks([copy])).rejects.toThrow(CHANGED);
  });

  it('that was changed does not keep others from being sent back', async () => {
    const [changed, good] = [await failWith('s'), await failWith('s')];
    await change(changed, { name: 'another' });
    expect(await engine.queue.resubmitTasks([changed, good])).toHaveLength(1);
    expect(await row(good)).toBeUndefined();
    expect(await row(changed)).toMatchObject({ name: 'another' });
  });

  it('is sent back as it was, with its secret, also again', async () => {
    let id = await failWith('four', { group: 'g' });
    for (let count = 0; count < 2; count += 1) {
      const [newId = ''] = await engine.queue.resubmitTasks([id]);
      await endAll();
      id = newId;
    }
    const [last = ''] = await engine.queue.resubmitTasks([id]);
    await engine.work();
    expect(await engine.queue.result(last)).toBe(4);
  });

  it('is sent back when its group was deleted, which took its label', async () => {
    const id = await failWith('four', { group: 'g' });
    await engine.queue.deleteGroup('g');
    const [newId = ''] = await engine.queue.resubmitTasks([id]);
    await engine.work();
    expect(await engine.queue.fetch(newId)).toMatchObject({ result: 4, group: null });
  });

  it('with numbers and texts of all kinds is still what it was', async () => {
    const odd = [0.1, 1e21, -0, 1e-7, 2 ** 53, 'é\u2028"\\/', 'e\u0301', null, { b: 1, a: { é: 2, e: 3 } }];
    const id = await engine.queue.asyncTask(add, { left: 1, right: 2, ...{ odd } });
    await endAll();
    expect(await engine.queue.resubmitTasks([id])).toHaveLength(1);
  });

  it('that was signed with an earlier key is sent back', async () => {
    const id = await failWith('four');
    const platform = openPlatform(
      readSettings({
        DATABASE_URL: engine.platform.settings.databaseUrl,
        DJANGO_SECRET_KEY: 'a new key',
        SECRET_KEY_FALLBACKS: 'a key for tests',
        LOG_LEVEL: 'silent',
      }),
      { processName: 'test', maximumConnections: 2 },
    );
    const queue = openTaskQueue(platform, 'composite');
    try {
      expect(await queue.resubmitTasks([id])).toHaveLength(1);
    } finally {
      await queue.close();
      await platform.close();
    }
  });

  it('that succeeds at last has no signature', async () => {
    const id = await engine.queue.asyncTask(add, { left: 1, right: 2 });
    await engine.end((await engine.take()).map((each) => [each, success(3)]));
    expect(await row(id)).toMatchObject({ success: true, signature: null });
  });

  it('that has lost its secrets is not sent back, and says when that was', async () => {
    const id = await failWith('four');
    const { queueName, database } = { queueName: 'composite', database: engine.platform.database };
    await change(id, { stopped: database.raw(`now() - interval '1 hour'`) });
    await new Pruner(database, {
      queueName,
      saveLimit: 0,
      saveLimitPer: undefined,
      keepSecretsSeconds: 60,
    }).prune();
    const { secrets_removed: removed } = await row(id);
    await expect(engine.queue.resubmitTasks([id])).rejects.toThrow(
      `The task ${id} cannot be sent back: its secret arguments were removed on ${new Date(removed).toISOString().slice(0, 10)}, as Q_CLUSTER_KEEP_SECRETS says`,
    );
    expect(await row(id)).toMatchObject({ success: false, args: {} });
    expect(await waiting()).toBe(0);
  });

  it('that fails again has its secrets again', async () => {
    const id = await engine.queue.asyncTask(secretLength, { secret: 'four' });
    await endAll(true);
    await change(id, { args: {}, holds_secrets: false, signature: null, secrets_removed: new Date() });
    await endAll();
    expect(await row(id)).toMatchObject({ holds_secrets: true, secrets_removed: null });
    expect(await engine.queue.resubmitTasks([id])).toHaveLength(1);
  });

  it('that was cancelled is sent back; but not one whose package was changed while it waited', async () => {
    const [good, changed] = await engine.queue.asyncTasks(secretLength, [
      { args: { secret: 'four' } },
      { args: { secret: 'four' } },
    ]);
    await engine.platform.database.raw(
      `UPDATE pgboss.job SET data = jsonb_set(data, '{task,args,secret}', '"in clear"') WHERE id = ?`,
      [changed ?? ''],
    );
    await engine.queue.cancelTasks([good ?? '', changed ?? ''], 'ada');
    await expect(engine.queue.resubmitTasks([changed ?? ''])).rejects.toThrow(CHANGED);
    expect(await engine.queue.resubmitTasks([good ?? ''])).toHaveLength(1);
    expect(await engine.work()).toBe(1);
  });
});
