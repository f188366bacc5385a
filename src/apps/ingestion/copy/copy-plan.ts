import type { NamedDatabase } from '../databases/ingestion-databases.ts';
import { NEXT_SCHEMA } from '../databases/ingestion-databases.ts';
import type { ModelTable } from '../models/model.ts';
import { quotedName, quotedTable, type TableName } from '../promotion/table-definition.ts';
import { RefreshRefusedError, type StepContext } from '../refreshes/step.ts';
import { type ColumnPlan, planColumns, SchemaMismatchError } from './column-plan.ts';
import { explainFailure, type Side } from './copy-failures.ts';
import { type PrimaryKey, readColumns, readPrimaryKey } from './table-columns.ts';

/** How one table of a model is copied. */
export interface TablePlan extends ColumnPlan {
  readonly table: ModelTable;
  readonly source: TableName;
  readonly live: TableName;
  readonly next: TableName;
  readonly primaryKey: PrimaryKey;
}

/**
 * Reads both databases, and plans how the tables of the model are copied. Nothing is changed.
 *
 * @throws {RefreshRefusedError} if the tables do not fit together.
 * @throws {CopyBrokenOffError}
 */
export async function planCopy(
  context: Pick<StepContext, 'model' | 'databases' | 'settings'>,
): Promise<readonly TablePlan[]> {
  const upstreamVersion = await versionOf(context.databases.upstream);
  const copiedAt = new Date().toISOString();
  const plans: TablePlan[] = [];
  for (const table of context.model.tables) {
    plans.push(await planTable(context, table, upstreamVersion, copiedAt));
  }
  return plans;
}

/** Returns the columns that are filled, as a statement lists them. */
export function columnList({ columns }: Pick<ColumnPlan, 'columns'>): string {
  return columns.map(({ name }) => quotedName(name)).join(', ');
}

/** Returns what they are filled with. */
export function expressionList({ columns }: Pick<ColumnPlan, 'columns'>): string {
  return columns.map(({ expression }) => expression).join(', ');
}

async function planTable(
  { databases, settings }: Pick<StepContext, 'databases' | 'settings'>,
  table: ModelTable,
  upstreamVersion: number,
  copiedAt: string,
): Promise<TablePlan> {
  const source = { schema: databases.upstream.schema, table: table.upstreamName };
  const live = { schema: databases.api.schema, table: table.name };
  const upstream = await columnsOf('upstream', databases.upstream, source);
  const liveColumns = await columnsOf('api', databases.api, live);
  const primaryKey = await readPrimaryKey(databases.api.pool, live);
  if (primaryKey?.columns.join() !== 'id') {
    throw new RefreshRefusedError(`The live table ${live.schema}.${live.table} needs a primary key on id`);
  }
  try {
    const columns = planColumns({
      table,
      upstream,
      live: liveColumns,
      upstreamVersion,
      copiedAt,
      cleans: cleansOf(settings.clean),
      tagRules: settings.clean.tagRules,
    });
    return { ...columns, table, source, live, next: { schema: NEXT_SCHEMA, table: table.name }, primaryKey };
  } catch (error) {
    if (error instanceof SchemaMismatchError) throw new RefreshRefusedError(error.message, { cause: error });
    throw error;
  }
}

/** URLs whose hosts are probed are cleaned once they are copied. */
function cleansOf({ where, probedHosts }: StepContext['settings']['clean']) {
  if (where === 'downstream') return [];
  return probedHosts === undefined ? (['tags', 'url'] as const) : (['tags'] as const);
}

async function columnsOf(side: Side, database: NamedDatabase, name: TableName) {
  const columns = await readColumns(database.pool, name).catch((error: unknown) => {
    throw explainFailure(side, `reading the columns of ${name.table}`, error);
  });
  if (columns) return columns;
  const place = side === 'upstream' ? 'upstream' : 'in the database of the live tables';
  throw new RefreshRefusedError(`There is no table ${quotedTable(name)} ${place}`);
}

async function versionOf(database: NamedDatabase): Promise<number> {
  try {
    const { rows } = await database.pool.raw<{ rows: { version: number }[] }>(
      `SELECT current_setting('server_version_num')::int AS version`,
    );
    return rows[0]?.version ?? 0;
  } catch (error) {
    throw explainFailure('upstream', 'connecting', error);
  }
}
