import { CleaningTypeError, cleanedValue } from '../clean/cleaned-value.ts';
import type { TagRules } from '../clean/tag-rules.ts';
import type { CleaningRule, ColumnTreatment, ModelTable } from '../models/model.ts';
import { quotedName, quotedText } from '../promotion/table-definition.ts';
import type { TableColumn } from './table-columns.ts';

/** The types that ids may have. */
const ID_TYPES = ['smallint', 'integer', 'bigint'];

/** The first version of Postgres that says whether a text is a value of a type. */
const VERSION_WITH_INPUT_CHECK = 160_000;

/** A column that is filled, and the expression upstream that it is filled with. */
export interface PlannedColumn {
  readonly name: string;
  readonly expression: string;
  /** The type that upstream's value is cast to, where upstream has another type. */
  readonly castTo?: string;
}

/** Which columns are copied, and how. */
export interface ColumnPlan {
  readonly columns: readonly PlannedColumn[];
  /** Columns that the live table lacks. */
  readonly added: readonly { readonly name: string; readonly type: string }[];
  /** `text` where a type is not built in: its binary form may differ between two databases. */
  readonly format: 'binary' | 'text';
  /** Whether ids come from upstream. Where upstream has none, the copy gets new ones. */
  readonly hasUpstreamIds: boolean;
}

/** What a plan is made of. */
export interface ColumnPlanning {
  readonly table: ModelTable;
  readonly upstream: readonly TableColumn[];
  readonly live: readonly TableColumn[];
  /** `server_version_num` of the upstream database. */
  readonly upstreamVersion: number;
  /** Which rules are part of the copy. */
  readonly cleans: readonly CleaningRule[];
  readonly tagRules: TagRules;
  /** The value of `now`: ISO 8601. */
  readonly copiedAt: string;
}

/** The tables do not fit together. Another attempt would say the same, until somebody changes one of them. */
export class SchemaMismatchError extends Error {
  override readonly name = 'SchemaMismatchError';
}

/**
 * Plans which columns are copied: those that both tables have, by their names, in the order of the live table.
 *
 * @throws {SchemaMismatchError}
 */
export function planColumns(planning: ColumnPlanning): ColumnPlan {
  const { table, upstream, live } = planning;
  const sources = new Map(upstream.map((column) => [column.name, column]));
  const added = addedColumns(planning);
  const targets = [
    ...live.filter(({ isGenerated }) => !isGenerated),
    ...added.map(({ name, type }) => ({
      name,
      type,
      isBuiltIn: true,
      isRequired: false,
      hasDefault: false,
      isGenerated: false,
    })),
  ];
  if (!targets.some(({ name }) => sources.has(name))) {
    throw new SchemaMismatchError(
      `The table ${table.upstreamName} upstream has no column in common with the live table ${table.name}`,
    );
  }
  checkIds(planning, sources.get('id'));
  const columns = targets.flatMap((target) => planColumn(planning, target, sources.get(target.name)) ?? []);
  const isBuiltIn = targets.every(
    (target) => !sources.has(target.name) || (target.isBuiltIn && sources.get(target.name)?.isBuiltIn),
  );
  return { columns, added, format: isBuiltIn ? 'binary' : 'text', hasUpstreamIds: sources.has('id') };
}

function addedColumns({ table, live }: ColumnPlanning): ColumnPlan['added'] {
  return Object.entries(table.columns).flatMap(([name, { addedAs }]) =>
    addedAs === undefined || live.some((column) => column.name === name) ? [] : [{ name, type: addedAs }],
  );
}

function checkIds({ table, live }: ColumnPlanning, source: TableColumn | undefined): void {
  const target = live.find(({ name }) => name === 'id');
  if (!target || !ID_TYPES.includes(target.type)) {
    throw new SchemaMismatchError(
      `The live table ${table.name} needs a column id of the type ${ID_TYPES.join(', ')}`,
    );
  }
  if (source && !ID_TYPES.includes(source.type)) {
    throw new SchemaMismatchError(
      `The column id of ${table.upstreamName} upstream has the type ${source.type}; it has to be ${ID_TYPES.join(', ')}`,
    );
  }
}

function planColumn(
  planning: ColumnPlanning,
  target: TableColumn,
  source: TableColumn | undefined,
): PlannedColumn | undefined {
  const { table } = planning;
  const treatment = table.columns[target.name] ?? {};
  if (!source) return planMissingColumn(planning, target, treatment);
  const name = quotedName(target.name);
  const castTo = source.type === target.type || !target.isBuiltIn ? undefined : target.type;
  const isCleaned = treatment.cleaned !== undefined && planning.cleans.includes(treatment.cleaned);
  const value = castTo === undefined ? name : castValue(planning, name, castTo, treatment);
  try {
    const expression =
      isCleaned && treatment.cleaned !== undefined
        ? cleanedValue(treatment.cleaned, value, target.type, planning.tagRules)
        : value;
    return { name: target.name, expression, ...(castTo === undefined ? {} : { castTo }) };
  } catch (error) {
    if (!(error instanceof CleaningTypeError)) throw error;
    throw new SchemaMismatchError(`${table.name}.${target.name}: ${error.message}`, { cause: error });
  }
}

/** Tags that are no JSON are dropped, as malformed ones are, where Postgres can say that they are none. */
function castValue(
  { upstreamVersion }: ColumnPlanning,
  name: string,
  type: string,
  { cleaned }: ColumnTreatment,
): string {
  const cast = `${name}::${type}`;
  if (cleaned !== 'tags' || upstreamVersion < VERSION_WITH_INPUT_CHECK) return cast;
  return `CASE WHEN pg_input_is_valid(${name}::text, ${quotedText(type)}) THEN ${cast} END`;
}

function planMissingColumn(
  { table, copiedAt }: ColumnPlanning,
  target: TableColumn,
  { defaultValue }: ColumnTreatment,
): PlannedColumn | undefined {
  if (defaultValue !== undefined) {
    const value = defaultValue === 'now' ? copiedAt : String(defaultValue);
    return { name: target.name, expression: `${quotedText(value)}::${target.type}` };
  }
  if (target.isRequired && !target.hasDefault) {
    throw new SchemaMismatchError(
      `The live table ${table.name} requires the column ${target.name}, which ${table.upstreamName} upstream does not have`,
    );
  }
  return undefined;
}
