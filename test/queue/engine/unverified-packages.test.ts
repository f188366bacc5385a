import { describe, expect, it } from '@jest/globals';
import { MOST_IN_A_ROW, UnverifiedPackages } from '../../../src/queue/engine/unverified-packages.ts';

describe('packages that an engine cannot verify', () => {
  function noteMany(unverified: UnverifiedPackages, count: number, isSigned = true): void {
    for (let index = 0; index < count; index += 1) unverified.note(`package ${index}`, isSigned);
  }

  it('are put off for longer each time, and counted once', () => {
    const unverified = new UnverifiedPackages();
    const delays = Array.from({ length: 6 }, () => unverified.note('one', true).delaySeconds);
    expect(delays).toEqual([5, 10, 20, 40, 60, 60]);
    expect(unverified.count).toBe(1);
    expect(unverified.note('one', true).isNew).toBe(false);
  });

  it('are put off for up to an hour where no key can have signed them', () => {
    const unverified = new UnverifiedPackages();
    noteMany(unverified, 1);
    const delays = Array.from({ length: 20 }, () => unverified.note('one', false).delaySeconds);
    expect(delays.at(-1)).toBe(3_600);
  });

  it('make the engine distrust its key where there are several in a row', () => {
    const unverified = new UnverifiedPackages();
    noteMany(unverified, MOST_IN_A_ROW - 1);
    expect(unverified.distrustsKey).toBe(false);
    unverified.note('another', true);
    expect(unverified.distrustsKey).toBe(true);
    expect(unverified.mostTaken).toBe(0);
  });

  it('make the engine wait before it takes more, until it has verified one', () => {
    const unverified = new UnverifiedPackages();
    expect(unverified.hesitationSeconds).toBe(0);
    noteMany(unverified, 1);
    expect(unverified.hesitationSeconds).toBe(1);
    unverified.noteVerified();
    noteMany(unverified, 1);
    expect(unverified.hesitationSeconds).toBe(0);
  });

  it('count once in a row, however often they come', () => {
    const unverified = new UnverifiedPackages();
    for (let round = 0; round < 100; round += 1) noteMany(unverified, MOST_IN_A_ROW - 1);
    expect(unverified.distrustsKey).toBe(false);
  });

  it('do not make it distrust its key where no key can have signed them', () => {
    const unverified = new UnverifiedPackages();
    noteMany(unverified, 10_000, false);
    expect(unverified.distrustsKey).toBe(false);
  });

  it('need to be more in a row once a package was verified, and the row ends with the next', () => {
    const unverified = new UnverifiedPackages();
    expect(unverified.mostTaken).toBe(MOST_IN_A_ROW);
    unverified.noteVerified();
    expect(unverified.mostTaken).toBe(Number.POSITIVE_INFINITY);
    noteMany(unverified, 99);
    expect(unverified.mostTaken).toBe(MOST_IN_A_ROW);
    unverified.noteVerified();
    noteMany(unverified, 99);
    expect(unverified.distrustsKey).toBe(false);
    unverified.note('another', true);
    expect(unverified.distrustsKey).toBe(true);
  });
});
