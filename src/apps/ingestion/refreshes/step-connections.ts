import type { ConnectionPurpose } from '../databases/ingestion-databases.ts';
import type { StepName } from './plans.ts';
import { hexadecimalId } from './request-refresh.ts';

const MINUTE = 60;
const HOUR = 60 * MINUTE;

/**
 * How long one statement of a step may take, in seconds: an index of a large table takes hours to build, while a name changes in an
 * instant. The copy has connections of its own, with `INGESTION_COPY_SECONDS`.
 */
const STATEMENT_SECONDS: Readonly<Record<StepName | 'index_slice', number>> = {
  copy: HOUR,
  clean: HOUR,
  index: 2 * HOUR,
  update_index: 2 * HOUR,
  index_slice: HOUR,
  filter_index: 2 * HOUR,
  verify_copy: 2 * HOUR,
  verify_index: 2 * HOUR,
  build_constraints: 12 * HOUR,
  promote: 12 * HOUR,
  point_alias: 5 * MINUTE,
  delete_index: 5 * MINUTE,
  roll_back: 12 * HOUR,
};

/** Returns how a step, or a slice of one, connects to the databases: under its name, with the id of its refresh. */
export function connectionsOf(
  stepName: keyof typeof STATEMENT_SECONDS,
  { id }: { readonly id: string },
): ConnectionPurpose {
  return {
    // Postgres keeps 63 bytes of it.
    applicationName: `ingestion ${stepName} ${hexadecimalId(id)}`,
    statementTimeoutSeconds: STATEMENT_SECONDS[stepName],
  };
}
