import type { WmsVersion } from './axis-order.ts';
import type { OgcError } from './ogc-error.ts';
import { XSI, xmlDocument } from './xml-document.ts';

/** A document that is sent with a status. */
export interface ExceptionReport {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

/** The versions of OWS Common: CSW 2.0.2 uses 1.0, WMTS 1.0.0 uses 1.1, WCS 2.0 and CSW 3.0 use 2.0. */
export type OwsVersion = '1.0' | '1.1' | '2.0';

/** The namespaces, and the folders of the schemas. */
const OWS: Readonly<Record<OwsVersion, { readonly namespace: string; readonly folder: string }>> = {
  '1.0': { namespace: 'http://www.opengis.net/ows', folder: '1.0.0' },
  '1.1': { namespace: 'http://www.opengis.net/ows/1.1', folder: '1.1.0' },
  '2.0': { namespace: 'http://www.opengis.net/ows/2.0', folder: '2.0' },
};

/** Returns the report of a service that uses OWS Common. @param serviceVersion `1.0.0` for WMTS. */
export function owsExceptionReport(
  error: OgcError,
  owsVersion: OwsVersion,
  serviceVersion: string,
): ExceptionReport {
  const { namespace, folder } = OWS[owsVersion];
  const schema = `http://schemas.opengis.net/ows/${folder}/owsExceptionReport.xsd`;
  return {
    status: error.status,
    contentType: 'application/xml; charset=utf-8',
    body: xmlDocument({
      'ows:ExceptionReport': {
        '@xmlns:ows': namespace,
        '@xmlns:xsi': XSI,
        '@xsi:schemaLocation': `${namespace} ${schema}`,
        '@version': serviceVersion,
        [owsVersion === '1.0' ? '@language' : '@xml:lang']: 'en',
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
