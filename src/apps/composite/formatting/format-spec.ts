import { exponential, fixed, general } from './decimal-notation.ts';

/** A format specification does not fit what it is applied to; the message says what is wrong. */
export class FormatSpecError extends Error {
  override readonly name = 'FormatSpecError';
}

/**
 * A parsed format specification: `[[fill]align][sign][z][#][0][width][grouping][.precision][type]`, as the
 * section "Format Specification Mini-Language" of Python's library reference defines it.
 */
export interface FormatSpec {
  /** One code point. */
  readonly fill: string;
  readonly align: Align;
  readonly sign: '' | '+' | '-' | ' ';
  /** `z`: no negative zeros. */
  readonly coercesNegativeZero: boolean;
  /** `#`: prefixes, and a decimal point in any case. */
  readonly isAlternate: boolean;
  /** Characters at the least. */
  readonly width: number | undefined;
  readonly separator: '' | ',' | '_';
  readonly precision: number | undefined;
  /** The presentation type, one code point; the default of what is formatted where none is written. */
  readonly type: string;
}

type Align = '<' | '>' | '=' | '^';

/** A number's text in its parts, as padding and grouping treat them differently. */
interface NumberParts {
  readonly sign: string;
  readonly prefix: string;
  readonly digits: string;
  /** What follows the whole digits: decimals, exponent, a percent sign. */
  readonly rest: string;
}

/** Python allows any width; pages' names need few, and a typing mistake must not fill the memory. */
const MAXIMUM_LENGTH = 1_000;

const INTEGER_TYPES = ['b', 'c', 'd', 'n', 'o', 'x', 'X'];
const FLOAT_TYPES = ['e', 'E', 'f', 'F', 'g', 'G', '%'];
const RADIXES: Readonly<Record<string, number>> = { b: 2, o: 8, x: 16, X: 16 };

