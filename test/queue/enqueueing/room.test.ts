import { describe, expect, it } from '@jest/globals';
import { secondsFor } from '../../../src/queue/enqueueing/room.ts';

describe('the wait until there is room', () => {
  it('is as long as the queue takes for the tasks beyond the limit', () => {
    expect(secondsFor(100, 2)).toBe(50);
    expect(secondsFor(101, 2)).toBe(51);
  });

  it('is no less than five seconds, and no more than an hour', () => {
    expect(secondsFor(1, 1_000)).toBe(5);
    expect(secondsFor(1_000, 0.01)).toBe(3_600);
  });

  it('is a minute where nothing succeeded lately', () => {
    expect(secondsFor(1, 0)).toBe(60);
  });
});
