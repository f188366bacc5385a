/** Returns whether a text is the id of a row: a whole number that fits into 64 bits. */
export function isDocumentId(id: string): boolean {
  return /^-?\d{1,19}$/.test(id) && BigInt.asIntN(64, BigInt(id)) === BigInt(id);
}
