import { OgcError } from '../../../../map-kit/ogc-error.ts';
import type { OgcRequest } from '../../../../map-kit/ogc-request.ts';
import { ATOM, type CswVersion } from '../csw-version.ts';
import type { Condition } from '../filters/condition.ts';
import { readCql } from '../filters/read-cql.ts';
import { readFes } from '../filters/read-fes.ts';
import { openSearchCondition } from '../opensearch/open-search-condition.ts';
import type { CswRequest, RecordForm, SortKey } from './csw-request.ts';
import {
  checkTypeNames,
  elementSetOf,
  formatOf,
  invalid,
  MOST_START_POSITION,
  missing,
  negotiatedVersion,
  RECORD_LIMITS,
  resultTypeOf,
  schemaOf,
  unknownOperation,
  versionOf,
  wholeNumberOf,
} from './parameter-values.ts';
import { readXmlBody } from './xml-body.ts';

const NEWEST = '3.0.0';

/** Reads a request by key-value pairs. Without any it is GetCapabilities. @throws {OgcError} */
export function readKvpRequest(parameters: OgcRequest): CswRequest {
  const isOpenSearch = parameters.find('mode')?.toLowerCase() === 'opensearch';
  const operation = parameters.find('request') ?? 'GetCapabilities';
  checkService(parameters, isOpenSearch);
  const version = versionOfRequest(parameters, operation, isOpenSearch);
  switch (operation.toLowerCase()) {
    case 'getcapabilities':
      return {
        operation: 'GetCapabilities',
        version,
        sections: listOf(parameters.find('sections')),
        format: formatOf(parameters.find('acceptFormats') ?? parameters.find('outputFormat')),
        isOpenSearch,
      };
    case 'describerecord':
      return {
        operation: 'DescribeRecord',
        version,
        typeNames: listOf(parameters.find('typeName') ?? parameters.find('typeNames')),
      };
    case 'getdomain':
      return {
        operation: 'GetDomain',
        version,
        properties: listOf(parameters.find('propertyName') ?? parameters.find('valueReference')),
        parameters: listOf(parameters.find('parameterName')),
      };
    case 'getrecords':
      return readGetRecords(parameters, version, isOpenSearch);
    case 'getrecordbyid':
      return {
        operation: 'GetRecordById',
        version,
        identifiers: identifiersOf(parameters.find('id')),
        ...formOf(parameters, isOpenSearch),
      };
    case 'getrepositoryitem':
      return { operation: 'GetRepositoryItem', version, identifier: parameters.get('id') };
    case 'harvest':
      return {
        operation: 'Harvest',
        version,
        source: parameters.get('source'),
        resourceType: parameters.get('resourceType'),
      };
    case 'transaction':
      throw new OgcError('OperationNotSupported', 'A transaction is sent as XML, by POST.', {
        locator: 'request',
        status: 400,
      });
    default:
      throw unknownOperation(operation);
  }
}

function checkService(parameters: OgcRequest, isOpenSearch: boolean): void {
  const service = parameters.find('service');
  if (service === undefined && !isOpenSearch && parameters.has('request')) throw missing('service');
  if (service !== undefined && service.toUpperCase() !== 'CSW') {
    throw invalid('service', 'The service has to be CSW.');
  }
}

function versionOfRequest(parameters: OgcRequest, operation: string, isOpenSearch: boolean): CswVersion {
  const accepted = listOf(parameters.find('acceptVersions'));
  if (accepted.length > 0) return negotiatedVersion(accepted);
  const stated = parameters.find('version');
  if (stated !== undefined) return versionOf(stated);
  if (isOpenSearch || operation.toLowerCase() === 'getcapabilities') return NEWEST;
  throw missing('version');
}

function readGetRecords(parameters: OgcRequest, version: CswVersion, isOpenSearch: boolean): CswRequest {
  checkTypeNames(listOf(parameters.find('typeNames') ?? parameters.find('typeName')));
  const parts = [constraintOf(parameters), openSearchCondition(parameters)].filter(
    (part) => part !== undefined,
  );
  const [first] = parts;
  return {
    operation: 'GetRecords',
    version,
    resultType: resultTypeOf(parameters.find('resultType')),
    requestId: parameters.find('requestId'),
    startPosition: wholeNumberOf('startPosition', parameters.find('startPosition'), {
      minimum: 1,
      most: MOST_START_POSITION,
      unstated: 1,
    }),
    maxRecords: wholeNumberOf('maxRecords', parameters.find('maxRecords'), {
      minimum: 0,
      most: RECORD_LIMITS.most,
      unstated: RECORD_LIMITS.default,
    }),
    condition: parts.length > 1 ? { kind: 'and', parts } : first,
    sortKeys: listOf(parameters.find('sortBy')).map(sortKeyOf),
    ...formOf(parameters, isOpenSearch),
  };
}

/** An OpenSearch returns a feed of Atom, or JSON of the same. */
function formOf(parameters: OgcRequest, isOpenSearch: boolean): RecordForm {
  const outputFormat = parameters.find('outputFormat');
  const isAtom = isOpenSearch || /^application\/atom\+xml/i.test(outputFormat ?? '');
  return {
    elementSet: elementSetOf(parameters.find('elementSetName')),
    elementNames: listOf(parameters.find('elementName')),
    schema: schemaOf(parameters.find('outputSchema') ?? (isAtom ? ATOM : undefined)),
    format: formatOf(outputFormat),
  };
}

function constraintOf(parameters: OgcRequest): Condition | undefined {
  const constraint = parameters.find('constraint');
  if (constraint === undefined) return undefined;
  const language = parameters.find('constraintLanguage')?.toUpperCase() ?? 'CQL_TEXT';
  if (language.startsWith('CQL')) return readCql(constraint);
  if (language.endsWith('FILTER')) return readXmlBody(Buffer.from(constraint), readFes);
  throw invalid('constraintLanguage', 'constraintLanguage has to be CQL_TEXT or FILTER.');
}

/** `dc:title:A`, `dc:date:D`, and `dc:title` for ascending. */
function sortKeyOf(text: string): SortKey {
  const [, name = '', order = ''] = /^(.*?)(?::(A|D|ASC|DESC))?$/i.exec(text) ?? [];
  return { name, isDescending: /^D/i.test(order) };
}

function identifiersOf(text: string | undefined): readonly string[] {
  if (text === undefined) throw missing('id');
  return listOf(text);
}

function listOf(text: string | undefined): readonly string[] {
  return (text ?? '')
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '');
}
