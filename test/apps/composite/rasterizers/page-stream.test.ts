import { describe, expect, it } from '@jest/globals';
import { streamPages } from '../../../../src/apps/composite/rasterizers/page-stream.ts';
import { allOf } from './all-of.ts';

const NEVER = new AbortController().signal;

/** Lets everything run that is ready to. */
const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('streaming pages', () => {
  it('works on no more pages at a time than asked for', async () => {
    let running = 0;
    let most = 0;
    const work = async (pageNumber: number) => {
      running += 1;
      most = Math.max(most, running);
      await turn();
      running -= 1;
      return pageNumber;
    };
    const pages = await allOf(streamPages(20, 3, NEVER, work));
    expect(pages.sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
    expect(most).toBe(3);
  });

  it('begins no more than fit while nobody takes what is done', async () => {
    let begun = 0;
    const pages = streamPages(100, 3, NEVER, async (pageNumber) => {
      begun += 1;
      return pageNumber;
    });
    await pages.next();
    for (let turns = 0; turns < 10; turns += 1) await turn();
    const beforeTaking = begun;
    expect(beforeTaking).toBeLessThanOrEqual(6);
    for (let taken = 0; taken < 10; taken += 1) await pages.next();
    for (let turns = 0; turns < 10; turns += 1) await turn();
    expect(begun).toBeGreaterThan(beforeTaking);
    expect(begun).toBeLessThanOrEqual(16);
    await pages.return();
  });

  it('stops the others at the first failure, and waits for their end', async () => {
    let running = 0;
    const pages = streamPages(10, 3, NEVER, async (pageNumber, signal) => {
      running += 1;
      try {
        if (pageNumber === 2) throw new Error('Page 2 is broken');
        await new Promise((_, reject) => {
          signal.addEventListener('abort', () => setImmediate(() => reject(new Error('stopped'))));
        });
      } finally {
        running -= 1;
      }
    });
    await expect(allOf(pages)).rejects.toThrow('Page 2 is broken');
    expect(running).toBe(0);
  });

  it('ends with the reason of an abort', async () => {
    const stop = new AbortController();
    const pages = streamPages(10, 2, stop.signal, async (_, signal) => {
      await new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason));
      });
    });
    const taken = allOf(pages);
    stop.abort(new Error('Out of time'));
    await expect(taken).rejects.toThrow('Out of time');
  });
});
