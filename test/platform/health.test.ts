import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { checkHealth, type HealthCheck, isHealthy } from '../../src/platform/health.ts';

const WORKS: HealthCheck = { name: 'works', check: async () => undefined };

function failing(error: unknown): HealthCheck {
  return {
    name: 'fails',
    check: async () => {
      throw error;
    },
  };
}

describe('the health report', () => {
  afterEach(() => {
    jest.useRealTimers();
  });

  it('says of each check whether it works, in their order', async () => {
    const report = await checkHealth([
      WORKS,
      failing(new Error('no space left')),
      { ...WORKS, name: 'last' },
    ]);
    expect(Object.entries(report)).toEqual([
      ['works', 'working'],
      ['fails', 'no space left'],
      ['last', 'working'],
    ]);
    expect(isHealthy(report)).toBe(false);
  });

  it('is healthy where every check works, and where there is none', async () => {
    expect(isHealthy(await checkHealth([WORKS]))).toBe(true);
    expect(isHealthy(await checkHealth([]))).toBe(true);
  });

  it('does not wait for a check that hangs, nor hide the others behind it', async () => {
    jest.useFakeTimers();
    const hung: HealthCheck = { name: 'hangs', check: () => new Promise(() => undefined) };
    const report = checkHealth([hung, WORKS]);
    await jest.advanceTimersByTimeAsync(5_000);
    expect(await report).toEqual({ hangs: 'no answer within 5 seconds', works: 'working' });
  });

  it('takes no harm from a check that fails after its time', async () => {
    jest.useFakeTimers();
    const { promise, reject } = Promise.withResolvers<void>();
    const report = checkHealth([{ name: 'late', check: () => promise }]);
    await jest.advanceTimersByTimeAsync(5_000);
    expect(await report).toEqual({ late: 'no answer within 5 seconds' });
    reject(new Error('too late'));
    // An unhandled rejection would end the test run here.
    await jest.advanceTimersByTimeAsync(1);
  });

  it('leaves no timer behind', async () => {
    jest.useFakeTimers();
    await checkHealth([WORKS, failing(new Error('no'))]);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('survives a check that throws before it returns a promise', async () => {
    const check = () => {
      throw new Error('at once');
    };
    expect(await checkHealth([{ name: 'fails', check }])).toEqual({ fails: 'at once' });
  });

  it.each([
    [new TypeError(), 'TypeError'],
    [
      new AggregateError([new Error('refused ::1'), new Error('refused 127.0.0.1')]),
      'refused ::1; refused 127.0.0.1',
    ],
    ['a text', 'a text'],
  ])('has words for every failure: %s', async (error, line) => {
    expect(await checkHealth([failing(error)])).toEqual({ fails: line });
  });
});
