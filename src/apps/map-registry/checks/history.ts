import type { Knex } from 'knex';
import type { DatabaseOrTransaction } from '../../../platform/database/connection.ts';
import { isoTimestamp } from '../../../platform/database/timestamps.ts';

/** What was checked. */
export type CheckTarget = { readonly serviceId: string } | { readonly layerId: string };

/** One check, as it is stored. */
export interface StoredCheck {
  readonly id: string;
  /** ISO 8601 with microseconds. */
  readonly checked: string;
  readonly success: boolean;
  readonly responseSeconds: number;
  /** `OK`, or why it failed. */
  readonly message: string;
}

/** A place in a history: what comes before is older. */
export type CheckPlace = Pick<StoredCheck, 'checked' | 'id'>;

/** The checks of one day in UTC. */
export interface CheckDay {
  /** `2026-11-28` */
  readonly day: string;
  readonly checkCount: number;
  readonly successCount: number;
  /** The median of the checks that succeeded; null where none did. */
  readonly responseSeconds: number | null;
}

/** How many checks of some succeeded. */
export interface CheckShare {
  readonly checkCount: number;
  readonly successCount: number;
}

/** Checks that are read for one summary at most, the newest ones. */
const MOST_SUMMARIZED = 20_000;

/** The days of {@link recentReliabilityOf}. */
const RECENT_DAYS = 30;

/**
 * Reads checks, the newest first.
 *
 * @param before the place that the page before ended with.
 */
export async function readChecks(
  database: DatabaseOrTransaction,
  target: CheckTarget,
  { before, limit }: { readonly before: CheckPlace | undefined; readonly limit: number },
): Promise<readonly StoredCheck[]> {
  const query = checksOf(database, target);
  if (before) query.whereRaw('(checked, id) < (?::timestamptz, ?::bigint)', [before.checked, before.id]);
  return query
    .orderBy([
      { column: 'checks.checked', order: 'desc' },
      { column: 'checks.id', order: 'desc' },
    ])
    .limit(limit)
    .select<StoredCheck[]>(
      'id',
      isoTimestamp(database, 'checks.checked', 'checked'),
      'success',
      'response_seconds AS responseSeconds',
      'message',
    );
}

/** Reads the checks of the newest days, day by day, the oldest first. Days without checks are left out. */
export async function readCheckDays(
  database: DatabaseOrTransaction,
  target: CheckTarget,
  days: number,
): Promise<readonly CheckDay[]> {
  return database
    .from(newestOf(database, target, days))
    .groupBy('day')
    .orderBy('day')
    .select<CheckDay[]>(
      database.raw(`to_char(checked AT TIME ZONE 'UTC', 'YYYY-MM-DD') AS day`),
      database.raw('count(*)::integer AS "checkCount"'),
      database.raw('(count(*) FILTER (WHERE success))::integer AS "successCount"'),
      database.raw(
        'percentile_cont(0.5) WITHIN GROUP (ORDER BY response_seconds) FILTER (WHERE success) AS "responseSeconds"',
      ),
    );
}

/** Counts the checks of the last 30 days. */
export async function recentReliabilityOf(
  database: DatabaseOrTransaction,
  target: CheckTarget,
): Promise<CheckShare> {
  const [share]: CheckShare[] = await database
    .from(newestOf(database, target, RECENT_DAYS))
    .select(
      database.raw('count(*)::integer AS "checkCount"'),
      database.raw('(count(*) FILTER (WHERE success))::integer AS "successCount"'),
    );
  return share ?? { checkCount: 0, successCount: 0 };
}

function newestOf(database: DatabaseOrTransaction, target: CheckTarget, days: number): Knex.QueryBuilder {
  return checksOf(database, target)
    .whereRaw(`checked > clock_timestamp() - ? * interval '1 day'`, [days])
    .orderBy('checked', 'desc')
    .limit(MOST_SUMMARIZED)
    .select('checked', 'success', 'response_seconds')
    .as('newest');
}

function checksOf(database: DatabaseOrTransaction, target: CheckTarget): Knex.QueryBuilder {
  return database('map_registry.checks').where(
    'serviceId' in target ? { service_id: target.serviceId } : { layer_id: target.layerId },
  );
}
