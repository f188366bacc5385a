import { describe, expect, it } from '@jest/globals';
import type { Assignment, WorkerEnd } from '../../../src/queue/engine/attempts.ts';
import { Verdicts } from '../../../src/queue/engine/verdict.ts';
import {
  defineTaskFunction,
  type EngineSettings,
  engineSettingsOf,
  queueSettings,
} from '../../../src/queue/index.ts';
import type { RetryPolicy, TaskOutcome } from '../../../src/queue/tasks/task-function.ts';
import type { PackedOptions } from '../../../src/queue/tasks/task-options.ts';
import { readSettings } from '../../support/settings.ts';

const settings = readSettings({
  DATABASE_URL: 'postgresql://host/name',
  DJANGO_SECRET_KEY: 'a key for tests',
});

/** Retry 4500 s, timeout 3600 s, attempts for ever. */
const cluster = engineSettingsOf(settings.of(queueSettings), 'composite');

function verdicts(
  differing: Partial<EngineSettings> = {},
  own: { retry?: RetryPolicy; timeoutSeconds?: number } = {},
) {
  const taskFunction = defineTaskFunction({ name: 'test.work', load: async () => async () => null, ...own });
  return new Verdicts({ ...cluster, ...differing }, new Map([[taskFunction.name, taskFunction]]));
}

function assignment(attempt = 1, options: PackedOptions = {}, heldSeconds = 0): Assignment {
  const task = { id: 'a task', name: '', func: 'test.work', args: {}, group: null, started: '', options };
  const takenMilliseconds = performance.now() - heldSeconds * 1_000;
  return { task, attempt, engineId: 'an engine', takenMilliseconds, waitedSeconds: 0, timeoutSeconds: 60 };
}

const FAILURE: TaskOutcome = { success: false, result: { error: 'Error: no', stack: 'here' } };
const DIED: WorkerEnd = { cause: 'died', reason: 'SIGKILL' };
const TIMED_OUT: WorkerEnd = { cause: 'timeout', reason: 'The task ran past its timeout of 60 seconds' };
const TOO_LARGE: WorkerEnd = { cause: 'memory', reason: 'The task took more than the 9 MiB of memory' };
const KILLED: WorkerEnd = { cause: 'killed', reason: 'the engine was told to stop at once' };

