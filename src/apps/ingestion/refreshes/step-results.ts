import type { JsonValue } from '../../../queue/index.ts';

/** What the step `copy` has come to, for one table. */
export type CopiedTable = {
  /** Rows that the copy has. */
  readonly rows: number;
  /** Rows that upstream had, the limit counted. */
  readonly snapshotRows: number;
  /** Rows that were left out, as they are deleted. */
  readonly deletedRows: number;
};

/** What the step `copy` returns. */
export type CopyResult = { readonly tables: { readonly [table: string]: CopiedTable } };

/** What the steps that index return. */
export type IndexResult = {
  readonly indexName: string;
  readonly rows: number;
  readonly documents: number;
  /** Rows that have no document, as their source has removed them. */
  readonly removed: number;
  /** Rows whose documents were refused. */
  readonly failed: number;
};

/** A step has no result, or one that is not its own. */
export class StepResultError extends Error {
  override readonly name = 'StepResultError';
}

/** Reads the result of the step `copy`. @throws {StepResultError} */
export function readCopyResult(value: JsonValue | undefined): CopyResult {
  const tables = Object.entries(objectOf(objectOf(value)['tables'])).map(([name, table]) => [
    name,
    {
      rows: numberOf(table, 'rows'),
      snapshotRows: numberOf(table, 'snapshotRows'),
      deletedRows: numberOf(table, 'deletedRows'),
    },
  ]);
  return { tables: Object.fromEntries(tables) };
}

/** Reads the result of a step that indexes. @throws {StepResultError} */
export function readIndexResult(value: JsonValue | undefined): IndexResult {
  const { indexName } = objectOf(value);
  if (typeof indexName !== 'string') throw new StepResultError('The step has no index');
  return {
    indexName,
    rows: numberOf(value, 'rows'),
    documents: numberOf(value, 'documents'),
    removed: numberOf(value, 'removed'),
    failed: numberOf(value, 'failed'),
  };
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new StepResultError('The step has no result');
  }
  return { ...value };
}

function numberOf(value: unknown, name: string): number {
  const number = objectOf(value)[name];
  if (typeof number !== 'number') throw new StepResultError(`The result of the step has no ${name}`);
  return number;
}
