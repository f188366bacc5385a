import { type WmsService, wmsCapabilities } from '../capabilities/wms-capabilities.ts';
import { OgcError } from '../ogc-error.ts';
import type { OgcRequest } from '../ogc-request.ts';
import type { OwsCall, OwsReply } from '../replies/ows-service.ts';
import { negotiateWmsVersion } from './wms-version.ts';

/** Requests of WMS need not name the service, except for that of the capabilities. */
const REQUESTS_OF_WMS = ['getmap', 'getfeatureinfo'];

/** Returns whether a request is one of WMS by its name, without naming the service. */
export function isOfWmsAlone(parameters: OgcRequest): boolean {
  const name = parameters.find('request')?.toLowerCase() ?? '';
  return REQUESTS_OF_WMS.includes(name) && !parameters.has('service');
}

/** What a service does, by the name of the request in lower case. */
export type WmsOperations = Readonly<Record<string, (call: OwsCall) => Promise<OwsReply>>>;

/** Does what a request asks for. @throws {OgcError} `OperationNotSupported`, and what the operation throws. */
export async function runWmsOperation(operations: WmsOperations, call: OwsCall): Promise<OwsReply> {
  const name = call.parameters.get('request');
  const operation = name.toLowerCase();
  const run = Object.hasOwn(operations, operation) ? operations[operation] : undefined;
  if (run) return run(call);
  const message = `The service has no request ${name.slice(0, 60)}.`;
  throw new OgcError('OperationNotSupported', message, { locator: 'REQUEST' });
}

/** Returns the capabilities in the version that a request asks for. */
export function wmsCapabilitiesReply(service: WmsService, parameters: OgcRequest): OwsReply {
  const version = negotiateWmsVersion(parameters);
  return {
    contentType:
      version === '1.3.0' ? 'text/xml; charset=utf-8' : 'application/vnd.ogc.wms_xml; charset=utf-8',
    body: wmsCapabilities(service, version),
    keepSeconds: 0,
  };
}
