import { BLUE, GREY, INK, PALE, WHITE } from '../drawing/colours.ts';
import { at, drawing, rectangle, type Svg } from '../drawing/svg.ts';
import { fittedText, text } from '../drawing/text.ts';
import { defineGenerator } from '../generator.ts';

const BITS = [16, 8, 4, 2, 1];
const ROWS = 14;

/** The letters by their numbers; 0 is the space. */
const LETTERS = [' ', ...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];

/** A table of letters and their binary numbers, blank or with the solutions. */
export const binaryToAlphabet = defineGenerator({
  view: 'binary_to_alphabet',
  options: { worksheet_version: ['student', 'teacher'] },
  subtitle: ({ worksheet_version }, paper) => `${worksheet_version} - ${paper.name}`,
  pages: ({ options, paper, messages: { binaryToAlphabet: words } }) => {
    const isTeacher = options.worksheet_version === 'teacher';
    const gap = 50;
    const width = (paper.width - gap) / 2;
    const rowHeight = (paper.height - 230 - 96) / ROWS;
    const column = (first: number): Svg => {
      const numbers = LETTERS.slice(first, first + ROWS).map((_, index) => first + index);
      return [
        heading(width, words),
        ...numbers.map((number, index) =>
          at(
            0,
            96 + index * rowHeight,
            row(number, isTeacher || number === 1, width, rowHeight, index, words.space),
          ),
        ),
      ].join('');
    };
    return [
      {
        kind: 'drawing',
        svg: drawing(
          paper,
          fittedText([paper.width / 2, 60], words.title, paper.width, { size: 100, font: 'hand' }),
          fittedText(
            [paper.width / 2, 155],
            isTeacher ? words.teacherHint : words.studentHint,
            paper.width - 20,
            { size: 36 },
          ),
          at(0, 225, column(0)),
          at(width + gap, 225, column(ROWS)),
        ),
        description: words.description,
      },
    ];
  },
});

/** Letter and number have this much room each. */
const LABEL = 92;

function heading(width: number, words: { letter: string; number: string }): Svg {
  const bit = (width - 2 * LABEL) / BITS.length;
  return [
    rectangle(0, 0, width, 84, { fill: BLUE, rx: 12 }),
    fittedText([LABEL / 2, 42], words.letter, LABEL - 10, { size: 30, colour: WHITE }),
    fittedText([LABEL * 1.5, 42], words.number, LABEL - 10, { size: 30, colour: WHITE }),
    ...BITS.map((value, index) =>
      text([2 * LABEL + bit * (index + 0.5), 42], String(value), { size: 38, isBold: true, colour: WHITE }),
    ),
  ].join('');
}

function row(
  number: number,
  isFilled: boolean,
  width: number,
  height: number,
  index: number,
  space: string,
): Svg {
  const bit = (width - 2 * LABEL) / BITS.length;
  const letter = LETTERS[number] ?? '';
  const middle = height / 2;
  const boxes = BITS.map((value, place) => {
    const x = 2 * LABEL + bit * place;
    const box = rectangle(x + 5, 7, bit - 10, height - 14, {
      fill: WHITE,
      stroke: GREY,
      'stroke-width': 3,
      rx: 8,
    });
    const digit = number & value ? '1' : '0';
    return isFilled
      ? box + text([x + bit / 2, middle], digit, { size: 46, font: 'hand', colour: BLUE })
      : box;
  });
  return [
    index % 2 === 0 ? rectangle(0, 0, width, height, { fill: PALE, rx: 8 }) : '',
    letter === ' '
      ? fittedText([LABEL / 2, middle], space, LABEL - 8, { size: 28 })
      : text([LABEL / 2, middle], letter, { size: 52, isBold: true }),
    text([LABEL * 1.5, middle], String(number), { size: 42, colour: INK }),
    ...boxes,
  ].join('');
}
