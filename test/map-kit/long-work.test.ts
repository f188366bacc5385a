import { describe, expect, it } from '@jest/globals';
import { LongWork } from '../../src/map-kit/long-work.ts';

/** Starts something else, and returns whether it has run yet. */
function somethingElse(): () => boolean {
  let hasRun = false;
  setImmediate(() => {
    hasRun = true;
  });
  return () => hasRun;
}

describe('long work', () => {
  it('lets others have their turn once it has gone on for a while', async () => {
    const work = new LongWork();
    const begun = performance.now();
    while (performance.now() - begun < 20);
    const hasRun = somethingElse();
    await work.pause();
    expect(hasRun()).toBe(true);
  });
});
