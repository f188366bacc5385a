import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { ProgressReporter } from '../../../src/queue/engine/progress-reporter.ts';
import type { TaskProgress } from '../../../src/queue/tasks/task-function.ts';

describe('the progress of a task', () => {
  let told: TaskProgress[];
  let teller: ProgressReporter;
  beforeEach(() => {
    jest.useFakeTimers();
    told = [];
    teller = new ProgressReporter((progress) => told.push(progress));
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it('is sent at once at first, then the newest after each interval', () => {
    teller.tell(1, 9, 'pages');
    expect(told).toEqual([{ done: 1, total: 9, note: 'pages' }]);
    for (const done of [2, 3, 4]) teller.tell(done);
    expect(told).toHaveLength(1);
    jest.advanceTimersByTime(100);
    expect(told.slice(1)).toEqual([{ done: 4, total: null, note: null }]);
  });

  it('is sent at once again after a silence', () => {
    teller.tell(1);
    jest.advanceTimersByTime(1_000);
    teller.tell(2);
    expect(told.map(({ done }) => done)).toEqual([1, 2]);
  });

  it('is not sent after the end', () => {
    teller.tell(1);
    teller.tell(2);
    teller.end();
    jest.advanceTimersByTime(1_000);
    expect(told.map(({ done }) => done)).toEqual([1]);
  });
});
