import type { Knex } from 'knex';
import type { AdminMatching } from '../../../app-kit/admin/action.ts';
import { asText, type Place } from '../../../app-kit/admin/list-query.ts';
import { newestIds, readNewest } from '../../../app-kit/admin/newest-rows.ts';
import type { RowPage } from '../../../app-kit/admin/row-page.ts';
import type { Database } from '../../../platform/database/connection.ts';
import { isoTimestamp } from '../../../platform/database/timestamps.ts';
import type { RefreshRow } from './shapes.ts';

/** What the list of refreshes is narrowed by. */
export interface RefreshFilter {
  readonly model: string | undefined;
  readonly state: string | undefined;
}

/** Reads a filter that a page sent. */
export function readRefreshFilter(sent: Readonly<Record<string, unknown>>): RefreshFilter {
  return { model: asText(sent['model']), state: asText(sent['state']) };
}

/** Reads one page of the refreshes that match, the newest first. */
export function listRefreshRows(
  database: Database,
  filter: RefreshFilter,
  after: Place | undefined,
): Promise<RowPage<RefreshRow>> {
  return readNewest<RefreshRow>(
    database,
    'refreshes',
    () => refreshesThatMatch(database, filter),
    (query) => selectRefreshRows(database, query),
    after,
  );
}

/** What an action does to all refreshes that match. */
export const matchingRefreshes: AdminMatching = {
  resource: 'refreshes',
  nextIds({ platform: { database } }, { filter, until, after, limit }) {
    const matching = refreshesThatMatch(database, readRefreshFilter(filter));
    return newestIds(database, 'refreshes', matching.where('refreshes.created', '<', until), after, limit);
  },
};

/** Selects what the list shows of refreshes. */
function selectRefreshRows(
  database: Database,
  query: Knex.QueryBuilder,
): Knex.QueryBuilder<object, RefreshRow[]> {
  return query.select(
    'refreshes.id',
    'refreshes.model',
    'refreshes.action',
    'refreshes.state',
    'refreshes.progress',
    'refreshes.index_suffix AS indexSuffix',
    'refreshes.requested_by AS requestedBy',
    database.raw(
      `(SELECT name FROM ingestion.steps WHERE refresh_id = refreshes.id AND steps.state = 'running' LIMIT 1) AS step`,
    ),
    isoTimestamp(database, 'refreshes.created', 'created'),
    isoTimestamp(database, 'refreshes.admitted', 'admitted'),
    isoTimestamp(database, 'refreshes.ended', 'ended'),
  );
}

function refreshesThatMatch(database: Database, { model, state }: RefreshFilter): Knex.QueryBuilder {
  const query = database('ingestion.refreshes');
  if (model !== undefined) query.where('refreshes.model', model);
  if (state !== undefined) query.where('refreshes.state', state);
  return query;
}