describe('an attempt that', () => {
  it('succeeded is the last', () => {
    const outcome: TaskOutcome = { success: true, result: 3 };
    expect(verdicts().ofOutcome(assignment(), outcome)).toMatchObject({
      outcome,
      nextAttemptSeconds: undefined,
    });
    // Whoever wanted its end came too late.
    expect(verdicts().ofOutcome(assignment(), outcome, 'Ada')).toMatchObject({ outcome });
  });

  it('failed is followed by one the retry time after it was presented, not after it failed', () => {
    const { nextAttemptSeconds } = verdicts().ofOutcome(assignment(1, {}, 1_000), FAILURE);
    expect(nextAttemptSeconds).toBeGreaterThan(3_490);
    expect(nextAttemptSeconds).toBeLessThanOrEqual(3_500);
    expect(verdicts().ofOutcome(assignment(1, {}, 9_000), FAILURE).nextAttemptSeconds).toBe(0);
  });

  it('failed again is followed by one after twice the wait, up to the longest one', () => {
    const waitOf = (attempt: number, differing: Partial<EngineSettings> = {}) =>
      Math.round(verdicts(differing).ofOutcome(assignment(attempt), FAILURE).nextAttemptSeconds ?? -1);
    expect([1, 2, 3, 4, 5, 6, 2_000].map((attempt) => waitOf(attempt))).toEqual([
      4_500, 9_000, 18_000, 36_000, 72_000, 86_400, 86_400,
    ]);
    // The wait counts from the presentation here too.
    expect(Math.round(verdicts().ofOutcome(assignment(2, {}, 1_000), FAILURE).nextAttemptSeconds ?? -1)).toBe(
      8_000,
    );
    expect([1, 2, 3].map((attempt) => waitOf(attempt, { longestRetrySeconds: 0 }))).toEqual([
      4_500, 4_500, 4_500,
    ]);
  });

  it('failed for good is the last, whatever its policy and the settings say', () => {
    const permanent: TaskOutcome = { ...FAILURE, isPermanent: true };
    const verdict = verdicts({}, { retry: { maxAttempts: 0, delaySeconds: 1 } }).ofOutcome(
      assignment(1, { ackFailure: false }),
      permanent,
    );
    expect(verdict.nextAttemptSeconds).toBeUndefined();
    expect(verdict.outcome).toEqual(permanent);
  });

  it('failed may be the last of so many without progress, where nothing else says how many there are', () => {
    const most = (
      differing: Partial<EngineSettings> = {},
      retry: RetryPolicy = {},
      options: PackedOptions = {},
    ) => {
      const these = verdicts(differing, { retry });
      return [
        these.ofOutcome(assignment(1, options), FAILURE),
        these.ofLoss(assignment(1, options), DIED),
        these.ofLoss(assignment(1, options), TIMED_OUT),
      ].map(({ mostWithoutProgress }) => mostWithoutProgress);
    };
    expect(most()).toEqual([10, 10, 10]);
    expect(most({ maximumAttemptsWithoutProgress: 3 }, { delaySeconds: 1 })).toEqual([3, 3, 3]);
    const none = [undefined, undefined, undefined];
    expect(most({ maximumAttemptsWithoutProgress: 0 })).toEqual(none);
    expect(most({ maximumAttempts: 50 })).toEqual(none);
    expect(most({}, { maxAttempts: 0 })).toEqual(none);
    expect(most({}, {}, { retry: { maxAttempts: 50 } })).toEqual(none);
    // What the engine ended is not the task's fault.
    expect(verdicts().ofLoss(assignment(), KILLED).mostWithoutProgress).toBeUndefined();
    expect(verdicts().ofUnstarted(assignment()).mostWithoutProgress).toBeUndefined();
    expect(
      verdicts().ofOutcome(assignment(), { ...FAILURE, isPermanent: true }).mostWithoutProgress,
    ).toBeUndefined();
  });

  it("failed is followed by one after the delay of its call's policy, else of its function's", () => {
    const own = verdicts({}, { retry: { delaySeconds: 7, maxAttempts: 2 } });
    expect(own.ofOutcome(assignment(), FAILURE).nextAttemptSeconds).toBe(7);
    expect(own.ofOutcome(assignment(2), FAILURE).nextAttemptSeconds).toBeUndefined();
    // What the call leaves out is the function's.
    const call = { retry: { delaySeconds: 3, backoff: 2 } };
    expect(own.ofOutcome(assignment(1, call), FAILURE).nextAttemptSeconds).toBe(3);
    expect(own.ofOutcome(assignment(2, call), FAILURE).nextAttemptSeconds).toBeUndefined();
    expect(verdicts().ofOutcome(assignment(3, call), FAILURE).nextAttemptSeconds).toBe(12);
  });

  it('failed is the last where a failure counts as delivered', () => {
    const delivered = verdicts({ acknowledgesFailures: true });
    expect(delivered.ofOutcome(assignment(), FAILURE).nextAttemptSeconds).toBeUndefined();
    expect(delivered.ofLoss(assignment(), TIMED_OUT).nextAttemptSeconds).toBeUndefined();
    const kept = delivered.ofOutcome(assignment(1, { ackFailure: false }), FAILURE);
    expect(kept.nextAttemptSeconds).toBeGreaterThan(0);
    expect(
      verdicts().ofOutcome(assignment(1, { ackFailure: true }), FAILURE).nextAttemptSeconds,
    ).toBeUndefined();
  });

  it('ended with its worker is followed by one soon, also where failures count as delivered', () => {
    const { nextAttemptSeconds, outcome, loss } = verdicts({ acknowledgesFailures: true }).ofLoss(
      assignment(),
      DIED,
    );
    expect(nextAttemptSeconds).toBe(0);
    expect(outcome).toEqual({ success: false, result: { error: 'The worker process died (SIGKILL)' } });
    expect(loss).toEqual({ error: 'The worker process died (SIGKILL)' });
    expect(verdicts().ofLoss(assignment(3), DIED).nextAttemptSeconds).toBe(4);
  });

  it('ended with its worker, or at its timeout, is the last where it was used up', () => {
    const once = verdicts({ maximumAttempts: 1 });
    for (const end of [DIED, TIMED_OUT, KILLED]) {
      expect(once.ofLoss(assignment(), end)).toMatchObject({
        outcome: { success: false },
        nextAttemptSeconds: undefined,
      });
    }
  });

  it('took too much memory is the last, as another one would take as much', () => {
    expect(verdicts().ofLoss(assignment(), TOO_LARGE)).toEqual(
      expect.objectContaining({
        outcome: { success: false, result: { error: TOO_LARGE.reason } },
        nextAttemptSeconds: undefined,
        loss: { error: TOO_LARGE.reason },
      }),
    );
  });

  it('had to make way leaves no result, and is followed by one at once', () => {
    const verdict = verdicts().ofLoss(assignment(), KILLED);
    expect(verdict).toMatchObject({ nextAttemptSeconds: 0, loss: { error: KILLED.reason } });
    expect(verdict.outcome).toBeUndefined();
  });

  it('was cancelled is the last, and says who asked', () => {
    const cancelled = { nextAttemptSeconds: undefined, isCancelled: true };
    const failed = verdicts().ofOutcome(assignment(), FAILURE, 'Ada');
    expect(failed).toMatchObject({
      ...cancelled,
      outcome: { success: false, result: { error: 'Cancelled by Ada', stack: 'here' } },
    });
    const lost = verdicts().ofLoss(assignment(), { cause: 'cancelled', reason: 'Cancelled by Ada' }, 'Ada');
    expect(lost).toMatchObject({ ...cancelled, loss: { error: 'Cancelled by Ada' } });
  });

  it('was not begun does not count', () => {
    expect(verdicts().ofUnstarted(assignment())).toMatchObject({ nextAttemptSeconds: 0, isUnstarted: true });
  });
});

