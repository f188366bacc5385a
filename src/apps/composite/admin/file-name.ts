/** Returns the last part of an origin's path, without its query; the whole origin where it has no path. */
export function fileNameOf(origin: string): string {
  const file = origin
    .replace(/[?#].*$/s, '')
    .split('/')
    .findLast((part) => part !== '');
  return file ?? origin;
}
