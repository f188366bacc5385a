import { setTimeout as pause } from 'node:timers/promises';

/** How long a condition may take where nothing else is said; far longer than any should. */
const DEADLINE_MILLISECONDS = 60_000;

/** How often it is asked where nothing else is said: seldom once it takes long, as asking takes processor time from what it waits for. */
const SHORTEST_INTERVAL_MILLISECONDS = 20;
const LONGEST_INTERVAL_MILLISECONDS = 100;
const INTERVAL_SHARE = 0.05;

/**
 * Waits until a condition holds, and fails with its last error, or its last answer, when it does not in time.
 * For what cannot tell by an event that it is done. Give an interval for what holds for a moment alone.
 *
 * @returns the condition's first answer that is true in JavaScript's sense.
 */
export async function eventually<T>(
  condition: () => T | Promise<T>,
  deadlineMilliseconds = DEADLINE_MILLISECONDS,
  intervalMilliseconds?: number,
): Promise<NonNullable<T>> {
  const begun = performance.now();
  for (;;) {
    let failure: unknown;
    try {
      const answer = await condition();
      if (answer) return answer;
      failure = new Error(`The condition still answers ${JSON.stringify(answer)}: ${condition}`);
    } catch (error) {
      failure = error;
    }
    const passedMilliseconds = performance.now() - begun;
    if (passedMilliseconds > deadlineMilliseconds) throw failure;
    await pause(intervalMilliseconds ?? intervalAfter(passedMilliseconds));
  }
}

function intervalAfter(passedMilliseconds: number): number {
  const share = passedMilliseconds * INTERVAL_SHARE;
  return Math.min(LONGEST_INTERVAL_MILLISECONDS, Math.max(SHORTEST_INTERVAL_MILLISECONDS, share));
}
