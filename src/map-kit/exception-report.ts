import type { WmsVersion } from './axis-order.ts';
import type { OgcError } from './ogc-error.ts';
import { XSI, xmlDocument } from './xml-document.ts';

/** A document that is sent with a status. */
export interface ExceptionReport {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

/** The versions of OWS Common: WMTS 1.0.0 uses 1.1, WCS 2.0 uses 2.0. */
export type OwsVersion = '1.1' | '2.0';

/** Returns the report of a service that uses OWS Common. @param serviceVersion `1.0.0` for WMTS. */
export function owsExceptionReport(
  error: OgcError,
  owsVersion: OwsVersion,
  serviceVersion: string,
): ExceptionReport {
  const namespace = `http://www.opengis.net/ows/${owsVersion}`;
  const schema = `http://schemas.opengis.net/ows/${owsVersion === '1.1' ? '1.1.0' : owsVersion}/owsExceptionReport.xsd`;
  return {
    status: error.status,
    contentType: 'application/xml; charset=utf-8',
    body: xmlDocument({
      'ows:ExceptionReport': {
        '@xmlns:ows': namespace,
        '@xmlns:xsi': XSI,
        '@xsi:schemaLocation': `${namespace} ${schema}`,
        '@version': serviceVersion,
        '@xml:lang': 'en',
        'ows:Exception': {
          '@exceptionCode': error.code ?? 'NoApplicableCode',
          '@locator': error.locator,
          'ows:ExceptionText': error.message,
        },
      },
    }),
  };
}

/** Returns the report of a Web Map Service. */
export function wmsExceptionReport(error: OgcError, version: WmsVersion): ExceptionReport {
  const exception = { '@code': error.code, '@locator': error.locator, '#': error.message };
  if (version === '1.1.1') {
    return {
      status: error.status,
      contentType: 'application/vnd.ogc.se_xml; charset=utf-8',
      body: xmlDocument(
        {
          ServiceExceptionReport: {
            '@version': version,
            ServiceException: { ...exception, '@locator': undefined },
          },
        },
        'http://schemas.opengis.net/wms/1.1.1/exception_1_1_1.dtd',
      ),
    };
  }
  return {
    status: error.status,
    contentType: 'text/xml; charset=utf-8',
    body: xmlDocument({
      ServiceExceptionReport: {
        '@version': version,
        '@xmlns': 'http://www.opengis.net/ogc',
        '@xmlns:xsi': XSI,
        '@xsi:schemaLocation':
          'http://www.opengis.net/ogc http://schemas.opengis.net/wms/1.3.0/exceptions_1_3_0.xsd',
        ServiceException: exception,
      },
    }),
  };
}
