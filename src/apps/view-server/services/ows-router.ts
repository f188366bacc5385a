import { type Request, type Response, Router } from 'express';
import type { AppContext } from '../../../app-kit/app-context.ts';
import { type ExceptionReport, owsExceptionReport } from '../../../map-kit/exception-report.ts';
import { OgcError } from '../../../map-kit/ogc-error.ts';
import { OgcRequest } from '../../../map-kit/ogc-request.ts';
import type { OwsCall, OwsService } from '../../../map-kit/replies/ows-service.ts';
import { queryOf } from '../../../map-kit/replies/query-of.ts';
import { sendReply } from '../../../map-kit/replies/send-reply.ts';
import { isOfWmsAlone } from '../../../map-kit/wms/wms-requests.ts';
import { refuseOtherMethods } from '../../../platform/http/allowed-methods.ts';
import { requestLogger } from '../../../platform/http/request-log.ts';
import { describeFailure } from './describe-failure.ts';
import { createWcs } from './wcs/wcs.ts';
import { createWms } from './wms/wms.ts';

/** Where the map and the coverage service are. */
const OWS_PATH = '/ows';

/** Makes the route of WMS and WCS. */
export function createOwsRouter(context: AppContext): Router {
  const services: Readonly<Record<string, OwsService>> = {
    WMS: createWms(context),
    WCS: createWcs(context),
  };
  const router = Router({ caseSensitive: true });
  router
    .route([OWS_PATH, `${OWS_PATH}/`])
    .get((request, response) => answer(services, request, response))
    .all(refuseOtherMethods('GET', 'HEAD'));
  return router;
}

async function answer(
  services: Readonly<Record<string, OwsService>>,
  request: Request,
  response: Response,
): Promise<void> {
  // Maps of any site may show what is here: nothing of it is behind credentials.
  response.set('Access-Control-Allow-Origin', '*');
  const aborted = new AbortController();
  response.once('close', () => aborted.abort());
  let service: OwsService | undefined;
  let call: OwsCall | undefined;
  try {
    const parameters = OgcRequest.read(queryOf(request));
    const url = `${request.protocol}://${request.host}${OWS_PATH}`;
    call = { parameters, url, signal: aborted.signal };
    service = serviceOf(services, parameters);
    sendReply(request, response, await service.answer(call));
  } catch (error) {
    if (aborted.signal.aborted) return;
    const failure = describeFailure(error);
    if (failure.status >= 500) requestLogger(request).error({ err: error }, 'a map request failed');
    if (service && call) sendReply(request, response, await service.report(failure, call));
    else sendReport(response, owsExceptionReport(failure, '2.0', '2.0.1'));
  }
}

function serviceOf(services: Readonly<Record<string, OwsService>>, parameters: OgcRequest): OwsService {
  const name = isOfWmsAlone(parameters) ? 'WMS' : parameters.get('service').toUpperCase();
  const service = Object.hasOwn(services, name) ? services[name] : undefined;
  if (service) return service;
  const message = `There is no service ${name.slice(0, 40)} here, but ${Object.keys(services).join(' and ')}.`;
  throw new OgcError('InvalidParameterValue', message, { locator: 'service' });
}

function sendReport(response: Response, { status, contentType, body }: ExceptionReport): void {
  response
    .status(status)
    .set('Cache-Control', 'no-store')
    .set('Content-Type', contentType)
    .send(Buffer.from(body));
}
