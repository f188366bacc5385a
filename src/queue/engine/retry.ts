import type { RetryPolicy } from '../tasks/task-function.ts';

/** A task whose worker died is free again within 30 seconds; what is left of them is for noticing the death. */
const LONGEST_DELAY_AFTER_LOSS_SECONDS = 10;

/**
 * The wait after a worker or an engine died: none at first, as the task is seldom to blame, then longer, so that
 * a task that kills its worker or engine does not do so without pause.
 */
export function delayAfterLossSeconds(attempt: number): number {
  return attempt === 1 ? 0 : Math.min(2 ** (attempt - 1), LONGEST_DELAY_AFTER_LOSS_SECONDS);
}

/** Whether a task that failed in this attempt is given up; a maximum of 0 is never reached. */
export function isUsedUp(attempt: number, maximumAttempts: number): boolean {
  return maximumAttempts > 0 && attempt >= maximumAttempts;
}

/**
 * The wait before the attempt after this one, where no policy has a delay, counted from the presentation of this one:
 * `min(first × 2^(attempt − 1), longest)`, and never less than the first.
 */
export function growingDelaySeconds(
  { firstSeconds, longestSeconds }: { readonly firstSeconds: number; readonly longestSeconds: number },
  attempt: number,
): number {
  return Math.max(firstSeconds, Math.min(firstSeconds * 2 ** (attempt - 1), longestSeconds));
}

const LONGEST_DELAY_BY_POLICY_SECONDS = 86_400;

/**
 * The wait before the attempt after this one, counted from its failure; nothing where the policy has no delay of its
 * own. Chance only shortens it.
 */
export function delayByPolicySeconds(
  { delaySeconds, backoff = 1, maxDelaySeconds = LONGEST_DELAY_BY_POLICY_SECONDS, jitter = 0 }: RetryPolicy,
  attempt: number,
): number | undefined {
  if (delaySeconds === undefined) return undefined;
  const wait = Math.min(delaySeconds * backoff ** (attempt - 1), maxDelaySeconds);
  return wait * (1 - jitter * Math.random());
}
