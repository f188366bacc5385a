import picomatch from 'picomatch';

/** Makes a test whether one of some globs fits a path. A glob without a slash is one of names, in whatever folder. */
export function fileMatcher(globs: readonly string[]): (path: string) => boolean {
  const tests = globs.map((glob) => picomatch(glob, { dot: true, basename: !glob.includes('/') }));
  return (path) => tests.some((fits) => fits(path));
}
