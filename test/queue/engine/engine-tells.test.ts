import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { liveEngines } from '../../../src/queue/figures/engines.ts';
import { queueFigures } from '../../../src/queue/figures/queue-figures.ts';
import { signals } from '../../../src/queue/tasks/signals.ts';
import { eventually } from '../../support/eventually.ts';
import { type SentryReceiver, startSentryReceiver } from '../../support/sentry-receiver.ts';
import { add, fail, hang, revealSecret } from './fixtures/task-functions.ts';
import { QueueUnderTest } from './test-engine.ts';

const ENGINE = new URL('./fixtures/signalling-engine.ts', import.meta.url);

describe('an engine tells', () => {
  let test: QueueUnderTest;
  let sentry: SentryReceiver;
  beforeEach(async () => {
    [test, sentry] = await Promise.all([QueueUnderTest.open(), startSentryReceiver()]);
  });
  afterEach(async () => {
    await test.close();
    await sentry.stop();
  });

  it('the handlers of signals, each in its process, though others of theirs throw', async () => {
    const enqueued: string[] = [];
    const handler = ({ id }: { readonly id: string }) => void enqueued.push(id);
    signals.preEnqueue.connect(handler);
    const engine = await test.startEngine({ SIGNAL_JOURNAL: test.journal() }, ENGINE);
    const good = await test.queue.asyncTask(add, { left: 1, right: 2 });
    await test.finished(good);
    await test.waitForEvent('postExecute test.add');
    const bad = await test.queue.asyncTask(fail, { message: 'no' });
    await test.finished(bad);
    await test.waitForEvent('postExecute test.fail');
    signals.preEnqueue.disconnect(handler);
    expect(enqueued).toEqual([good, bad]);

    const workerPid = /^postSpawn worker (\d+) /.exec(test.events()[0] ?? '')?.[1];
    expect(test.events()).toEqual([
      `postSpawn worker ${workerPid} pid=${engine.pid}`,
      `preExecute test.add 1 pid=${workerPid}`,
      `postExecuteInWorker test.add true pid=${workerPid}`,
      `postExecute test.add true pid=${engine.pid}`,
      `preExecute test.fail 1 pid=${workerPid}`,
      `postExecuteInWorker test.fail false pid=${workerPid}`,
      `postExecute test.fail false pid=${engine.pid}`,
    ]);
    for (const refusal of [
      { taskId: good, signal: 'preExecute', failures: 1 },
      { taskId: bad, signal: 'preExecute', failures: 2 },
      { taskId: good, signal: 'postExecute', failures: 1 },
      { taskId: bad, signal: 'postExecute', failures: 2 },
    ]) {
      // It is written after the event that the other handlers write down.
      const line = await engine.waitForLine(
        ({ msg, taskId, signal }) =>
          msg === 'a signal handler failed' && taskId === refusal.taskId && signal === refusal.signal,
      );
      expect(line).toMatchObject(refusal);
    }
  });

  it('Sentry of each failed attempt, without secrets, also of one whose worker it had to kill', async () => {
    await test.startEngine({ SENTRY_DSN: sentry.dsn, ENGINE_WORKER_TIMEOUT: '1', ENGINE_WORKER_RETRY: '60' });
    const secretive = await test.queue.asyncTask(revealSecret, { secret: 'hunter2hunter2' });
    const hung = await test.queue.asyncTask(hang, { journal: test.journal(), label: 'forever' });
    const reports = await eventually(() => {
      const events = sentry.envelopes.flatMap(({ items }) =>
        items.map(({ payload }) => JSON.stringify(payload)),
      );
      return events.length === 2 ? events : undefined;
    });
    expect(reports[0]).toContain(secretive);
    expect(reports[0]).toContain('"type":"TypeError"');
    expect(reports[1]).toContain(hung);
    expect(reports[1]).toContain('The task ran past its timeout of 1 seconds');
    expect(reports.join()).not.toContain('hunter2');
  });

  it('nobody less because Sentry is silent', async () => {
    sentry.fallSilent();
    const engine = await test.startEngine({ SENTRY_DSN: sentry.dsn });
    const failed = await test.queue.asyncTask(fail, { message: 'no' });
    await test.finished(failed);
    const done = await test.queue.asyncTask(add, { left: 1, right: 2 });
    expect(await test.finished(done)).toMatchObject({ result: 3 });
    engine.kill('SIGTERM');
    expect(await engine.ended).toBe(0);
    expect(engine.log).toContainEqual(
      expect.objectContaining({ msg: 'error reports were given up, as the engine ends', reporter: 'Sentry' }),
    );
  });

  it('what its processes take, and how many attempts ended', async () => {
    const engine = await test.startEngine();
    const ids = await test.queue.asyncTasks(add, [
      { args: { left: 1, right: 2 } },
      { args: { left: 3, right: 4 } },
    ]);
    ids.push(await test.queue.asyncTask(fail, { message: 'no' }));
    for (const id of ids) await test.finished(id);
    const { database } = test.platform;
    expect(await queueFigures(database)).toMatchObject([
      { queue: 'composite', workers: 1, successes: 2, failures: 1, successesLastDay: 2, failuresLastDay: 1 },
    ]);
    const processes = await eventually(async () => {
      const [status] = await liveEngines(database);
      return status?.processes[1]?.tasks === 3 ? status.processes : undefined;
    });
    expect(processes).toMatchObject([{ role: 'sentinel', pid: engine.pid }, { role: 'worker' }]);
    for (const { residentBytes } of processes) expect(residentBytes).toBeGreaterThan(20e6);
  });
});
