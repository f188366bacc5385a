import { tlsParametersOf } from '../../../platform/database/tls-parameters.ts';
import { quotedName, quotedTable, quotedText } from '../promotion/table-definition.ts';
import type { StepContext } from '../refreshes/step.ts';
import { type CopiedTable, completeTable } from './copied-table.ts';
import type { CopyJob } from './copy-job.ts';
import { columnList, expressionList, type TablePlan } from './copy-plan.ts';
import { CopySession } from './copy-session.ts';
import { checkSpace, sourceBytes } from './free-space.ts';
import { makeNextTables } from './next-tables.ts';
import { findSourceRows } from './source-rows.ts';

/** Rows that the wrapper fetches at once. */
const FETCHED_ROWS = 10_000;

const DOING = 'fetching by postgres_fdw';

/**
 * Has the database of the live tables fetch the rows itself, by `postgres_fdw`. The server, the schema and the rows are of one
 * transaction, in which upstream is read as of one moment; the server is gone at its end, whatever that is.
 */
export async function copyByForeignTable(job: CopyJob): Promise<Readonly<Record<string, CopiedTable>>> {
  const { context, plans, sessions } = job;
  await checkSpaceFor(job);
  const session = await CopySession.open('api', context.databases.api, sessions);
  try {
    job.onMade(await makeNextTables(session, plans));
    const name = `ingestion_${context.refresh.id.replaceAll('-', '')}`;
    await session.query(DOING, 'BEGIN');
    await openForeignTables(session, context, plans, name);
    const fetched: Readonly<Record<string, number>> = await fetchTables(session, context, plans, name);
    await session.query(DOING, `DROP SERVER ${name} CASCADE`);
    await session.query(DOING, `DROP SCHEMA ${name} CASCADE`);
    await session.query(DOING, 'COMMIT');
    const completed: Record<string, CopiedTable> = {};
    for (const plan of plans) {
      const count = fetched[plan.table.name] ?? 0;
      completed[plan.table.name] = await completeTable(session, plan, count, count);
    }
    return completed;
  } finally {
    await session.close();
  }
}

async function checkSpaceFor({ context, plans, sessions }: CopyJob): Promise<void> {
  const session = await CopySession.open('upstream', context.databases.upstream, sessions);
  try {
    let bytes = 0;
    for (const plan of plans) {
      const { rowCount } = await findSourceRows(session, plan, context.settings.copy.rowLimit);
      bytes += await sourceBytes(session, plan, rowCount);
    }
    await checkSpace(context.databases.api.pool, bytes, context.settings.copy.maximumBytes);
  } finally {
    await session.close();
  }
}

async function openForeignTables(
  session: CopySession,
  { databases, settings }: StepContext,
  plans: readonly TablePlan[],
  name: string,
): Promise<void> {
  const url = new URL(databases.upstream.url);
  const { relativeUpstreamHost, relativeUpstreamPort } = settings.copy;
  const server = {
    host: relativeUpstreamHost ?? url.hostname.replace(/^\[|\]$/g, ''),
    port: String(relativeUpstreamPort ?? (url.port || 5432)),
    dbname: decodeURIComponent(url.pathname.slice(1)),
    sslmode: tlsParametersOf(databases.upstream.url).mode,
    fetch_size: String(FETCHED_ROWS),
  };
  const mapping = { user: decodeURIComponent(url.username), password: decodeURIComponent(url.password) };
  await session.query(DOING, 'CREATE EXTENSION IF NOT EXISTS postgres_fdw');
  await session.query(
    DOING,
    `CREATE SERVER ${name} FOREIGN DATA WRAPPER postgres_fdw OPTIONS (${optionsOf(server)})`,
  );
  await session.query(
    DOING,
    `CREATE USER MAPPING FOR CURRENT_USER SERVER ${name} OPTIONS (${optionsOf(mapping)})`,
  );
  await session.query(DOING, `CREATE SCHEMA ${name}`);
  const names = plans.map(({ source }) => quotedName(source.table)).join(', ');
  await session.query(
    DOING,
    `IMPORT FOREIGN SCHEMA ${quotedName(databases.upstream.schema)} LIMIT TO (${names}) FROM SERVER ${name} INTO ${name}`,
  );
}

async function fetchTables(
  session: CopySession,
  { settings, report }: StepContext,
  plans: readonly TablePlan[],
  schema: string,
): Promise<Readonly<Record<string, number>>> {
  const { rowLimit } = settings.copy;
  const fetched: Record<string, number> = {};
  let rowsDone = 0;
  for (const plan of plans) {
    const order = plan.hasUpstreamIds ? 'id' : 'source::text';
    const limit = rowLimit === undefined ? '' : ` ORDER BY ${order} LIMIT ${rowLimit}`;
    const { rowCount } = await session.query(
      `the copy of ${plan.table.name}`,
      `INSERT INTO ${quotedTable(plan.next)} (${columnList(plan)}) SELECT ${expressionList(plan)}
       FROM ${quotedTable({ schema, table: plan.source.table })} AS source${limit}`,
    );
    fetched[plan.table.name] = rowCount ?? 0;
    rowsDone += rowCount ?? 0;
    report({ rowsDone });
  }
  return fetched;
}

function optionsOf(options: Readonly<Record<string, string>>): string {
  return Object.entries(options)
    .map(([name, value]) => `${quotedName(name)} ${quotedText(value)}`)
    .join(', ');
}
