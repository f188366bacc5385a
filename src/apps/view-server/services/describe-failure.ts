import { OgcError } from '../../../map-kit/ogc-error.ts';
import { UnreadableImageError } from '../cog/cog-engine.ts';
import { FileStoreError } from '../files/file-store-error.ts';
import { UnknownLayerError } from '../renderer/map-picture.ts';
import { RenderTimeoutError } from '../renderer/render-timeout-error.ts';

/** Returns what a client may know of a failure. What is inside the server is for its log alone. */
export function describeFailure(error: unknown): OgcError {
  if (error instanceof OgcError) return error;
  if (error instanceof UnknownLayerError) {
    return new OgcError('LayerNotDefined', error.message, { locator: 'LAYERS', cause: error });
  }
  if (error instanceof RenderTimeoutError) return failed(504, error.message, error);
  if (error instanceof FileStoreError) {
    return failed(502, 'The store of the images could not be read.', error);
  }
  if (error instanceof UnreadableImageError) return failed(500, 'An image could not be read.', error);
  return failed(500, 'The server could not answer; its log says why.', error);
}

function failed(status: number, message: string, cause: unknown): OgcError {
  return new OgcError('NoApplicableCode', message, { status, cause });
}
