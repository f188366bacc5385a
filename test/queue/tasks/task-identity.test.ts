import { describe, expect, it } from '@jest/globals';
import { isUuid } from '../../../src/platform/uuid.ts';
import { creationOf, newTaskId, taskNameOf } from '../../../src/queue/tasks/task-identity.ts';

describe('the id of a new task', () => {
  it('is greater than every one before it, in this process', () => {
    const ids = Array.from({ length: 20_000 }, newTaskId);
    expect(ids.toSorted()).toEqual(ids);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.every(isUuid)).toBe(true);
  });

  it('says when it was made', () => {
    const before = Date.now();
    const created = Date.parse(creationOf(newTaskId()) ?? '');
    // Ids that are made faster than the clock can tell apart are a little ahead of it.
    expect(created - before).toBeLessThan(1_000);
    expect(created).toBeGreaterThanOrEqual(before);
  });

  it('of another kind says nothing of that', () => {
    expect(creationOf('11111111-2222-4333-8444-555555555555')).toBeUndefined();
  });

  it('has a name that is always the same, and seldom that of another', () => {
    const ids = Array.from({ length: 1_000 }, newTaskId);
    expect(new Set(ids.map(taskNameOf)).size).toBe(ids.length);
    expect(taskNameOf(ids[0] ?? '')).toBe(taskNameOf(ids[0] ?? ''));
    expect(taskNameOf(ids[0] ?? '')).toMatch(/^[a-z]+(-[a-z]+){3}$/);
  });
});