const SPEC =
  /^(?:(?<fill>.)?(?<align>[<>=^]))?(?<sign>[-+ ])?(?<zero>z)?(?<alternate>#)?(?<digits>\d*)(?<separators>[,_]*)(?:\.(?<precision>\d*))?(?<type>.*)$/su;

const DEFAULT_PRECISION = 6;

/** The greatest code point of Unicode. */
const LAST_CODE_POINT = 0x10ffff;

/**
 * Reads the specification of a field without a conversion, which formats an int.
 *
 * @throws {FormatSpecError}
 */
export function parseIntegerSpec(text: string): FormatSpec {
  const spec = parseSpec(text, 'd', '>');
  if (INTEGER_TYPES.includes(spec.type)) {
    if (spec.precision !== undefined)
      throw new FormatSpecError(`a precision needs one of the types ${FLOAT_TYPES.join(' ')}`);
    if (spec.coercesNegativeZero)
      throw new FormatSpecError(`"z" needs one of the types ${FLOAT_TYPES.join(' ')}`);
    if (spec.type === 'c' && spec.sign !== '') throw new FormatSpecError('the type "c" takes no sign');
    if (spec.type === 'c' && spec.isAlternate) throw new FormatSpecError('the type "c" takes no "#"');
  } else if (!FLOAT_TYPES.includes(spec.type)) {
    throw new FormatSpecError(
      `the type "${spec.type}" is none of ${[...INTEGER_TYPES, ...FLOAT_TYPES].join(' ')}`,
    );
  }
  return spec;
}

/**
 * Reads the specification of a field with a conversion (`!s`, `!r`, `!a`), which formats a text.
 *
 * @throws {FormatSpecError}
 */
export function parseTextSpec(text: string): FormatSpec {
  const spec = parseSpec(text, 's', '<');
  if (spec.type !== 's')
    throw new FormatSpecError(`the type "${spec.type}" is not "s", which a converted field needs`);
  if (spec.sign !== '') throw new FormatSpecError('a converted field takes no sign');
  if (spec.coercesNegativeZero) throw new FormatSpecError('a converted field takes no "z"');
  if (spec.isAlternate) throw new FormatSpecError('a converted field takes no "#"');
  if (spec.align === '=') throw new FormatSpecError('a converted field takes no "=" alignment');
  return spec;
}

/**
 * Formats a safe integer.
 *
 * @throws {FormatSpecError} if the type `c` is asked for a number that is no character.
 */
export function formatInteger(integer: number, spec: FormatSpec): string {
  // The sum makes 0 of -0, which Python's ints do not have.
  return layOut(partsOf(integer + 0, spec), spec);
}

/** Formats a text: cut to the precision, padded to the width. */
export function formatText(text: string, spec: FormatSpec): string {
  return pad(text.slice(0, spec.precision), spec);
}

function parseSpec(text: string, defaultType: string, defaultAlign: '<' | '>'): FormatSpec {
  const groups = SPEC.exec(text)?.groups ?? {};
  const { fill, align, sign = '', digits = '', separators = '', precision, type = '' } = groups;
  if (separators.includes(',') && separators.includes('_'))
    throw new FormatSpecError('it groups by both "," and "_"');
  if (separators.length > 1 || [...type].length > 1)
    throw new FormatSpecError(
      `"${abbreviate(text)}" does not have the shape [[fill]align][sign][z][#][0][width][grouping][.precision][type]`,
    );
  if (precision === '') throw new FormatSpecError('a "." needs a precision behind it');
  // Without a fill of its own, a zero before the width fills between the sign and the digits.
  const isZeroPadded = fill === undefined && digits.startsWith('0');
  const widthDigits = isZeroPadded ? digits.slice(1) : digits;
  const spec: FormatSpec = {
    fill: fill ?? (isZeroPadded ? '0' : ' '),
    align: toAlign(align) ?? (isZeroPadded && defaultAlign === '>' ? '=' : defaultAlign),
    sign: sign === '+' || sign === '-' || sign === ' ' ? sign : '',
    coercesNegativeZero: groups['zero'] !== undefined,
    isAlternate: groups['alternate'] !== undefined,
    width: toLength('width', widthDigits || undefined),
    separator: separators === ',' || separators === '_' ? separators : '',
    precision: toLength('precision', precision),
    type: type || defaultType,
  };
  assertGroupable(spec);
  return spec;
}

function assertGroupable({ separator, type }: FormatSpec): void {
  const groupable = ['d', ...FLOAT_TYPES, ...(separator === '_' ? Object.keys(RADIXES) : [])];
  if (separator !== '' && !groupable.includes(type))
    throw new FormatSpecError(`the type "${type}" cannot be grouped by "${separator}"`);
}

function toAlign(text: string | undefined): Align | undefined {
  return (['<', '>', '=', '^'] as const).find((align) => align === text);
}

function toLength(what: string, digits: string | undefined): number | undefined {
  if (digits === undefined) return undefined;
  const length = Number(digits);
  if (length > MAXIMUM_LENGTH)
    throw new FormatSpecError(`the ${what} ${abbreviate(digits)} is greater than ${MAXIMUM_LENGTH}`);
  return length;
}

function partsOf(integer: number, spec: FormatSpec): NumberParts {
  if (spec.type === 'c') return { sign: '', prefix: '', digits: '', rest: characterOf(integer) };
  const sign = integer < 0 ? '-' : spec.sign === '+' || spec.sign === ' ' ? spec.sign : '';
  const magnitude = Math.abs(integer);
  if (FLOAT_TYPES.includes(spec.type)) return { sign, prefix: '', ...notationOf(magnitude, spec) };
  const digits = magnitude.toString(RADIXES[spec.type] ?? 10);
  const prefix = spec.isAlternate && spec.type in RADIXES ? `0${spec.type}` : '';
  return { sign, prefix, digits: spec.type === 'X' ? digits.toUpperCase() : digits, rest: '' };
}

function characterOf(codePoint: number): string {
  if (codePoint < 1 || codePoint > LAST_CODE_POINT || (codePoint >= 0xd800 && codePoint <= 0xdfff))
    throw new FormatSpecError(`the type "c" has no character for ${codePoint}`);
  return String.fromCodePoint(codePoint);
}

function notationOf(magnitude: number, spec: FormatSpec): { digits: string; rest: string } {
  const { isAlternate, precision = DEFAULT_PRECISION } = spec;
  const text = ((): string => {
    switch (spec.type.toLowerCase()) {
      case 'e':
        return exponential(magnitude, precision, isAlternate);
      case 'g':
        return general(magnitude, precision, isAlternate);
      case '%':
        return `${fixed(magnitude * 100, precision, isAlternate)}%`;
      default:
        return fixed(magnitude, precision, isAlternate);
    }
  })();
  const digits = /^\d+/.exec(text)?.[0] ?? '';
  const rest = text.slice(digits.length);
  return { digits, rest: spec.type === 'E' || spec.type === 'G' ? rest.toUpperCase() : rest };
}

function layOut({ sign, prefix, digits, rest }: NumberParts, spec: FormatSpec): string {
  const isZeroFilled = spec.fill === '0' && spec.align === '=';
  const around = sign.length + prefix.length + [...rest].length;
  const grouped = group(digits, isZeroFilled ? (spec.width ?? 0) - around : 0, spec);
  if (spec.align !== '=') return pad(sign + prefix + grouped + rest, spec);
  const missing = Math.max((spec.width ?? 0) - around - grouped.length, 0);
  return sign + prefix + spec.fill.repeat(missing) + grouped + rest;
}

/**
 * Puts separators between groups of digits. Zeros that fill up to the width are grouped too; if a
 * separator would come first, one more zero precedes it, so that the result can be longer by one.
 */
function group(digits: string, minimumLength: number, { separator, type }: FormatSpec): string {
  if (digits === '') return '';
  if (separator === '') return digits.padStart(minimumLength, '0');
  const size = type in RADIXES ? 4 : 3;
  const fullGroups = Math.floor(minimumLength / (size + 1));
  const leadingDigits = Math.max(minimumLength % (size + 1), 1);
  const padded = minimumLength > 0 ? digits.padStart(fullGroups * size + leadingDigits, '0') : digits;
  return separate(padded, size, separator);
}

/** In steps of one group: a regular expression would look at all digits behind each of them. */
function separate(digits: string, size: number, separator: string): string {
  const groups = [digits.slice(0, digits.length % size || size)];
  for (let position = digits.length % size || size; position < digits.length; position += size)
    groups.push(digits.slice(position, position + size));
  return groups.join(separator);
}

function pad(text: string, { fill, align, width = 0 }: FormatSpec): string {
  const missing = Math.max(width - [...text].length, 0);
  const before = align === '<' ? 0 : align === '^' ? Math.floor(missing / 2) : missing;
  return fill.repeat(before) + text + fill.repeat(missing - before);
}

/** Shortens what a message quotes, as a stranger may have written megabytes. */
export function abbreviate(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
