import type { JsonValue } from '../../../platform/json-value.ts';

/** An object of JSON. */
export type JsonObject = { readonly [key: string]: JsonValue | undefined };

/** Returns whether a value that was read from JSON is an object. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
