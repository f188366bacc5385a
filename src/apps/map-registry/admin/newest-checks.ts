import type { Database } from '../../../platform/database/connection.ts';
import { type CheckTarget, readChecks } from '../checks/history.ts';
import type { CheckRow } from './shapes.ts';

/** Checks that the page of a service or a layer shows. */
const SHOWN_CHECKS = 10;

/** Reads the newest checks of a service or a layer. */
export function newestChecksOf(database: Database, target: CheckTarget): Promise<readonly CheckRow[]> {
  return readChecks(database, target, { before: undefined, limit: SHOWN_CHECKS });
}
