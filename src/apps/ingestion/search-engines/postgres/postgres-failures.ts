import { errorMessage } from '../../../../platform/error-message.ts';
import {
  IndexNotFoundError,
  SearchEngineUnavailableError,
} from '../../../../platform/search-engines/search-engine-errors.ts';

/** SQLSTATEs, or their classes, after which the same call may succeed: connections, resources, cancellations, locks. */
const TEMPORARY = ['08', '40', '53', '55P03', '57', '58'];

const UNDEFINED_TABLE = '42P01';

/**
 * Makes a call of Postgres, and translates its failure into the errors of search engines.
 *
 * @param name the index that the call is about.
 * @throws {IndexNotFoundError}
 * @throws {SearchEngineUnavailableError} if the same call may succeed later.
 * @throws what Postgres says, for all other failures.
 */
export async function translated<Result>(name: string, call: () => Promise<Result>): Promise<Result> {
  try {
    return await call();
  } catch (error) {
    if (codeOf(error) === UNDEFINED_TABLE) throw new IndexNotFoundError(name);
    if (!isTemporary(error)) throw error;
    throw new SearchEngineUnavailableError(`Postgres: ${errorMessage(error)}`, { cause: error });
  }
}

function isTemporary(error: unknown): boolean {
  const code = codeOf(error);
  if (code === '') {
    return error instanceof Error && /^Connection |^timeout|Timeout acquiring/i.test(error.message);
  }
  return /^E[A-Z]+$/.test(code) || TEMPORARY.some((temporary) => code.startsWith(temporary));
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
