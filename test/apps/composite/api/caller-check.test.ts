import { describe, expect, it } from '@jest/globals';
import {
  type Caller,
  CallerCheck,
  TooManyCallsError,
} from '../../../../src/apps/composite/api/caller-check.ts';
import { compositeSettings } from '../../../../src/apps/composite/settings.ts';
import { eventually } from '../../../support/eventually.ts';
import { readSettings } from '../../../support/settings.ts';

/** A DLCS that lets `good` in, and answers when it is let to. */
class HeldDlcs {
  readonly asked: string[] = [];
  isHeld = false;
  readonly #waiting: (() => void)[] = [];

  async isAuthorized(customer: number, authorization: string, signal?: AbortSignal): Promise<boolean> {
    this.asked.push(`${customer} ${authorization}`);
    if (this.isHeld) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    signal?.throwIfAborted();
    return authorization.startsWith('good');
  }

  release(): void {
    this.isHeld = false;
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}

function openCheck(environment: Readonly<Record<string, string>> = {}) {
  const dlcs = new HeldDlcs();
  const settings = readSettings({
    DATABASE_URL: 'postgresql://localhost/x',
    DJANGO_SECRET_KEY: 'the secret key of a test, fifty characters long ok',
    ...environment,
  });
  const check = new CallerCheck(dlcs, settings.of(compositeSettings).callers);
  const isAllowed = (authorization: string, caller: Partial<Caller> = {}) =>
    check.isAllowed({
      customer: 5,
      authorization,
      address: '192.0.2.1',
      signal: new AbortController().signal,
      ...caller,
    });
  return { dlcs, isAllowed };
}

describe('the check of callers', () => {
  it('asks once about credentials that were refused, for some seconds', async () => {
    const { dlcs, isAllowed } = openCheck();
    expect(await isAllowed('bad')).toBe(false);
    expect(await isAllowed('bad')).toBe(false);
    expect(await isAllowed('bad', { customer: 6 })).toBe(false);
    expect(dlcs.asked).toEqual(['5 bad', '6 bad']);
  });

  it('asks again when the refusal is forgotten, or none is remembered', async () => {
    const short = openCheck({ DLCS_REFUSAL_MEMORY: '1' });
    await short.isAllowed('bad');
    await eventually(async () => {
      await short.isAllowed('bad');
      return short.dlcs.asked.length === 2;
    });
    const none = openCheck({ DLCS_REFUSAL_MEMORY: '0' });
    await none.isAllowed('bad');
    await none.isAllowed('bad');
    expect(none.dlcs.asked).toHaveLength(2);
  });

  it('asks each time about credentials that were let in, as they may be withdrawn', async () => {
    const { dlcs, isAllowed } = openCheck();
    expect([await isAllowed('good'), await isAllowed('good')]).toEqual([true, true]);
    expect(dlcs.asked).toHaveLength(2);
  });

  it('asks once for all who come with the same credentials at the same time', async () => {
    const { dlcs, isAllowed } = openCheck();
    dlcs.isHeld = true;
    const answers = Array.from({ length: 500 }, () => isAllowed('good'));
    await eventually(() => dlcs.asked.length === 1);
    dlcs.release();
    expect(new Set(await Promise.all(answers))).toEqual(new Set([true]));
    expect(dlcs.asked).toHaveLength(1);
  });

  it('goes on asking while one of them still waits, and stops when the last has gone', async () => {
    const { dlcs, isAllowed } = openCheck();
    dlcs.isHeld = true;
    const [first, second] = [new AbortController(), new AbortController()];
    const answers = [
      isAllowed('good', { signal: first.signal }),
      isAllowed('good', { signal: second.signal }),
    ];
    first.abort();
    const third = new AbortController();
    answers.push(isAllowed('good', { signal: third.signal }));
    second.abort();
    dlcs.release();
    expect(await Promise.all(answers)).toEqual([true, true, true]);
    dlcs.isHeld = true;
    const alone = new AbortController();
    const left = isAllowed('good', { signal: alone.signal });
    await eventually(() => dlcs.asked.length === 2);
    alone.abort();
    const next = isAllowed('good');
    await eventually(() => dlcs.asked.length === 3);
    dlcs.release();
    await expect(left).rejects.toThrow('aborted');
    expect(await next).toBe(true);
  });

  it('stops asking for an address whose credentials were refused too often, but not for others', async () => {
    const { dlcs, isAllowed } = openCheck({ DLCS_MAX_REFUSALS: '20' });
    expect(await isAllowed('good', { address: '192.0.2.1' })).toBe(true);
    const guesses = await Promise.allSettled(
      Array.from({ length: 150 }, (_, number) => isAllowed(`bad ${number}`)),
    );
    const refused = guesses.filter(({ status }) => status === 'fulfilled');
    const limited = guesses.flatMap((guess) => (guess.status === 'rejected' ? [guess.reason] : []));
    // Those that were asked about at the same time as the last of them are answered too.
    expect(refused.length).toBeGreaterThanOrEqual(20);
    expect(refused.length).toBeLessThan(20 + 8);
    expect(dlcs.asked).toHaveLength(1 + refused.length);
    expect(limited[0]).toBeInstanceOf(TooManyCallsError);
    expect(limited[0]).toMatchObject({ status: 429, waitSeconds: expect.any(Number) });
    await expect(isAllowed('good, but new')).rejects.toThrow('Too many wrong credentials');
    expect(await isAllowed('good')).toBe(true);
    expect(await isAllowed('good, but new', { address: '192.0.2.2' })).toBe(true);
  });

  it('counts an IPv6 client by its network', async () => {
    const { isAllowed } = openCheck({ DLCS_MAX_REFUSALS: '2' });
    for (const host of ['1', '2']) await isAllowed(`bad ${host}`, { address: `2001:db8::${host}` });
    await expect(isAllowed('bad 3', { address: '2001:db8::3' })).rejects.toThrow(TooManyCallsError);
  });

  it('asks about few at a time of one client, and of all, and lets no line become too long', async () => {
    const { dlcs, isAllowed } = openCheck({ DLCS_MAX_QUESTIONS: '10' });
    dlcs.isHeld = true;
    const one = Array.from({ length: 300 }, (_, number) => isAllowed(`good ${number}`));
    const outcomes = Promise.allSettled(one);
    await eventually(() => dlcs.asked.length === 8);
    const others = Array.from({ length: 5 }, (_, number) =>
      isAllowed('good', { customer: number, address: `192.0.2.${100 + number}` }),
    );
    await eventually(() => dlcs.asked.length === 10);
    dlcs.release();
    expect(await Promise.all(others)).toEqual([true, true, true, true, true]);
    const rejected = (await outcomes).flatMap((each) => (each.status === 'rejected' ? [each.reason] : []));
    expect(rejected).toHaveLength(300 - 8 - 200);
    expect(rejected[0]).toMatchObject({ name: 'TooManyCallsError', status: 429 });
  });
});
