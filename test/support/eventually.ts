import { setTimeout as pause } from 'node:timers/promises';

/** How long a condition may take where nothing else is said; far longer than any should. */
const DEADLINE_MILLISECONDS = 60_000;

/** How often it is asked where nothing else is said. */
const INTERVAL_MILLISECONDS = 20;

/**
 * Waits until a condition holds, and fails with its last error, or its last answer, when it does not in time.
 * For what cannot tell by an event that it is done.
 *
 * @returns the condition's first answer that is true in JavaScript's sense.
 */
export async function eventually<T>(
  condition: () => T | Promise<T>,
  deadlineMilliseconds = DEADLINE_MILLISECONDS,
  intervalMilliseconds = INTERVAL_MILLISECONDS,
): Promise<NonNullable<T>> {
  const end = performance.now() + deadlineMilliseconds;
  for (;;) {
    let failure: unknown;
    try {
      const answer = await condition();
      if (answer) return answer;
      failure = new Error(`The condition still answers ${JSON.stringify(answer)}: ${condition}`);
    } catch (error) {
      failure = error;
    }
    if (performance.now() > end) throw failure;
    await pause(intervalMilliseconds);
  }
}
