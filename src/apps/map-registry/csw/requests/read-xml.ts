import type { XmlElement } from 'libxml2-wasm';
import { type CswVersion, NAMESPACES } from '../csw-version.ts';
import type { Condition } from '../filters/condition.ts';
import { readCql } from '../filters/read-cql.ts';
import { readFes } from '../filters/read-fes.ts';
import { attributeOf, childElements, childNamed } from '../filters/xml-elements.ts';
import { documentOfElement, ownName } from '../filters/xml-namespaces.ts';
import type { CswRequest, RecordForm, SortKey, TransactionAction } from './csw-request.ts';
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

/** Records that one transaction may insert. */
const MOST_RECORDS = 1_000;

/** Reads a request from the root of its document. @throws {OgcError} */
export function readXmlRequest(root: XmlElement): CswRequest {
  const service = attributeOf(root, 'service');
  if (service !== undefined && service !== 'CSW') throw invalid('service', 'The service has to be CSW.');
  const version = versionOfRequest(root);
  switch (root.name) {
    case 'GetCapabilities':
      return {
        operation: 'GetCapabilities',
        version,
        sections: textsOf(childNamed(root, 'Sections'), 'Section'),
        format: formatOf(textsOf(childNamed(root, 'AcceptFormats'), 'OutputFormat')[0]),
        isOpenSearch: false,
      };
    case 'DescribeRecord':
      return { operation: 'DescribeRecord', version, typeNames: textsOf(root, 'TypeName') };
    case 'GetDomain':
      return {
        operation: 'GetDomain',
        version,
        properties: textsOf(root, 'PropertyName', 'ValueReference').flatMap(names),
        parameters: textsOf(root, 'ParameterName').flatMap(names),
      };
    case 'GetRecords':
      return readGetRecords(root, version);
    case 'GetRecordById':
      return {
        operation: 'GetRecordById',
        version,
        identifiers: textsOf(root, 'Id'),
        ...formOf(root, root),
      };
    case 'Transaction':
      return {
        operation: 'Transaction',
        version,
        requestId: attributeOf(root, 'requestId'),
        actions: readActions(root),
      };
    case 'Harvest':
      return {
        operation: 'Harvest',
        version,
        source: textOf(root, 'Source'),
        resourceType: textOf(root, 'ResourceType'),
      };
    default:
      throw unknownOperation(root.name);
  }
}

/** The version of the attribute, of `AcceptVersions`, or of the namespace. */
function versionOfRequest(root: XmlElement): CswVersion {
  const accepted = textsOf(childNamed(root, 'AcceptVersions'), 'Version');
  if (accepted.length > 0) return negotiatedVersion(accepted);
  const stated = attributeOf(root, 'version');
  if (stated !== undefined) return versionOf(stated);
  if (root.namespaceUri === NAMESPACES['3.0.0'].csw) return '3.0.0';
  if (root.namespaceUri === NAMESPACES['2.0.2'].csw) return '2.0.2';
  throw missing('version');
}

function readGetRecords(root: XmlElement, version: CswVersion): CswRequest {
  const query = childNamed(root, 'Query');
  if (!query) throw missing('Query');
  checkTypeNames(names(attributeOf(query, 'typeNames') ?? 'csw:Record').map((name) => ownName(query, name)));
  return {
    operation: 'GetRecords',
    version,
    resultType: resultTypeOf(attributeOf(root, 'resultType')),
    requestId: attributeOf(root, 'requestId'),
    startPosition: wholeNumberOf('startPosition', attributeOf(root, 'startPosition'), {
      minimum: 1,
      most: MOST_START_POSITION,
      unstated: 1,
    }),
    maxRecords: wholeNumberOf('maxRecords', attributeOf(root, 'maxRecords'), {
      minimum: 0,
      most: RECORD_LIMITS.most,
      unstated: RECORD_LIMITS.default,
    }),
    condition: constraintOf(query),
    sortKeys: sortKeysOf(query),
    ...formOf(root, query),
  };
}

/** @param inner where the elements of records are named. */
function formOf(root: XmlElement, inner: XmlElement): RecordForm {
  return {
    elementSet: elementSetOf(childNamed(inner, 'ElementSetName')?.content),
    elementNames: textsOf(inner, 'ElementName'),
    schema: schemaOf(attributeOf(root, 'outputSchema')),
    format: formatOf(attributeOf(root, 'outputFormat')),
  };
}

function constraintOf(parent: XmlElement): Condition | undefined {
  const constraint = childNamed(parent, 'Constraint');
  if (!constraint) return undefined;
  const cql = childNamed(constraint, 'CqlText');
  if (cql) return readCql(cql.content);
  const filter = childNamed(constraint, 'Filter');
  if (!filter) throw missing('Filter');
  return readFes(filter);
}

function sortKeysOf(query: XmlElement): readonly SortKey[] {
  const sortBy = childNamed(query, 'SortBy');
  if (!sortBy) return [];
  return childElements(sortBy).map((property) => ({
    name: ownName(property, textOf(property, 'PropertyName', 'ValueReference')),
    isDescending: /^desc/i.test(childNamed(property, 'SortOrder')?.content.trim() ?? ''),
  }));
}

function readActions(root: XmlElement): readonly TransactionAction[] {
  const actions = childElements(root).map(readAction);
  if (actions.length === 0) throw missing('Insert, Update or Delete');
  const records = actions.reduce(
    (sum, action) => sum + (action.kind === 'insert' ? action.records.length : 1),
    0,
  );
  if (records > MOST_RECORDS) {
    throw invalid('Transaction', `The transaction has more than ${MOST_RECORDS} records and actions.`);
  }
  return actions;
}

function readAction(element: XmlElement): TransactionAction {
  switch (element.name) {
    case 'Insert': {
      const records = childElements(element).map(documentOfElement);
      if (records.length === 0) throw missing('the record to insert');
      return { kind: 'insert', handle: attributeOf(element, 'handle'), records };
    }
    case 'Update':
      return readUpdate(element);
    case 'Delete':
      return { kind: 'delete', condition: requiredConstraint(element) };
    default:
      throw unknownOperation(element.name);
  }
}

function readUpdate(element: XmlElement): TransactionAction {
  const properties = childElements(element).filter(({ name }) => name === 'RecordProperty');
  if (properties.length > 0) {
    return {
      kind: 'update',
      properties: properties.map((property) => ({
        name: ownName(property, textOf(property, 'Name')),
        value: childNamed(property, 'Value')?.content,
      })),
      condition: requiredConstraint(element),
    };
  }
  const [record, ...more] = childElements(element).filter(({ name }) => name !== 'Constraint');
  if (!record || more.length > 0) throw missing('the record or the RecordProperty of Update');
  return { kind: 'replace', record: documentOfElement(record) };
}

/** Without one, all records would be meant. */
function requiredConstraint(element: XmlElement): Condition {
  const condition = constraintOf(element);
  if (!condition) throw missing('Constraint');
  return condition;
}

function textOf(parent: XmlElement, ...localNames: readonly string[]): string {
  const [text] = textsOf(parent, ...localNames);
  if (text === undefined) throw missing(localNames[0] ?? '');
  return text;
}

function textsOf(parent: XmlElement | undefined, ...localNames: readonly string[]): readonly string[] {
  if (!parent) return [];
  return childElements(parent)
    .filter(({ name }) => localNames.includes(name))
    .map(({ content }) => content.trim())
    .filter((text) => text !== '');
}

function names(text: string): readonly string[] {
  return text.split(/[\s,]+/).filter((name) => name !== '');
}
