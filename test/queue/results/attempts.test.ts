import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  attemptsOf,
  KEPT_ATTEMPTS,
  saveUnsuccessfulAttempts,
  type UnsuccessfulAttempt,
} from '../../../src/queue/results/attempts.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';

describe('stored attempts', () => {
  let test: TestDatabase;
  beforeEach(async () => {
    test = await createTestDatabase();
  });
  afterEach(() => test.drop());

  function attempt(taskId: string, number: number, error = 'broken'): UnsuccessfulAttempt {
    return {
      taskId,
      number,
      engineId: null,
      host: 'one "and" two',
      workerPid: 1,
      takenAgoSeconds: 3,
      begunAgoSeconds: 2,
      waitedSeconds: 1,
      ranSeconds: 2,
      outcome: 'failed',
      error,
      sentBy: null,
    };
  }

  it('of one task are a bounded number, the newest', async () => {
    const [often, once] = [randomUUID(), randomUUID()];
    await saveUnsuccessfulAttempts(test.database, [attempt(once, 1)]);
    for (let number = 1; number <= KEPT_ATTEMPTS + 3; number += 1)
      await saveUnsuccessfulAttempts(test.database, [attempt(often, number)]);
    const kept = await attemptsOf(test.database, often, 1_000);
    expect(kept).toHaveLength(KEPT_ATTEMPTS);
    expect([kept[0]?.number, kept.at(-1)?.number]).toEqual([KEPT_ATTEMPTS + 3, 4]);
    expect(await attemptsOf(test.database, once, 1_000)).toHaveLength(1);
  });

  it('have the beginning of a long error, whatever characters it is of', async () => {
    const id = randomUUID();
    await saveUnsuccessfulAttempts(test.database, [attempt(id, 1, '\u{1f600}'.repeat(10_000))]);
    const [stored] = await attemptsOf(test.database, id, 1);
    expect(stored).toMatchObject({ host: 'one "and" two', error: '\u{1f600}'.repeat(500) });
  });
});
