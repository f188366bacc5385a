import { MOST_ROWS_OF_AN_ACTION } from '../app-kit/admin/action.ts';
import { isUuid } from '../platform/uuid.ts';
import { ActionRefusedError } from './action-refused.ts';

/** The ids that an action was sent, each once. @throws {ActionRefusedError} if there are none, or too many, or they are no ids. */
export function readIds(sent: unknown): string[] {
  const given: unknown[] = Array.isArray(sent) ? sent : [];
  const ids = given.filter((id): id is string => typeof id === 'string' && isUuid(id));
  if (ids.length === 0 || ids.length !== given.length || ids.length > MOST_ROWS_OF_AN_ACTION) {
    throw new ActionRefusedError(`"ids" has to list 1 to ${MOST_ROWS_OF_AN_ACTION} UUIDs`, 400);
  }
  return [...new Set(ids)];
}