describe('a presentation', () => {
  it('is one too many after the last attempt that may be, whose engine died', () => {
    const twice = verdicts({ maximumAttempts: 2 });
    expect([1, 2, 3].map((attempt) => twice.exceedsAttempts(assignment(attempt)))).toEqual([
      false,
      false,
      true,
    ]);
    expect(verdicts().exceedsAttempts(assignment(1_000_000))).toBe(false);
    expect(twice.ofGivenUp(assignment(3))).toMatchObject({ attemptCount: 2, nextAttemptSeconds: undefined });
  });

  it('may take as long as the call says, else the function, else the cluster', () => {
    const own = verdicts({}, { timeoutSeconds: 20 });
    expect(own.timeoutSeconds(assignment(1, { timeoutSeconds: 0.5 }).task, 1)).toBe(0.5);
    expect(own.timeoutSeconds(assignment().task, 1)).toBe(20);
    expect(verdicts().timeoutSeconds(assignment().task, 1)).toBe(3_600);
  });

  it('may take longer than the one before by a part of the first, if its policy says so', () => {
    const { task } = assignment(1, { timeoutSeconds: 50, retry: { timeoutGrowth: 1.33 } });
    const seconds = [1, 2, 3, 4, 5].map((attempt) => verdicts().timeoutSeconds(task, attempt));
    expect(seconds.map(Math.floor)).toEqual([50, 116, 183, 249, 316]);
  });
});

describe('the settings of a cluster', () => {
  const alternatives = {
    long: { workers: 1, timeout: 7_200, retry: 9_000, max_rss: 2, cached: 5, ack_failures: true, recycle: 0 },
  };
  const withAlternatives = readSettings({
    DATABASE_URL: 'postgresql://host/name',
    DJANGO_SECRET_KEY: 'a key for tests',
    Q_CLUSTER_ALT_CLUSTERS: JSON.stringify(alternatives),
  });

  it('are those of its queue, where something differs for that one', () => {
    expect(engineSettingsOf(withAlternatives.of(queueSettings), 'long')).toEqual({
      ...cluster,
      queueName: 'long',
      workerCount: 1,
      timeoutSeconds: 7_200,
      retrySeconds: 9_000,
      maximumResidentBytes: 2_048,
      cachedSeconds: 5,
      acknowledgesFailures: true,
      recycleTasks: 0,
    });
    expect(engineSettingsOf(withAlternatives.of(queueSettings), 'composite')).toEqual(cluster);
  });
});
