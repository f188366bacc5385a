/**
 * What an error says, in one text that is never empty. A failed connection to a name with several addresses is
 * an `AggregateError` without a message: what each address said is told then.
 */
export function errorMessage(error: unknown): string {
  if (error instanceof AggregateError && !error.message) {
    const messages = new Set(error.errors.map(errorMessage));
    return [...messages].join('; ') || error.name;
  }
  if (error instanceof Error) return error.message || error.name;
  return String(error);
}
