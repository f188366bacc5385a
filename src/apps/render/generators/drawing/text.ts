import type { Label } from '../page.ts';
import { INK } from './colours.ts';
import { type Attributes, element, escaped, type Point, type Svg } from './svg.ts';

/** How a text is set. */
export interface TextStyle {
  /** The height of a line, in units. */
  readonly size: number;
  /** Where the place that is given is in the text. Default: its middle. */
  readonly anchor?: 'start' | 'middle' | 'end';
  /** Default: the plain one. Headings of worksheets are written by hand. */
  readonly font?: 'plain' | 'hand';
  readonly isBold?: boolean;
  readonly colour?: string;
}

const FAMILIES = { plain: 'Noto Sans', hand: 'Patrick Hand' } as const;

/** How high capitals and digits are, as a part of the font's size. */
const CAPITAL_HEIGHT = 0.714;

/** A line of text whose capitals and digits are centred at this height. */
export function text([x, y]: Point, words: string, style: TextStyle): Svg {
  const { size, anchor = 'middle', font = 'plain', isBold = false, colour = INK } = style;
  const attributes: Attributes = {
    x,
    y: y + (size * CAPITAL_HEIGHT) / 2,
    'font-family': FAMILIES[font],
    'font-size': size,
    'text-anchor': anchor,
    'font-weight': isBold && font === 'plain' ? 'bold' : undefined,
    fill: colour,
  };
  return element('text', attributes, escaped(words));
}

/**
 * A line of text for what differs between copies: as {@link text} has it by hand, in the middle, and made smaller where it is
 * wider than its room.
 */
export function label([x, y]: Point, words: string, widest: number, size: number): Label {
  const fitted = size * Math.min(1, widest / estimatedWidth(words, { size, font: 'hand' }));
  return { x, baseline: y + (fitted * CAPITAL_HEIGHT) / 2, size: fitted, text: words };
}

/** A line of text that is made smaller where it is wider than its room. It needs no font to measure with. */
export function fittedText(place: Point, words: string, widest: number, style: TextStyle): Svg {
  const width = estimatedWidth(words, style);
  const size = width > widest ? style.size * (widest / width) : style.size;
  return text(place, words, { ...style, size });
}

/** Lines of text, one below the other, as few as have room in this width. The first is centred at this height. */
export function paragraph([x, y]: Point, words: string, widest: number, style: TextStyle): Svg {
  return linesOf(words, widest, style)
    .map((words, index) => text([x, y + index * style.size * 1.35], words, style))
    .join('');
}

/** The lines that a paragraph has. */
export function linesOf(words: string, widest: number, style: TextStyle): string[] {
  const lines: string[] = [];
  for (const word of words.split(' ')) {
    const last = lines.at(-1);
    const longer = `${last} ${word}`;
    if (last !== undefined && estimatedWidth(longer, style) <= widest) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

/** Wider than any text of these fonts is in fact, by a little. */
const EM_PER_CHARACTER = { plain: 0.54, bold: 0.6, hand: 0.43 } as const;

function estimatedWidth(words: string, { size, font = 'plain', isBold = false }: TextStyle): number {
  const em = EM_PER_CHARACTER[font === 'plain' && isBold ? 'bold' : font];
  return words.length * em * size;
}
