import { types } from 'node:util';

/**
 * What an error says, in one text that is never empty. A failed connection to a name with several addresses is
 * an `AggregateError` without a message: then the text has what each address said.
 */
export function errorMessage(error: unknown): string {
  // Unlike instanceof, it also knows errors of another realm, as Node's own are for code in a `vm` context.
  if (!types.isNativeError(error)) return String(error);
  if (error.message) return error.message;
  const causes: unknown = 'errors' in error ? error.errors : undefined;
  const messages = new Set(Array.isArray(causes) ? causes.map(errorMessage) : []);
  return [...messages].join('; ') || error.name;
}
