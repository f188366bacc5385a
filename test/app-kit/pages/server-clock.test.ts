import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';

/** When the browser believes that it is. */
const BROWSER = Date.parse('2026-01-01T12:00:00Z');

const MINUTE = 60_000;

describe("the server's clock, as a browser knows it", () => {
  let clock: typeof import('../../../src/app-kit/pages/server-clock.ts');
  beforeEach(async () => {
    jest.resetModules();
    jest.spyOn(Date, 'now').mockReturnValue(BROWSER);
    clock = await import('../../../src/app-kit/pages/server-clock.ts');
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });

  const headers = (moment: number) => new Headers({ date: new Date(moment).toUTCString() });

  it("is the browser's own until a response says otherwise", () => {
    expect(clock.serverNow()).toBe(BROWSER);
    clock.readDateHeader(new Headers(), BROWSER);
    expect(clock.serverNow()).toBe(BROWSER);
  });

  it("is the browser's own where the two may agree, as a header has whole seconds", () => {
    clock.readDateHeader(headers(BROWSER - 600), BROWSER - 100);
    expect(clock.serverNow()).toBe(BROWSER);
  });

  it.each([5 * MINUTE, -5 * MINUTE])('is known to the second where it is %d ms ahead', (ahead) => {
    clock.readDateHeader(headers(BROWSER + ahead), BROWSER - 100);
    expect(Math.abs(clock.serverNow() - BROWSER - ahead)).toBeLessThanOrEqual(1_100);
  });

  it('is known better by an event than by a header, and stays known so', () => {
    clock.readServerClock({
      sentMilliseconds: BROWSER - 10,
      receivedMilliseconds: BROWSER,
      serverMilliseconds: BROWSER + 5 * MINUTE,
    });
    clock.readDateHeader(headers(BROWSER + 5 * MINUTE), BROWSER - 1_000);
    expect(Math.abs(clock.serverNow() - BROWSER - 5 * MINUTE)).toBeLessThanOrEqual(10);
  });

  it('is measured again when one of the clocks was set', () => {
    clock.readDateHeader(headers(BROWSER + 5 * MINUTE), BROWSER);
    clock.readDateHeader(headers(BROWSER), BROWSER);
    expect(clock.serverNow()).toBe(BROWSER);
  });
});
