import { ATOM, CSW_VERSIONS, type CswVersion, GMD, NAMESPACES } from '../csw-version.ts';
import { FORMATS } from '../requests/parameter-values.ts';

/** Operations that version 2.0.2 has and 3.0.0 has not. */
const OF_OLD_VERSION = ['DescribeRecord'];

const VALUES_OF = (
  version: CswVersion,
): Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> => {
  const outputFormat = Object.keys(FORMATS).filter(
    (format) => version === '3.0.0' || !format.includes('atom'),
  );
  const outputSchema = [NAMESPACES[version].csw, GMD, ATOM];
  const ElementSetName = ['brief', 'summary', 'full'];
  const typeNames = ['csw:Record', 'gmd:MD_Metadata'];
  return {
    GetCapabilities: {
      acceptVersions: [...CSW_VERSIONS].reverse(),
      acceptFormats: ['application/xml', 'text/xml'],
      sections: ['ServiceIdentification', 'ServiceProvider', 'OperationsMetadata', 'Filter_Capabilities'],
    },
    DescribeRecord: {
      outputFormat: ['application/xml'],
      schemaLanguage: ['http://www.w3.org/XML/Schema', 'http://www.w3.org/TR/xmlschema-1/'],
      typeName: typeNames,
    },
    GetDomain: {},
    GetRecords: {
      resultType: ['hits', 'results', 'validate'],
      outputFormat,
      outputSchema,
      ElementSetName,
      typeNames,
      CONSTRAINTLANGUAGE: ['FILTER', 'CQL_TEXT'],
    },
    GetRecordById: { outputFormat, outputSchema, ElementSetName },
    GetRepositoryItem: {},
    Transaction: {},
    Harvest: {},
  };
};

/** Returns the operations of a version, with the parameters that have a list of values. */
export function operationsOf(
  version: CswVersion,
): readonly { readonly name: string; readonly parameters: Readonly<Record<string, readonly string[]>> }[] {
  return Object.entries(VALUES_OF(version))
    .filter(([name]) => version === '2.0.2' || !OF_OLD_VERSION.includes(name))
    .map(([name, parameters]) => ({ name, parameters }));
}

/** Returns the values of a parameter such as `GetRecords.resultType`; `undefined` for one that has no list. */
export function valuesOfParameter(version: CswVersion, name: string): readonly string[] | undefined {
  const [operation = '', parameter = ''] = name.toLowerCase().split('.');
  const found = operationsOf(version).find((each) => each.name.toLowerCase() === operation);
  return Object.entries(found?.parameters ?? {}).find(([each]) => each.toLowerCase() === parameter)?.[1];
}
