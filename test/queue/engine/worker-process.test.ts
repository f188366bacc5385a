import { afterEach, expect, it } from '@jest/globals';
import type { Assignment, WorkerEnd } from '../../../src/queue/engine/attempts.ts';
import { WorkerProcess } from '../../../src/queue/engine/worker-process.ts';
import { eventually } from '../../support/eventually.ts';

const ASSIGNMENT: Assignment = {
  task: { id: 'a task', name: '', func: 'test.work', args: {}, group: null, started: '', options: {} },
  attempt: 1,
  engineId: 'an engine',
  takenMilliseconds: performance.now(),
  waitedSeconds: 0,
  timeoutSeconds: 60,
};

let worker: WorkerProcess;
let end: WorkerEnd | undefined;
afterEach(async () => {
  worker.kill({ cause: 'killed', reason: 'the test is over' });
  await eventually(() => end !== undefined);
});

it('a worker whose long task has just ended is not killed while the report of that is on its way', async () => {
  worker = new WorkerProcess({
    module: new URL('fixtures/late-worker.ts', import.meta.url),
    events: {
      onIdle: () => undefined,
      onGone: (_worker, itsEnd) => {
        end = itsEnd;
      },
    },
    assignmentEvents: {
      onFinished: () => undefined,
      onProgress: () => undefined,
      onReturned: () => undefined,
      onLost: () => undefined,
    },
    mayRunMilliseconds: 120_000,
  });
  await eventually(() => worker.isIdle);
  worker.assign([ASSIGNMENT]);
  await eventually(() => worker.running);
  await eventually(() => !worker.running, 60_000, 1);
  worker.killIfItDoesNotBegin();
  expect(worker.takesTasks).toBe(true);
  await eventually(() => {
    worker.killIfItDoesNotBegin();
    return end;
  });
  expect(end).toMatchObject({ cause: 'killed', reason: 'it did not begin its task within 5 seconds' });
});
