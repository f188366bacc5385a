import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { AttemptResult } from '../../../src/queue/engine/messages.ts';
import { Slate } from '../../../src/queue/engine/slate.ts';

describe('a slate', () => {
  let slate: Slate;
  beforeEach(() => {
    slate = Slate.create();
  });
  afterEach(() => slate.close());

  function result(taskId: string, text = ''): AttemptResult {
    return {
      taskId,
      attempt: 1,
      outcome: { success: true, result: text },
      milliseconds: 0,
      begunMachineMilliseconds: 0,
    };
  }

  it('says how many tasks were begun, and whether the last one runs', () => {
    expect(slate.turn).toMatchObject({ begun: 0, isRunning: false });
    slate.begin();
    slate.begin();
    expect(slate.turn).toMatchObject({ begun: 2, isRunning: true });
    expect(slate.turn.seconds).toBeGreaterThanOrEqual(0);
    slate.rest();
    expect(slate.turn).toMatchObject({ begun: 2, isRunning: false });
  });

  it('says that a task is overdue which runs past what its engine was allowed', () => {
    slate.allow(-1);
    expect(slate.isOverdue).toBe(false);
    slate.begin();
    expect(slate.isOverdue).toBe(true);
    slate.allow(60_000);
    expect(slate.isOverdue).toBe(false);
    expect(slate.turn.begun).toBe(1);
  });

  it('keeps results, and shows those that are whole when newer ones were written over older ones', () => {
    slate.keep(result('one', 'a long text, of which the end stays behind the one that comes after'));
    slate.begin();
    expect(slate.results.map(({ taskId }) => taskId)).toEqual(['one']);
    slate.forgetResults();
    slate.keep(result('two'));
    expect(slate.results).toEqual([result('two')]);
    slate.begin();
    expect(slate.results).toEqual([result('two')]);
  });
});
