/** Returns a number that a server wrote as a number or as text; `undefined` for all else, and for NaN and infinity. */
export function numberOf(value: unknown): number | undefined {
  const isText = typeof value === 'string' && value.trim() !== '';
  if (typeof value !== 'number' && !isText) return undefined;
  const number = Number(value);
  return Number.isFinite(number) ? number : undefined;
}
