import { types } from 'node:util';

/** Whether an error is the operating system's of this code: `ENOENT`, `EADDRINUSE`. */
export function isSystemError(error: unknown, code: string): boolean {
  return types.isNativeError(error) && 'code' in error && error.code === code;
}
