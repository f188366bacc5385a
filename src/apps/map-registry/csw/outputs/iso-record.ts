import { GMD } from '../csw-version.ts';
import type { PublishedRecord } from '../records/find-records.ts';
import type { ElementSet } from '../requests/csw-request.ts';
import { linksOf } from './record-links.ts';
import { element, escapeXml, textElement } from './xml-text.ts';

const CODE_LISTS =
  'http://standards.iso.org/ittf/PubliclyAvailableStandards/ISO_19139_Schemas/resources/Codelist/ML_gmxCodelists.xml';

/** The namespaces of ISO records, for the root of a document. */
export const ISO_NAMESPACES: Readonly<Record<string, string>> = {
  'xmlns:gmd': GMD,
  'xmlns:gco': 'http://www.isotc211.org/2005/gco',
};

/** Returns the core elements of a record by ISO 19139. The brief form has the identification and the box alone. */
export function isoRecord(record: PublishedRecord, elementSet: ElementSet, catalogUrl: string): string {
  const isBrief = elementSet === 'brief';
  return element(
    'gmd:MD_Metadata',
    ISO_NAMESPACES,
    text('fileIdentifier', record.identifier),
    isBrief ? '' : text('language', record.language || 'eng'),
    element('gmd:hierarchyLevel', {}, code('MD_ScopeCode', record.type || 'dataset')),
    element(
      'gmd:contact',
      {},
      element(
        'gmd:CI_ResponsibleParty',
        {},
        text('organisationName', record.publisher || record.creator || 'unknown'),
        element('gmd:role', {}, code('CI_RoleCode', 'pointOfContact')),
      ),
    ),
    element('gmd:dateStamp', {}, textElement('gco:DateTime', record.modified.replace(/Z$/, ''))),
    isBrief ? '' : text('metadataStandardName', 'ISO 19115:2003/19139'),
    isBrief ? '' : text('metadataStandardVersion', '1.0'),
    element('gmd:identificationInfo', {}, identification(record, isBrief)),
    isBrief ? '' : distribution(record, catalogUrl),
  );
}

function identification(record: PublishedRecord, isBrief: boolean): string {
  return element(
    'gmd:MD_DataIdentification',
    {},
    element(
      'gmd:citation',
      {},
      element(
        'gmd:CI_Citation',
        {},
        text('title', record.title || record.identifier),
        isBrief ? '' : text('alternateTitle', record.alternative),
        element(
          'gmd:date',
          {},
          element(
            'gmd:CI_Date',
            {},
            element('gmd:date', {}, date(record)),
            element('gmd:dateType', {}, code('CI_DateTypeCode', 'revision')),
          ),
        ),
      ),
    ),
    element('gmd:abstract', {}, element('gco:CharacterString', {}, escapeXml(record.abstract))),
    isBrief || record.subjects.length === 0
      ? ''
      : element(
          'gmd:descriptiveKeywords',
          {},
          element('gmd:MD_Keywords', {}, ...record.subjects.map((subject) => text('keyword', subject))),
        ),
    text('language', record.language || 'eng'),
    record.box ? extent(record.box) : '',
  );
}

/** Years that ISO 8601 writes with four digits; other dates are that of the change. */
function date({ date: stated, modified }: PublishedRecord): string {
  const [day] = /^\d{4}(-\d\d(-\d\d)?)?/.exec(stated) ?? /^\d{4}-\d\d-\d\d/.exec(modified) ?? [];
  return textElement('gco:Date', day ?? '');
}

function extent({ minX, minY, maxX, maxY }: NonNullable<PublishedRecord['box']>): string {
  const side = (name: string, degrees: number) =>
    element(`gmd:${name}`, {}, textElement('gco:Decimal', String(degrees)));
  return element(
    'gmd:extent',
    {},
    element(
      'gmd:EX_Extent',
      {},
      element(
        'gmd:geographicElement',
        {},
        element(
          'gmd:EX_GeographicBoundingBox',
          {},
          side('westBoundLongitude', minX),
          side('eastBoundLongitude', maxX),
          side('southBoundLatitude', minY),
          side('northBoundLatitude', maxY),
        ),
      ),
    ),
  );
}

function distribution(record: PublishedRecord, catalogUrl: string): string {
  const links = [...linksOf(record, catalogUrl), { scheme: record.format, url: record.source }];
  return element(
    'gmd:distributionInfo',
    {},
    element(
      'gmd:MD_Distribution',
      {},
      element(
        'gmd:transferOptions',
        {},
        element(
          'gmd:MD_DigitalTransferOptions',
          {},
          ...links
            .filter(({ url }) => url !== '')
            .map(({ scheme, url }) =>
              element(
                'gmd:onLine',
                {},
                element(
                  'gmd:CI_OnlineResource',
                  {},
                  element('gmd:linkage', {}, textElement('gmd:URL', url)),
                  text('protocol', scheme),
                ),
              ),
            ),
        ),
      ),
    ),
  );
}

function text(name: string, value: string): string {
  return value === '' ? '' : element(`gmd:${name}`, {}, textElement('gco:CharacterString', value));
}

function code(name: string, value: string): string {
  return textElement(`gmd:${name}`, value, { codeList: `${CODE_LISTS}#${name}`, codeListValue: value });
}
