import { OgcError } from '../../../../map-kit/ogc-error.ts';
import { type OgcRequest, readNumber } from '../../../../map-kit/ogc-request.ts';
import { readInterval, type TimeInterval } from '../../../../map-kit/time-parameter.ts';
import { findAxis } from './coverage-axes.ts';

/** The part of an axis; a bound that is left out is that of the coverage. */
export interface AxisSubset {
  readonly low: number | undefined;
  readonly high: number | undefined;
  /** The reference system that its numbers are in, if it is named: `EPSG:4326`. */
  readonly srs: string | undefined;
}

/** The part of a coverage or of a set of coverages. */
export interface Subsets {
  readonly x: AxisSubset | undefined;
  readonly y: AxisSubset | undefined;
  readonly time: TimeInterval | undefined;
}

const SUBSET = /^\s*(\w+)\s*(?:,\s*([^()]+?)\s*)?\(([^()]*)\)\s*$/;
const TIME_AXES = ['phenomenontime', 'time', 't', 'ansi'];

/** Reads all `subset=axis(low,high)`. @throws {OgcError} */
export function readSubsets(parameters: OgcRequest): Subsets {
  const subsets: { x?: AxisSubset; y?: AxisSubset; time?: TimeInterval } = {};
  for (const text of parameters.all('subset')) {
    const [, axis = '', crs, bounds] = SUBSET.exec(text) ?? [];
    if (bounds === undefined) throw invalid(`${text.slice(0, 80)} has to be axis(low,high).`);
    const parts = bounds.split(',').map((part) => part.trim());
    const isTime = TIME_AXES.includes(axis.toLowerCase());
    const name = isTime ? 'time' : findAxis(axis);
    if (subsets[name]) throw invalid(`There are two subsets of ${axis}.`);
    if (name === 'time') subsets.time = readTime(parts);
    else subsets[name] = readAxis(axis, crs, parts);
  }
  return { x: subsets.x, y: subsets.y, time: subsets.time };
}

function readAxis(axis: string, crs: string | undefined, parts: readonly string[]): AxisSubset {
  if (parts.length !== 2) throw invalid(`The subset of ${axis} has to have a low and a high end.`);
  const [low, high] = parts.map((part) => (part === '*' ? undefined : readNumber(part)));
  if (Number.isNaN(low) || Number.isNaN(high)) throw invalid(`The subset of ${axis} is not of numbers.`);
  if (low !== undefined && high !== undefined && !(low < high)) {
    throw invalid(`The subset of ${axis} ends before it begins.`);
  }
  return { low, high, srs: crs === undefined ? undefined : readCrs(crs) };
}

function readTime(parts: readonly string[]): TimeInterval {
  const times = parts.map((part) => part.replace(/^"(.*)"$/, '$1'));
  if (times.length > 2) throw invalid('The subset of time has to have one or two times.');
  try {
    return readInterval(times.join('/'));
  } catch (error) {
    throw error instanceof OgcError ? invalid(error.message) : error;
  }
}

/** Returns `EPSG:4326` of any way to write it. @throws {OgcError} */
export function readCrs(text: string): string {
  const [, code] =
    /^(?:EPSG:|urn:ogc:def:crs:EPSG:[\d.]*:|https?:\/\/www\.opengis\.net\/def\/crs\/EPSG\/[\d.]+\/)(\d{4,6})$/i.exec(
      text,
    ) ?? [];
  if (code !== undefined) return `EPSG:${code}`;
  throw new OgcError('SubsettingCrs-NotSupported', `${text.slice(0, 80)} is no reference system.`, {
    locator: 'subsettingCrs',
  });
}

function invalid(message: string): OgcError {
  return new OgcError('InvalidSubsetting', message, { locator: 'subset' });
}
