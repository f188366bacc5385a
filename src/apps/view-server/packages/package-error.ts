/** A package is broken, of a kind that is not read, dangerous, or over a limit. Another attempt would fail in the same way. */
export class PackageError extends Error {
  override readonly name = 'PackageError';
}
