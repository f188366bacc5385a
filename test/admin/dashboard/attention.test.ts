import { describe, expect, it } from '@jest/globals';
import { attentionOf, type Observed } from '../../../src/admin/dashboard/attention.ts';
import { whatErrorsShare } from '../../../src/admin/dashboard/failure-groups.ts';
import type { EngineStatus, QueueFigures } from '../../../src/queue/index.ts';

const ENGINE: EngineStatus = {
  id: 'e',
  queue: 'composite',
  host: 'one',
  pid: 7,
  state: 'idle',
  condition: 'idle',
  workerCount: 2,
  running: 0,
  waitingTasks: 0,
  waitingResults: 0,
  reincarnations: 0,
  uptimeSeconds: 60,
  silentSeconds: 1,
  processes: [],
  unverified: 0,
  distrustsKey: false,
};

const QUEUE: QueueFigures = {
  queue: 'composite',
  isPaused: false,
  queued: 0,
  isQueuedEstimated: false,
  delayed: 0,
  oldestSeconds: null,
  running: 0,
  unverified: 0,
  workers: 2,
  engines: { idle: 1 },
  successes: 0,
  failures: 0,
  successesLastDay: 0,
  failuresLastDay: 0,
};

const WELL: Observed = {
  engines: [ENGINE],
  queues: [QUEUE],
  paused: [],
  failures: [],
  trends: [],
  failingSchedules: 0,
};

const titles = (change: Partial<Observed>) => attentionOf({ ...WELL, ...change }).map(({ title }) => title);

describe('what needs a person', () => {
  it('is nothing where all is well', () => {
    expect(titles({})).toEqual([]);
  });

  it('is an engine whose key is probably wrong, and packages that cannot be verified', () => {
    const distrustful = { ...ENGINE, distrustsKey: true };
    expect(
      attentionOf({ ...WELL, engines: [distrustful], queues: [{ ...QUEUE, unverified: 10 }] }),
    ).toMatchObject([
      {
        tone: 'bad',
        title: 'The engine 7 on one takes nothing more',
        text: expect.stringContaining('DJANGO_SECRET_KEY'),
      },
      { tone: 'warn', title: 'The queue composite has packages that cannot be verified' },
    ]);
  });

  it('is that no engine runs, or none for a queue in which something waits', () => {
    const idle = { ...QUEUE, queued: 3, workers: 0 };
    expect(attentionOf({ ...WELL, engines: [], queues: [idle] })).toMatchObject([
      { tone: 'bad', title: 'No engine is running', text: expect.stringContaining('3 tasks wait') },
    ]);
    expect(titles({ queues: [QUEUE, { ...idle, queue: 'reports' }] })).toEqual([
      'No engine serves the queue reports',
    ]);
    expect(titles({ queues: [{ ...idle, queue: 'reports', isPaused: true }] })).toEqual([]);
  });

  it('is a queue that grows, unless it is short or somebody has paused it', () => {
    const trends = [{ queue: 'composite', now: 200, before: 100 }];
    expect(titles({ trends })).toEqual(['The queue composite grows']);
    expect(titles({ trends: [{ queue: 'composite', now: 120, before: 100 }] })).toEqual([]);
    expect(titles({ trends: [{ queue: 'composite', now: 20, before: 1 }] })).toEqual([]);
    const paused = [{ name: 'composite', since: new Date(), pausedBy: 'ada' }];
    expect(titles({ trends, paused })).toEqual(['The queue composite is paused']);
  });

  it('is the same error again and again, with the way to those tasks', () => {
    const failure = { func: 'a.b', error: 'broken …', count: 30, newest: '', newestTaskId: '' };
    const failures = [
      { ...failure, countLastHour: 10 },
      { ...failure, error: 'seldom', countLastHour: 9 },
    ];
    expect(attentionOf({ ...WELL, failures })).toMatchObject([
      {
        tone: 'bad',
        path: `/resources/failed-tasks?${new URLSearchParams({ func: 'a.b', error: 'broken …' })}`,
      },
    ]);
  });

  it('is an engine that is silent, and a schedule that does not run; the worst comes first', () => {
    expect(
      titles({
        engines: [{ ...ENGINE, condition: 'silent', silentSeconds: 12 }],
        failingSchedules: 2,
        queues: [{ ...QUEUE, queue: 'x', queued: 1, workers: 0 }],
      }),
    ).toEqual([
      'No engine serves the queue x',
      'The engine 7 on one is silent',
      '2 schedules have failed to run',
    ]);
  });
});

describe('what errors share', () => {
  it.each([
    ['Page 17 of 83 is broken', 'Page … of … is broken'],
    ['GET https://a.example/books/1.pdf answered 404', 'GET https://a.example/… answered 404'],
    ['Member 7e3f1c9a-1b2c-4d5e-8f90-123456789abc is gone\nat line 3', 'Member … is gone'],
    ['Timed out after 3600 s', 'Timed out after … s'],
    ['Digest 9f86d081884c7d65 differs', 'Digest … differs'],
    ['', ''],
  ])('leaves out ids and numbers, but no status of HTTP: %s', (error, shared) => {
    expect(whatErrorsShare(error)).toBe(shared);
  });
});
