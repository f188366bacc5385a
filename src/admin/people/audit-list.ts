import { asPlace, between } from '../../app-kit/admin/list-query.ts';
import { readNewestBy } from '../../app-kit/admin/newest-rows.ts';
import type { RowPage } from '../../app-kit/admin/row-page.ts';
import type { Database } from '../../platform/database/connection.ts';
import { isoTimestamp } from '../../platform/database/timestamps.ts';
import type { AuditChoices, AuditRow } from './shapes.ts';

/** Ids of a line that the list has. */
const LISTED_IDS = 5;

/** Different values that a choice offers: far more than there are. */
const MOST_CHOICES = 200;

/** What the audit log is filtered by; what is missing does not filter it. */
export interface AuditFilter {
  readonly username?: string | undefined;
  readonly action?: string | undefined;
  readonly resource?: string | undefined;
  readonly outcome?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/** One page of the audit log, newest first. */
export function listAudit(
  database: Database,
  { from, to, ...values }: AuditFilter,
  page: string | undefined,
): Promise<RowPage<AuditRow>> {
  const matching = () => {
    const query = database('admin.audit_log');
    for (const [column, value] of Object.entries(values)) if (value !== undefined) query.where(column, value);
    between(query, 'happened', from, to);
    return query;
  };
  return readNewestBy<AuditRow>(
    database,
    {
      table: 'admin.audit_log',
      newestBy: 'happened',
      matching,
      select: (query) =>
        query.select<AuditRow[]>(
          'id',
          'username',
          'administrator_id AS administratorId',
          'action',
          'resource',
          database.raw('record_ids[:?] AS "recordIds"', [LISTED_IDS]),
          'record_count AS recordCount',
          'outcome',
          'detail',
          'address',
          isoTimestamp(database, 'happened', 'happened'),
        ),
      placeOf: ({ happened, id }) => ({ moment: happened, id }),
    },
    asPlace(page),
  );
}

/** The values that the log can be filtered by. */
export async function readAuditChoices(database: Database): Promise<AuditChoices> {
  const [usernames, actions, resources] = await Promise.all(
    ['username', 'action', 'resource'].map((column) => differentValues(database, column)),
  );
  return { usernames: usernames ?? [], actions: actions ?? [], resources: resources ?? [] };
}

/** The values of an indexed column, each found in the index after the one before: a long log is not read through. */
async function differentValues(database: Database, column: string): Promise<string[]> {
  const { rows } = await database.raw<{ rows: { value: string }[] }>(
    `WITH RECURSIVE different AS (
       (SELECT ?? AS value FROM admin.audit_log WHERE ?? IS NOT NULL ORDER BY ?? LIMIT 1)
       UNION ALL
       SELECT (SELECT ?? FROM admin.audit_log WHERE ?? > different.value ORDER BY ?? LIMIT 1)
       FROM different WHERE different.value IS NOT NULL
     )
     SELECT value FROM different WHERE value IS NOT NULL LIMIT ?`,
    [column, column, column, column, column, column, MOST_CHOICES],
  );
  return rows.map(({ value }) => value);
}
