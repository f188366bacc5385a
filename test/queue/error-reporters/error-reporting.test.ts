import { hostname } from 'node:os';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import {
  type ErrorReporter,
  ErrorReporting,
  type FailedAttempt,
  openErrorReporting,
} from '../../../src/queue/error-reporters/index.ts';
import { captureLog } from '../../support/captured-log.ts';
import { eventually } from '../../support/eventually.ts';
import { type SentryReceiver, startSentryReceiver } from '../../support/sentry-receiver.ts';
import { readSettings } from '../../support/settings.ts';

const TASK: FailedAttempt = {
  id: '65385914-7a5c-4a1c-9f27-5a1b3f0c2d11',
  name: 'winter-speaker-alpha-ceiling',
  func: 'test.fail',
  args: { page: 7, secret: { $sealed: 'c2VjcmV0' } },
  group: 'reports',
  started: '2026-11-22T01:37:50.881Z',
  queue: 'composite',
  attempt: 3,
  isPresentedAgain: true,
};

function failure(message = 'no such page') {
  return {
    error: `RangeError: ${message}`,
    stack: `RangeError: ${message}\n    at draw (/srv/app/dist/pages.js:12:7)\n    at async run (/srv/app/dist/run.js:3:1)`,
  };
}

/** A reporter whose reports do what a test says. */
function reporterThat(report: () => Promise<void>): ErrorReporter & { closed: boolean } {
  return {
    name: 'test',
    report,
    closed: false,
    async close() {
      this.closed = true;
    },
  };
}

describe('error reporting', () => {
  it('hands each failure to every reporter, and closes them', async () => {
    const told: string[] = [];
    const reporters = ['one', 'other'].map((name) => reporterThat(async () => void told.push(name)));
    const reporting = new ErrorReporting(reporters, captureLog().logger);
    reporting.report(failure(), TASK);
    await reporting.close();
    expect(told).toEqual(['one', 'other']);
    expect(reporters.map(({ closed }) => closed)).toEqual([true, true]);
  });

  it("logs a reporter that fails with the task's id, not again for each failure, and leaves the others alone", async () => {
    const log = captureLog();
    let reported = 0;
    const reporting = new ErrorReporting(
      [
        reporterThat(() => Promise.reject(new Error('it is away'))),
        reporterThat(async () => {
          reported += 1;
        }),
      ],
      log.logger,
    );
    for (let count = 0; count < 10; count += 1) reporting.report(failure(), TASK);
    await reporting.close();
    expect(reported).toBe(10);
    expect(log.events()).toMatchObject([
      {
        level: 'warn',
        taskId: TASK.id,
        reporter: 'test',
        failed: 1,
        dropped: 0,
        err: { message: 'it is away' },
      },
    ]);
  });

  it('also stands one that throws at once', async () => {
    const log = captureLog();
    const reporting = new ErrorReporting(
      [
        reporterThat(() => {
          throw new Error('it is broken');
        }),
      ],
      log.logger,
    );
    reporting.report(failure(), TASK);
    await reporting.close();
    expect(log.events()).toMatchObject([{ err: { message: 'it is broken' } }]);
  });

  it('drops what a reporter that never ends has no room for, and does not wait for it at the end', async () => {
    jest.useFakeTimers();
    try {
      const log = captureLog();
      let begun = 0;
      const reporting = new ErrorReporting(
        [
          reporterThat(() => {
            begun += 1;
            return new Promise(() => undefined);
          }),
        ],
        log.logger,
      );
      for (let count = 0; count < 200; count += 1) reporting.report(failure(), TASK);
      expect(begun).toBe(50);
      const closed = reporting.close();
      await jest.advanceTimersByTimeAsync(3_000);
      await closed;
      expect(log.events()).toMatchObject([
        { msg: 'a task failure could not be reported', dropped: 1 },
        { msg: 'error reports were given up, as the engine ends', reports: 50 },
      ]);
    } finally {
      jest.useRealTimers();
    }
  });
});

