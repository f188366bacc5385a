import { describe, expect, it } from '@jest/globals';
import { groupedCalls } from '../../../src/platform/database/grouped-calls.ts';

/** An error as Postgres's driver throws it. */
function postgresError(code: string): Error {
  return Object.assign(new Error(`code ${code}`), { code });
}

describe('grouped calls', () => {
  it('that come while a group runs are the next group, in their order', async () => {
    const groups: number[][] = [];
    const { promise, resolve } = Promise.withResolvers<void>();
    const double = groupedCalls(async (calls: readonly number[]) => {
      groups.push([...calls]);
      await promise;
      return calls.map((call) => call * 2);
    });
    const first = double(1);
    await Promise.resolve();
    const others = [double(2), double(3), double(2)];
    resolve();
    expect(await Promise.all([first, ...others])).toEqual([2, 4, 6, 4]);
    expect(groups.at(-1)).toContain(3);
    expect(groups.length).toBeLessThan(4);
  });

  it('go on after a group has failed, which fails all of its calls', async () => {
    let isAway = true;
    const call = groupedCalls(async (calls: readonly number[]) => {
      if (isAway) throw postgresError('57P01');
      return calls;
    });
    const failed = await Promise.allSettled([call(1), call(2)]);
    expect(failed.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    isAway = false;
    expect(await call(3)).toBe(3);
  });

  it('fail alone if Postgres refuses one of them', async () => {
    const call = groupedCalls(async (calls: readonly number[]) => {
      if (calls.includes(2)) throw postgresError('23503');
      return calls;
    });
    const settled = await Promise.allSettled([call(1), call(2), call(3)]);
    expect(settled).toMatchObject([{ value: 1 }, { reason: { code: '23503' } }, { value: 3 }]);
  });
});
