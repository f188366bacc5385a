/** Classes of SQLSTATE by which Postgres refuses what it was given: another try says the same. */
const REFUSAL_CLASSES = ['21', '22', '23', '54'];

/** Whether an error says that what was to be stored cannot be, not that Postgres could not be reached. */
export function isRefusal(error: unknown): boolean {
  if (error instanceof RangeError) return true;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return REFUSAL_CLASSES.some((refusal) => code.startsWith(refusal));
}
