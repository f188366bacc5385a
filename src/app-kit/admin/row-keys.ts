import { isUuid } from '../../platform/uuid.ts';

// The admin names rows by UUIDs, and some tables number them: a key is the number, written as a UUID.

const ZEROS = '00000000-0000-0000-0000-';

/** Returns the key of a row by its number. */
export function keyOfRow(id: string | number): string {
  return ZEROS + BigInt(id).toString(16).padStart(12, '0');
}

/** Returns the number of a row by its key; `undefined` if the key is none of ours. */
export function rowOfKey(key: string): string | undefined {
  if (!isUuid(key) || !key.startsWith(ZEROS)) return undefined;
  return BigInt(`0x${key.slice(ZEROS.length)}`).toString();
}

/** Returns the numbers of rows; keys that are none of ours are left out. */
export function rowsOfKeys(keys: readonly string[]): string[] {
  return keys.flatMap((key) => rowOfKey(key) ?? []);
}