describe("Sentry's reporter", () => {
  let sentry: SentryReceiver;
  beforeEach(async () => {
    sentry = await startSentryReceiver();
  });
  afterEach(() => sentry.stop());

  async function open(environment: NodeJS.ProcessEnv = { SENTRY_DSN: sentry.dsn }) {
    const log = captureLog();
    const settings = readSettings({
      DATABASE_URL: 'postgresql://localhost/none',
      DJANGO_SECRET_KEY: 'a key for tests',
      ...environment,
    });
    return {
      log,
      reporting: await openErrorReporting({
        settingsOf: (section) => settings.of(section),
        logger: log.logger,
      }),
    };
  }

  it('is not there without a DSN', async () => {
    const { reporting } = await open({});
    reporting.report(failure(), TASK);
    await reporting.close();
    expect(sentry.requestCount).toBe(0);
  });

  it("sends an event with the error, its stack and the task, in Sentry's envelope", async () => {
    const { reporting, log } = await open({ SENTRY_DSN: sentry.dsn, SENTRY_ENVIRONMENT: 'staging' });
    reporting.report(failure(), TASK);
    await reporting.close();
    expect(log.lines).toEqual([]);
    expect(sentry.envelopes).toMatchObject([
      {
        path: '/api/42/envelope/',
        key: 'aPublicKey',
        headers: { event_id: expect.stringMatching(/^[0-9a-f]{32}$/) },
        items: [
          {
            headers: { type: 'event' },
            payload: {
              level: 'error',
              platform: 'node',
              environment: 'staging',
              release: expect.stringMatching(/^composite-handler@\d/),
              server_name: hostname(),
              transaction: 'test.fail',
              exception: {
                values: [
                  {
                    type: 'RangeError',
                    value: 'no such page',
                    stacktrace: {
                      frames: [
                        { function: 'run', filename: '/srv/app/dist/run.js', lineno: 3 },
                        { function: 'draw', filename: '/srv/app/dist/pages.js', lineno: 12, colno: 7 },
                      ],
                    },
                  },
                ],
              },
              tags: { func: 'test.fail', queue: 'composite', attempt: 3 },
              contexts: {
                task: { id: TASK.id, name: TASK.name, group: 'reports', attempt: 3, presented_again: true },
              },
              extra: { arguments: '{"page":7}' },
            },
          },
        ],
      },
    ]);
    expect(JSON.stringify(sentry.envelopes)).not.toContain('c2VjcmV0');
  });

  it('knows a failure that nobody threw by its text', async () => {
    const { reporting } = await open();
    reporting.report({ error: 'The worker process died (SIGKILL)' }, TASK);
    await reporting.close();
    expect(sentry.envelopes).toMatchObject([
      {
        items: [
          {
            payload: {
              exception: { values: [{ type: 'TaskFailure', value: 'The worker process died (SIGKILL)' }] },
            },
          },
        ],
      },
    ]);
  });

  it('cuts arguments that are very long', async () => {
    const { reporting } = await open();
    reporting.report(failure(), { ...TASK, args: { text: 'x'.repeat(3_000_000) } });
    await reporting.close();
    expect(JSON.stringify(sentry.envelopes).length).toBeLessThan(20_000);
  });

  it('logs that Sentry refuses, once', async () => {
    const { reporting, log } = await open();
    sentry.answer(403);
    for (let count = 0; count < 5; count += 1) reporting.report(failure(), TASK);
    await reporting.close();
    expect(log.events()).toMatchObject([
      { taskId: TASK.id, reporter: 'Sentry', err: { message: 'Sentry answered 403 to the report' } },
    ]);
  });

  it('sends nothing for as long as Sentry asks for', async () => {
    const { reporting } = await open();
    sentry.answer(429, { 'retry-after': '60' });
    reporting.report(failure(), TASK);
    await eventually(() => sentry.requestCount === 1);
    await reporting.close();
    reporting.report(failure(), TASK);
    await reporting.close();
    expect(sentry.requestCount).toBe(1);
  });

  it('logs that Sentry is not there', async () => {
    const { reporting, log } = await open();
    await sentry.stop();
    sentry = await startSentryReceiver();
    reporting.report(failure(), TASK);
    await reporting.close();
    expect(log.events()).toMatchObject([{ reporter: 'Sentry', err: { type: 'TypeError' } }]);
  });

  it.each([
    'not a dsn',
    'https://sentry.example.org/1',
    'https://key@sentry.example.org/',
    'https://a-key@sentry.example.org/1',
  ])('refuses the DSN %p, without showing it', (dsn) => {
    const read = () =>
      readSettings({ DATABASE_URL: 'postgresql://h/n', DJANGO_SECRET_KEY: 'k', SENTRY_DSN: dsn });
    expect(read).toThrow(/SENTRY_DSN holds something else \(not shown\)/);
  });
});
