import { relative } from 'node:path';

/** Returns a path as one would type it in the working directory. */
export function shownPath(path: string): string {
  const short = relative(process.cwd(), path);
  return short.startsWith('..') || short === '' ? path : short;
}
