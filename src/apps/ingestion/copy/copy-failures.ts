import { errorMessage } from '../../../platform/error-message.ts';
import { RefreshRefusedError } from '../refreshes/step.ts';
import { SchemaMismatchError } from './column-plan.ts';

/** Which of the two databases something is about. */
export type Side = 'upstream' | 'api';

const DATABASE_NAMES: Readonly<Record<Side, string>> = {
  upstream: 'the upstream database',
  api: 'the database of the live tables',
};

/** A copy broke off for a reason that may have passed at the next attempt. */
export class CopyBrokenOffError extends Error {
  override readonly name = 'CopyBrokenOffError';
}

/** What the other side did not do in time. */
export class CopySilentError extends Error {
  override readonly name = 'CopySilentError';

  constructor(seconds: number) {
    super(`no byte came for ${seconds} s`);
  }
}

const DISK_FULL = '53100';
const CONNECTIONS_USED_UP = '53300';
const STATEMENT_CANCELLED = '57014';

/**
 * Codes and classes of SQLSTATE after which another attempt fails likewise: values that do not fit (22, 23), wrong passwords and
 * missing databases (28, 3D), missing tables, columns and rights (42), limits of Postgres (54).
 */
const PERMANENT = ['22', '23', '28', '3D', '42', '54', DISK_FULL];

/**
 * Returns the error that a step throws for a failure of one of the databases: it says which database, what was being done, and
 * what Postgres said. Values of rows are left out of it.
 *
 * @param doing what was being done: `the copy of image`.
 */
export function explainFailure(side: Side, doing: string, error: unknown): Error {
  if (error instanceof RefreshRefusedError || error instanceof CopyBrokenOffError) return error;
  if (error instanceof SchemaMismatchError) return new RefreshRefusedError(error.message, { cause: error });
  const message = `${upperFirst(DATABASE_NAMES[side])}: ${doing} failed: ${reasonOf(error)}`;
  const state = codeOf(error);
  return PERMANENT.some((permanent) => state.startsWith(permanent)) && isFromServer(error)
    ? new RefreshRefusedError(message, { cause: error })
    : new CopyBrokenOffError(message, { cause: error });
}

function reasonOf(error: unknown): string {
  switch (codeOf(error)) {
    case DISK_FULL:
      return `its disk is full (${errorMessage(error)})`;
    case CONNECTIONS_USED_UP:
      return `all its connections are used up (${errorMessage(error)})`;
    case STATEMENT_CANCELLED:
      return `${errorMessage(error)}; INGESTION_COPY_SECONDS is how long it may take`;
    default:
      return `${errorMessage(error)}${placeOf(error)}`;
  }
}

/** `COPY image, line 12, column title`: the first line of where it happened, without the value. */
function placeOf(error: unknown): string {
  const where = error instanceof Error && 'where' in error ? String(error.where ?? '') : '';
  const place = /^COPY [^\n:]*/.exec(where)?.[0];
  return place === undefined ? '' : ` (${place})`;
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

function isFromServer(error: unknown): boolean {
  return error instanceof Error && 'severity' in error;
}

function upperFirst(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
