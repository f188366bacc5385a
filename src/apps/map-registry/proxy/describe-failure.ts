import { OgcError } from '../../../map-kit/ogc-error.ts';
import { describeCacheFailure } from '../../../map-kit/wmts/answer-wmts.ts';
import { OutsideRequestError } from '../fetching/outside-client.ts';
import { PictureError } from '../pictures/decode-picture.ts';
import { SourceError } from '../sources/map-source.ts';
import { TilesError } from './drawing/draw-tiles.ts';
import { HostBusyError } from './fetching/host-turns.ts';

/**
 * Returns the exception that a client gets for a failure: 504 where the server of a layer did not reply in time, 502 where it failed in another way.
 * What is inside this server is for its log alone.
 */
export function describeFailure(error: unknown): OgcError {
  if (error instanceof OgcError) return error;
  const ofCache = describeCacheFailure(error);
  if (ofCache) return ofCache;
  if (error instanceof OutsideRequestError) {
    return failed(error.fault === 'timeout' ? 504 : 502, error.message, error);
  }
  if (error instanceof PictureError || error instanceof SourceError) return failed(502, error.message, error);
  if (error instanceof TilesError)
    return failed(error.reason === 'missing' ? 404 : 400, error.message, error);
  if (error instanceof HostBusyError) return failed(503, error.message, error);
  if (error instanceof Error && error.name === 'TimeoutError') {
    return failed(504, 'The server of the layer did not send the map in time.', error);
  }
  return failed(500, 'The server could not answer; its log says why.', error);
}

/** Returns whether a failure is one of this server, and not of the server of a layer, or of a request for what there is not (501). */
export function isOurFailure({ status, cause }: OgcError): boolean {
  return (
    status >= 500 &&
    status !== 501 &&
    !(cause instanceof OutsideRequestError || cause instanceof PictureError)
  );
}

function failed(status: number, message: string, cause: unknown): OgcError {
  return new OgcError('NoApplicableCode', message, { status, cause });
}
