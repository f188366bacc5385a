import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { RunningTask } from '../../../src/queue/engine/crew.ts';
import { RunningReport } from '../../../src/queue/engine/running-report.ts';

describe('what is stored of running tasks', () => {
  let report: RunningReport;
  beforeEach(() => {
    jest.useFakeTimers();
    report = new RunningReport();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  function running(id: string): RunningTask {
    const task = { id, name: id, func: 'test.add', args: {}, group: null, started: '2026-11-22T00:00:00Z' };
    const assignment = {
      task,
      attempt: 1,
      engineId: 'an engine',
      takenMilliseconds: 0,
      waitedSeconds: 0,
      timeoutSeconds: 60,
    };
    return { assignment, workerPid: 1, since: performance.now() };
  }

  it('is nothing while they are short and silent, and then each once', () => {
    const tasks = [running('one')];
    expect(report.take(tasks)).toEqual([]);
    jest.advanceTimersByTime(1_000);
    expect(report.take(tasks)).toEqual([{ taskId: 'one', seconds: 1, workerPid: 1, progress: null }]);
    jest.advanceTimersByTime(10_000);
    expect(report.take(tasks)).toEqual([]);
  });

  it('is their progress at once, and again when they have got on', () => {
    const tasks = [running('one'), running('two')];
    report.note('one', { done: 1, total: 3, note: null });
    expect(report.take(tasks)).toMatchObject([{ taskId: 'one', progress: { done: 1 } }]);
    expect(report.take(tasks)).toEqual([]);
    report.note('one', { done: 2, total: 3, note: null });
    report.note('one', { done: 3, total: 3, note: null });
    expect(report.take(tasks)).toMatchObject([{ taskId: 'one', progress: { done: 3 } }]);
  });

  it('is given again if it could not be stored', () => {
    const tasks = [running('one')];
    report.note('one', { done: 1, total: null, note: 'pages' });
    const told = report.take(tasks);
    report.repeat();
    expect(report.take(tasks)).toEqual(told);
  });

  it('is forgotten with their end: another attempt begins with nothing', () => {
    report.note('one', { done: 1, total: null, note: null });
    report.take([running('one')]);
    expect(report.take([])).toEqual([]);
    const again = [running('one')];
    expect(report.take(again)).toEqual([]);
    jest.advanceTimersByTime(1_000);
    expect(report.take(again)).toMatchObject([{ taskId: 'one', progress: null }]);
  });
});
