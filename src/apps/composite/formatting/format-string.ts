import {
  abbreviate,
  type FormatSpec,
  FormatSpecError,
  formatInteger,
  formatText,
  parseIntegerSpec,
  parseTextSpec,
} from './format-spec.ts';

/** A text is no format string for one int, or this int does not fit it; the message says what, and where. */
export class FormatStringError extends Error {
  override readonly name = 'FormatStringError';
}

/** A parsed format string: Python's `str.format` with one argument, an int. */
export interface FormatString {
  /**
   * The text for a safe integer.
   *
   * @throws {FormatStringError} if the text would be longer than 65,536 characters, or depends on the number in
   *   a way that this one does not fit: `{:c}` of a number that is no character, or a nested field (`{0:{0}}`) that
   *   makes no specification.
   */
  format(integer: number): string;
}

/** Literal text, or a field that is replaced. */
type Segment = string | Field;

interface Field {
  /** The field as it is written, and the place where it starts: for messages. */
  readonly source: string;
  readonly place: number;
  readonly isConverted: boolean;
  /** Parsed; or in segments where fields are nested in it, so that it depends on the number. */
  readonly spec: FormatSpec | readonly Segment[];
}

/** How fields are numbered: Python knows `{}` and `{0}`, but not both in one string. */
interface Numbering {
  kind: 'none' | 'automatic' | 'manual';
}

/** A field may have fields in its specification, but those may not: so many levels there are. */
const MAXIMUM_DEPTH = 2;

/** Characters of a text. A short field can ask for many, and what it makes is in the image of every page. */
const MAXIMUM_TEXT_LENGTH = 65_536;

const CONVERSIONS = ['s', 'r', 'a'];

/**
 * Reads a format string.
 *
 * The rules are those of Python's `str.format`, with two that make it safe for texts of strangers: a field is
 * `{}` or `{0}` and nothing that is looked up in it (`{0.real}`), and widths end at 1,000.
 *
 * @throws {FormatStringError}
 */
export function parseFormatString(template: string): FormatString {
  const segments = parseSegments(template, 0, MAXIMUM_DEPTH, { kind: 'none' });
  return { format: (integer) => render(segments, integer) };
}

function parseSegments(template: string, offset: number, depth: number, numbering: Numbering): Segment[] {
  const segments: Segment[] = [];
  let position = 0;
  while (position < template.length) {
    const brace = template.slice(position).search(/[{}]/);
    if (brace < 0) {
      segments.push(template.slice(position));
      break;
    }
    const start = position + brace;
    segments.push(template.slice(position, start));
    const character = template.charAt(start);
    if (template.charAt(start + 1) === character) {
      segments.push(character);
      position = start + 2;
    } else if (character === '}' || start + 1 === template.length) {
      throw new FormatStringError(
        `the "${character}" ${at(offset + start)} stands alone; write "${character}${character}" for the character itself`,
      );
    } else {
      const end = findEnd(template, start, offset);
      segments.push(parseField(template.slice(start, end), offset + start, depth, numbering));
      position = end;
    }
  }
  return segments;
}

/** The place behind the brace that closes the field that starts at `start`. */
function findEnd(template: string, start: number, offset: number): number {
  let depth = 0;
  for (let position = start; position < template.length; position += 1) {
    const character = template.charAt(position);
    if (character === '{') depth += 1;
    else if (character === '}') depth -= 1;
    if (depth === 0) return position + 1;
  }
  throw new FormatStringError(`the field ${at(offset + start)} is not closed by a "}"`);
}

function parseField(source: string, place: number, depth: number, numbering: Numbering): Field {
  const fault = (what: string) =>
    new FormatStringError(`the field ${abbreviate(source)} ${at(place)} ${what}`);
  if (depth === 0) throw fault('is nested too deeply');
  const inner = source.slice(1, -1);
  const name = /^[^:!]*/.exec(inner)?.[0] ?? '';
  const [conversion, specText] = splitConversion(inner.slice(name.length), fault);
  number(name, numbering, fault);
  const isConverted = conversion !== '';
  const field = { source, place, isConverted };
  if (!/[{}]/.test(specText)) return { ...field, spec: parseSpec(specText, field) };
  const specOffset = place + source.length - 1 - specText.length;
  return { ...field, spec: parseSegments(specText, specOffset, depth - 1, numbering) };
}

function splitConversion(text: string, fault: (what: string) => Error): [string, string] {
  if (!text.startsWith('!')) return ['', text.slice(1)];
  const [conversion = '', ...behind] = text.slice(1);
  if (!CONVERSIONS.includes(conversion)) throw fault('has a conversion that is none of !s !r !a');
  if (behind.length > 0 && behind[0] !== ':') throw fault('has no ":" behind its conversion');
  return [conversion, behind.slice(1).join('')];
}

function number(name: string, numbering: Numbering, fault: (what: string) => Error): void {
  if (!/^0*$/.test(name)) throw fault('is neither {} nor {0}; the number of the page is all there is');
  const kind = name === '' ? 'automatic' : 'manual';
  if (numbering.kind !== 'none' && kind !== numbering.kind) throw fault('mixes {} with {0}');
  if (numbering.kind === 'automatic') throw fault('is a second {}; write {0} to use the number twice');
  numbering.kind = kind;
}

function parseSpec(text: string, field: Omit<Field, 'spec'>): FormatSpec {
  return explain(field, () => (field.isConverted ? parseTextSpec(text) : parseIntegerSpec(text)));
}

function render(segments: readonly Segment[], integer: number): string {
  let text = '';
  for (const segment of segments) {
    text += typeof segment === 'string' ? segment : renderField(segment, integer);
    if (text.length > MAXIMUM_TEXT_LENGTH)
      throw new FormatStringError(`the text is longer than ${MAXIMUM_TEXT_LENGTH} characters`);
  }
  return text;
}

function renderField(field: Field, integer: number): string {
  const spec = 'type' in field.spec ? field.spec : parseSpec(render(field.spec, integer), field);
  return field.isConverted
    ? formatText(String(integer + 0), spec)
    : explain(field, () => formatInteger(integer, spec));
}

/** Adds the field and its place to what is wrong with its specification. */
function explain<T>({ source, place }: Omit<Field, 'spec'>, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof FormatSpecError)) throw error;
    throw new FormatStringError(
      `the field ${abbreviate(source)} ${at(place)} cannot be formatted: ${error.message}`,
      {
        cause: error,
      },
    );
  }
}

function at(position: number): string {
  return `at character ${position + 1}`;
}
