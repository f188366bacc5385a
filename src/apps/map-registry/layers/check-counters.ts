import { isoOf } from '../../../platform/database/timestamps.ts';

/** What is counted of the checks of a service or a layer, beside the single checks. */
export interface CheckCounters {
  /** All checks, those too that are kept no longer. */
  readonly checkCount: number;
  readonly successCount: number;
  /** The newest 64 checks, the newest in the lowest bit: 1 for a success. */
  readonly recentChecks: bigint;
  readonly failuresInRow: number;
  /** ISO 8601 in UTC. Null before the first check; so are the next three. */
  readonly firstCheck: string | null;
  readonly lastCheck: string | null;
  /** Whether the last check succeeded. */
  readonly lastStatus: boolean | null;
  /** `OK`, or why the last check failed. */
  readonly lastMessage: string | null;
}

/** The columns of {@link CheckCounters}, as `select` takes them. */
export const CHECK_COUNTER_COLUMNS = {
  checkCount: 'check_count',
  successCount: 'success_count',
  recentChecks: 'recent_checks',
  failuresInRow: 'failures_in_row',
  firstCheck: 'first_check',
  lastCheck: 'last_check',
  lastStatus: 'last_status',
  lastMessage: 'last_message',
} as const;

/** Counters as knex returns them: numbers of Postgres's `bigint` are texts, and moments as Postgres writes them. */
export type CheckCounterRow = Omit<CheckCounters, 'checkCount' | 'successCount' | 'recentChecks'> & {
  readonly checkCount: string;
  readonly successCount: string;
  readonly recentChecks: string;
};

/** Returns those counters of a row that knex returns as texts of Postgres. */
export function countersOf({
  checkCount,
  successCount,
  recentChecks,
  firstCheck,
  lastCheck,
}: CheckCounterRow): Pick<
  CheckCounters,
  'checkCount' | 'successCount' | 'recentChecks' | 'firstCheck' | 'lastCheck'
> {
  return {
    checkCount: Number(checkCount),
    successCount: Number(successCount),
    recentChecks: BigInt.asUintN(64, BigInt(recentChecks)),
    firstCheck: firstCheck === null ? null : isoOf(firstCheck),
    lastCheck: lastCheck === null ? null : isoOf(lastCheck),
  };
}
