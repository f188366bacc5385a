import type { Knex } from 'knex';
import { asText, type Place } from '../../../app-kit/admin/list-query.ts';
import { readNewest } from '../../../app-kit/admin/newest-rows.ts';
import type { RowPage } from '../../../app-kit/admin/row-page.ts';
import type { Database } from '../../../platform/database/connection.ts';
import { isoTimestamp } from '../../../platform/database/timestamps.ts';
import type { IssueRow } from './shapes.ts';

/** Open issues that the page of a service or a layer shows. */
const MOST_OPEN_ISSUES = 50;

type FoundIssue = Omit<IssueRow, 'about' | 'state'> & {
  readonly serviceUuid: string | null;
  readonly layerUuid: string | null;
  readonly aboutTitle: string;
};

/** Reads one page of issues, the newest first. @param sent the filter: `state`, which is `open` or `resolved`. */
export async function listIssueRows(
  database: Database,
  sent: Readonly<Record<string, unknown>>,
  after: Place | undefined,
): Promise<RowPage<IssueRow>> {
  const state = asText(sent['state']);
  const page = await readNewest<FoundIssue>(
    database,
    'issues',
    () => {
      const query = issues(database);
      if (state === 'open') query.whereNull('issues.resolved');
      if (state === 'resolved') query.whereNotNull('issues.resolved');
      return query;
    },
    (query) => selectIssues(database, query),
    after,
  );
  return { ...page, rows: page.rows.map(toRow) };
}

/** Reads an issue; `undefined` where there is none. */
export async function readIssue(database: Database, id: string): Promise<IssueRow | undefined> {
  const [found] = await selectIssues(database, issues(database).where('issues.id', id).limit(1));
  return found && toRow(found);
}

/** Reads the open issues of a service or a layer. */
export async function issuesOf(
  database: Database,
  about: { readonly serviceUuid: string } | { readonly layerUuid: string },
): Promise<readonly IssueRow[]> {
  const query = issues(database).whereNull('issues.resolved').orderBy('issues.created', 'desc');
  if ('serviceUuid' in about) query.where('service.uuid', about.serviceUuid);
  else query.where('layer.uuid', about.layerUuid);
  return (await selectIssues(database, query.limit(MOST_OPEN_ISSUES))).map(toRow);
}

function issues(database: Database): Knex.QueryBuilder {
  return database('map_registry.issues AS issues')
    .leftJoin('map_registry.services AS service', 'service.id', 'issues.service_id')
    .leftJoin('map_registry.layers AS layer', 'layer.id', 'issues.layer_id');
}

function selectIssues(database: Database, query: Knex.QueryBuilder): Knex.QueryBuilder<object, FoundIssue[]> {
  return query.select(
    'issues.id',
    'issues.kind',
    'issues.description',
    'service.uuid AS serviceUuid',
    'layer.uuid AS layerUuid',
    database.raw(
      `coalesce(nullif(layer.title, ''), layer.name, nullif(service.title, ''), service.url) AS "aboutTitle"`,
    ),
    isoTimestamp(database, 'issues.created', 'created'),
    isoTimestamp(database, 'issues.resolved', 'resolved'),
  );
}

function toRow({ serviceUuid, layerUuid, aboutTitle, ...issue }: FoundIssue): IssueRow {
  const list = layerUuid === null ? 'service' : 'layer';
  return {
    ...issue,
    state: issue.resolved === null ? 'open' : 'resolved',
    about: { list, id: layerUuid ?? serviceUuid ?? '', title: aboutTitle },
  };
}
