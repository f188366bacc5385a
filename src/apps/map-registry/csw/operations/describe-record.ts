import { OgcError } from '../../../../map-kit/ogc-error.ts';
import { GMD, NAMESPACES } from '../csw-version.ts';
import { element } from '../outputs/xml-text.ts';
import type { ReadRequest } from '../requests/csw-request.ts';
import { checkTypeNames } from '../requests/parameter-values.ts';
import { type CswReply, cswRoot, replyOf } from './csw-context.ts';

type DescribeRecord = Extract<ReadRequest, { operation: 'DescribeRecord' }>;

const XML_SCHEMA = 'http://www.w3.org/2001/XMLSchema';

/** The types of records, and where the OGC and ISO publish their schemas. */
const TYPES = [
  {
    name: /record$/i,
    namespace: NAMESPACES['2.0.2'].csw,
    schema: 'http://schemas.opengis.net/csw/2.0.2/record.xsd',
  },
  {
    name: /md_metadata$/i,
    namespace: GMD,
    schema: 'http://schemas.opengis.net/iso/19139/20070417/gmd/gmd.xsd',
  },
];

/** Returns the schemas of the types of records. @throws {OgcError} */
export function describeRecord({ version, typeNames }: DescribeRecord): CswReply {
  if (version !== '2.0.2') {
    throw new OgcError('OperationNotSupported', 'DescribeRecord is an operation of version 2.0.2.', {
      locator: 'request',
      status: 400,
    });
  }
  checkTypeNames(typeNames);
  const shown = TYPES.filter(
    ({ name }) => typeNames.length === 0 || typeNames.some((each) => name.test(each)),
  );
  return replyOf(cswRoot('DescribeRecordResponse', version, {}, ...shown.map(component)));
}

function component({ namespace, schema }: (typeof TYPES)[number]): string {
  return element(
    'csw:SchemaComponent',
    { targetNamespace: namespace, schemaLanguage: 'http://www.w3.org/XML/Schema' },
    element(
      'xs:schema',
      { 'xmlns:xs': XML_SCHEMA, targetNamespace: namespace, elementFormDefault: 'qualified' },
      element('xs:include', { schemaLocation: schema }),
    ),
  );
}
