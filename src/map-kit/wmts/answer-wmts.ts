import type { Request, Response } from 'express';
import { owsExceptionReport } from '../exception-report.ts';
import { OgcError } from '../ogc-error.ts';
import type { OgcRequest } from '../ogc-request.ts';
import { TileCacheBusyError, TileTimeoutError } from '../tile-cache/tile-cache.ts';
import { callOfParameters, type TileCall } from './tile-call.ts';

const WMTS_VERSION = '1.0.0';

/** What a Web Map Tile Service sends. */
export interface WmtsReplies {
  readonly sendTile: (call: TileCall) => Promise<void>;
  readonly sendCapabilities: () => Promise<void>;
}

/** Does what a request of WMTS by key-value pairs asks for. @throws {OgcError} and what the replies throw. */
export async function answerWmts(parameters: OgcRequest, replies: WmtsReplies): Promise<void> {
  const operation = parameters.get('REQUEST').toLowerCase();
  if (operation === 'gettile') return replies.sendTile(callOfParameters(parameters));
  if (operation === 'getcapabilities') {
    checkAcceptVersions(parameters);
    return replies.sendCapabilities();
  }
  throw new OgcError('OperationNotSupported', 'There are GetCapabilities and GetTile.', {
    locator: 'REQUEST',
  });
}

/** @throws {OgcError} `VersionNegotiationFailed`: the client knows other versions alone. */
function checkAcceptVersions(parameters: OgcRequest): void {
  const versions = parameters.find('ACCEPTVERSIONS')?.split(',') ?? [WMTS_VERSION];
  if (versions.some((version) => version.trim() === WMTS_VERSION)) return;
  throw new OgcError('VersionNegotiationFailed', `The version is ${WMTS_VERSION}.`, {
    locator: 'ACCEPTVERSIONS',
  });
}

/** Sends a document that `wmtsCapabilities` has made. */
export function sendWmtsCapabilities(response: Response, document: string): void {
  response
    .set('Cache-Control', 'no-cache')
    .set('Content-Type', 'application/xml; charset=utf-8')
    .send(document);
}

/** How an app reports what goes wrong with its tiles. */
export interface TileReporting {
  /** Returns the exception that a client gets for a failure. */
  readonly describe: (error: unknown, request: Request) => OgcError;
  /** Headers that pages of other sites may read. */
  readonly exposedHeaders: readonly string[];
}

/** Sends what a request of tiles asks for, to pages of any site; and a report of what goes wrong. */
export async function answerWithReport(
  request: Request,
  response: Response,
  send: () => Promise<void>,
  { describe, exposedHeaders }: TileReporting,
): Promise<void> {
  // Maps of any site may show what is here: nothing of it is behind credentials.
  response.set('Access-Control-Allow-Origin', '*');
  response.set('Access-Control-Expose-Headers', exposedHeaders.join(', '));
  try {
    await send();
  } catch (error) {
    const { status, contentType, body } = owsExceptionReport(describe(error, request), '1.1', WMTS_VERSION);
    if (status === 503) response.set('Retry-After', '5');
    response.status(status).set('Cache-Control', 'no-store').set('Content-Type', contentType).send(body);
  }
}

/** Returns the exception that a client gets for a failure of the tile cache; `undefined` for another failure. */
export function describeCacheFailure(error: unknown): OgcError | undefined {
  if (!(error instanceof TileCacheBusyError || error instanceof TileTimeoutError)) return undefined;
  return new OgcError('NoApplicableCode', `${error.message}.`, { status: 503, cause: error });
}
