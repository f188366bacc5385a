import type { WmsVersion } from '../axis-order.ts';
import { OgcError } from '../ogc-error.ts';
import type { OgcRequest } from '../ogc-request.ts';

/** Returns the version of the capabilities: the highest that is not above the one that is asked for, or the lowest. */
export function negotiateWmsVersion(parameters: OgcRequest): WmsVersion {
  const wanted = givenVersion(parameters);
  if (wanted === undefined) return '1.3.0';
  const [major = 0, minor = 0] = wanted.split('.').map(Number);
  return major > 1 || (major === 1 && minor >= 3) ? '1.3.0' : '1.1.1';
}

/** Reads the version of a request that is not one for the capabilities. @throws {OgcError} */
export function readWmsVersion(parameters: OgcRequest): WmsVersion {
  const version = givenVersion(parameters);
  if (version === '1.1.1' || version === '1.3.0') return version;
  if (version === undefined) {
    throw new OgcError('MissingParameterValue', 'VERSION is missing.', { locator: 'VERSION' });
  }
  throw new OgcError('InvalidParameterValue', 'VERSION has to be 1.1.1 or 1.3.0.', { locator: 'VERSION' });
}

/** Returns the version of the report of an exception: that of the request, if it names one. */
export function wmsReportVersion(parameters: OgcRequest): WmsVersion {
  try {
    return negotiateWmsVersion(parameters);
  } catch (fault) {
    if (fault instanceof OgcError) return '1.3.0';
    throw fault;
  }
}

function givenVersion(parameters: OgcRequest): string | undefined {
  return parameters.find('version') ?? parameters.find('wmtver');
}
