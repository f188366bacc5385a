import { UnreadableImageError } from './cog-engine.ts';

/** Says that an image is of a kind that only another engine may read. */
export function notUnderstood(what: string): UnreadableImageError {
  return new UnreadableImageError(`${what} is not understood. PREPROCESSOR_ENGINE=gdal may read it.`);
}

/** Says that an image is broken, or over a limit. */
export function broken(what: string): UnreadableImageError {
  return new UnreadableImageError(`The image is broken: ${what}.`);
}
