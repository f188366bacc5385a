import { isSealed } from '../queue/index.ts';

/** What stands in the place of a secret. */
export const SECRET_DOTS = '••••';

/** Stored JSON as people read it: indented, with dots for whatever is sealed. */
export function readableJson(stored: unknown): string {
  return JSON.stringify(stored, (_key, value: unknown) => (isSealed(value) ? SECRET_DOTS : value), 2);
}
