import { isUuid } from '../../../platform/uuid.ts';

/** The greatest `bigint` of Postgres. */
const GREATEST_ID = 2n ** 63n - 1n;

/** Returns a text as an id of a row; `undefined` where no row can have it. */
export function toRowId(text: string): string | undefined {
  if (!/^[0-9]{1,19}$/.test(text)) return undefined;
  const id = BigInt(text);
  return id > 0n && id <= GREATEST_ID ? String(id) : undefined;
}

/** Returns by which column a row is found that addresses name by its UUID or its id; `undefined` where by none. */
export function toRowKey(text: string): { readonly uuid: string } | { readonly id: string } | undefined {
  if (isUuid(text)) return { uuid: text };
  const id = toRowId(text);
  return id === undefined ? undefined : { id };
}
