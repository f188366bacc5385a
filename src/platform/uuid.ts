/** Whether a text can be the key of a row; Postgres takes any other for an error. */
export function isUuid(text: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);
}

/** The beginning of a UUID, as lists show it, and long enough to be no other number. */
const UUID_START = /^[0-9a-f]{6,8}(-[0-9a-f-]{0,27})?$/i;

/** Returns the first and the last UUID that begin with a text; undefined if no UUID would, or too many. */
export function uuidsFrom(start: string): readonly [first: string, last: string] | undefined {
  if (!UUID_START.test(start)) return undefined;
  const digits = start.replaceAll('-', '').slice(0, 32);
  return [asUuid(digits.padEnd(32, '0')), asUuid(digits.padEnd(32, 'f'))];
}

function asUuid(digits: string): string {
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
