import type { XmlElement } from 'libxml2-wasm';
import { storableText } from '../../../platform/database/storable-text.ts';
import { gmlFootprint } from './gml-footprint.ts';
import { MetadataError } from './metadata-error.ts';
import { endOfDay, isDay, readMoment } from './moments.ts';
import type { ProductMetadata } from './product-metadata.ts';
import { elementsAt, textAt } from './xml-text.ts';

/** Where properties are, by the names that searches know them by. */
const TEXTS: Readonly<Record<string, readonly string[]>> = {
  platform: ['Platform/shortName'],
  platformSerialIdentifier: ['Platform/serialIdentifier'],
  instrument: ['Instrument/shortName'],
  sensorType: ['Sensor/sensorType'],
  sensorMode: ['Sensor/operationalMode'],
  orbitDirection: ['Acquisition/orbitDirection'],
  acquisitionType: ['EarthObservationMetaData/acquisitionType'],
  acquisitionSubtype: ['EarthObservationMetaData/acquisitionSubType'],
  parentIdentifier: ['EarthObservationMetaData/parentIdentifier'],
  productionStatus: ['EarthObservationMetaData/status'],
  polarisationMode: ['Acquisition/polarisationMode'],
  polarisationChannels: ['Acquisition/polarisationChannels'],
  processorName: ['ProcessingInformation/processorName'],
  processingCenter: ['ProcessingInformation/processingCenter'],
};

const NUMBERS: Readonly<Record<string, readonly string[]>> = {
  cloudCover: ['cloudCoverPercentage'],
  snowCover: ['snowCoverPercentage'],
  resolution: ['Sensor/resolution'],
  orbitNumber: ['Acquisition/orbitNumber'],
  illuminationAzimuthAngle: ['Acquisition/illuminationAzimuthAngle'],
  illuminationElevationAngle: ['Acquisition/illuminationElevationAngle'],
  incidenceAngle: ['Acquisition/incidenceAngle'],
};

/** What a text of a property is cut to. */
const LONGEST_TEXT = 500;

/**
 * Reads metadata of the Earth Observation profile of Observations & Measurements (`eop`, `opt`, `sar` …), or of a report of the Ground
 * Segment Component (`gsc`) that holds such metadata. Elements are known by their local names, whatever their version.
 *
 * @throws {MetadataError}
 */
export function readEarthObservation(root: XmlElement): ProductMetadata {
  return {
    identifier: textAt(root, 'EarthObservationMetaData/identifier'),
    type: textAt(root, 'EarthObservationMetaData/productType', 'productType'),
    level: textAt(root, 'ProcessingInformation/processingLevel'),
    footprint: footprintIn(root),
    ...timeIn(root),
    properties: propertiesIn(root),
  };
}

function footprintIn(root: XmlElement) {
  const [extent] = [
    ...elementsAt(root, 'Footprint/multiExtentOf'),
    ...elementsAt(root, 'Footprint'),
    ...elementsAt(root, 'extentOf'),
  ];
  return extent && gmlFootprint(extent);
}

function timeIn(root: XmlElement): Pick<ProductMetadata, 'begins' | 'ends'> {
  const begin = textAt(
    root,
    'phenomenonTime/**/beginPosition',
    'validTime/**/beginPosition',
    'beginPosition',
  );
  const end = textAt(root, 'phenomenonTime/**/endPosition', 'validTime/**/endPosition', 'endPosition');
  const instant = textAt(
    root,
    'phenomenonTime/**/timePosition',
    'validTime/**/timePosition',
    'acquisitionDate',
  );
  return readInterval(begin ?? instant, begin === undefined ? undefined : end);
}

/** Reads an interval; without an end it is an instant, or a day. @throws {MetadataError} */
export function readInterval(
  begin: string | undefined,
  end: string | undefined,
): Pick<ProductMetadata, 'begins' | 'ends'> {
  if (begin === undefined) return {};
  const begins = checkedMoment(begin);
  const ends =
    end !== undefined && end !== '' ? checkedMoment(end) : isDay(begin) ? endOfDay(begins) : begins;
  if (ends < begins) {
    throw new MetadataError(`The time of the product ends (${ends.toISOString()}) before it begins`);
  }
  return { begins, ends };
}

function checkedMoment(text: string): Date {
  const moment = readMoment(text);
  if (moment) return moment;
  throw new MetadataError(`The metadata has the time "${text.slice(0, 50)}", which is none of ISO 8601`);
}

function propertiesIn(root: XmlElement): Record<string, string | number> {
  const properties: Record<string, string | number> = {};
  for (const [name, paths] of Object.entries(TEXTS)) {
    const text = textAt(root, ...paths);
    if (text !== undefined) properties[name] = storableText(text.slice(0, LONGEST_TEXT));
  }
  for (const [name, paths] of Object.entries(NUMBERS)) {
    const number = Number(textAt(root, ...paths) ?? Number.NaN);
    if (Number.isFinite(number)) properties[name] = number;
  }
  return properties;
}
