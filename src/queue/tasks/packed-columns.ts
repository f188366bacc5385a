import { taskNameOf } from './task-identity.ts';
import { LONGEST_LABEL_CHARACTERS } from './task-options.ts';

/**
 * SQL: what of a task is in its package: `name`, `func`, `args`, `group` and `options`. Whatever is carried, they have
 * their types: anybody who can write to the table may have put rubbish there.
 *
 * @param task an expression of type `jsonb`.
 */
export function packedColumns(task: string): string {
  const object = (name: string) =>
    `CASE WHEN jsonb_typeof(${task} -> '${name}') = 'object' THEN ${task} -> '${name}' ELSE '{}' END`;
  return `${packedLabels(task)}, ${object('args')} AS args, ${object('options')} AS options`;
}

/** SQL: likewise, but only `name`, `func` and `group`. */
export function packedLabels(task: string): string {
  const label = (name: string) => `left(${task} ->> '${name}', ${LONGEST_LABEL_CHARACTERS})`;
  return `coalesce(${label('name')}, '') AS name, coalesce(${label('func')}, '') AS func, ${label('group')} AS "group"`;
}

/** Completes rows of {@link packedColumns}: a name that follows from the id is not in the package. */
export function withNames<Row extends { readonly id: string; readonly name: string }>(
  rows: readonly Row[],
): readonly Row[] {
  return rows.map((row) => (row.name === '' ? { ...row, name: taskNameOf(row.id) } : row));
}
