import { beforeEach, describe, expect, it } from '@jest/globals';
import { Pace } from '../../../src/queue/engine/pace.ts';

describe('the pace of functions', () => {
  let pace: Pace;
  beforeEach(() => {
    pace = new Pace();
  });

  function run(func: string, ...milliseconds: number[]): void {
    for (const each of milliseconds) pace.note(func, each);
  }

  it('is not known before a few runs', () => {
    run('quick', 0.5, 0.5);
    expect([pace.isQuick('quick'), pace.isQuick('never ran'), pace.tasksWithin(200)]).toEqual([
      false,
      false,
      0,
    ]);
    run('quick', 0.5);
    expect(pace.isQuick('quick')).toBe(true);
    expect(pace.tasksWithin(200)).toBe(400);
  });

  it('is that of each function by itself', () => {
    run('quick', 1, 1, 1);
    run('slow', 50, 50, 50);
    expect([pace.isQuick('quick'), pace.isQuick('slow')]).toEqual([true, false]);
    // What comes next may be either.
    expect(pace.tasksWithin(200)).toBe(0);
  });

  it('is spoilt by one slow run, and only for a moment', () => {
    run('mixed', 1, 1, 1, 3_600_000);
    expect(pace.isQuick('mixed')).toBe(false);
    run('mixed', ...Array<number>(30).fill(1));
    expect(pace.isQuick('mixed')).toBe(true);
  });

  it('is unknown again for a function in which a worker died', () => {
    run('deadly', 1, 1, 1);
    run('harmless', 1, 1, 1);
    pace.distrust('deadly');
    expect([pace.isQuick('deadly'), pace.isQuick('harmless'), pace.tasksWithin(200)]).toEqual([
      false,
      true,
      0,
    ]);
  });

  it('has an end also for functions that take no time at all', () => {
    run('nothing', 0, 0, 0);
    expect(pace.tasksWithin(200)).toBe(20_000);
  });
});
