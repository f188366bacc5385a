import { INK, WHITE, YELLOW } from '../drawing/colours.ts';
import { TELLING } from '../drawing/line-art.ts';
import { at, circle, drawing, rectangle, type Svg, turned } from '../drawing/svg.ts';
import { text } from '../drawing/text.ts';
import { defineGenerator } from '../generator.ts';

const NOTES = ['C', 'D', 'E', 'F', 'G', 'A', 'B'];
const OCTAVES = 2;

/** The white keys that a black one follows. */
const BEFORE_BLACK = ['C', 'D', 'F', 'G', 'A'];

/** Two octaves of a piano, with the keys of one note highlighted if wanted. */
export const pianoKeys = defineGenerator({
  view: 'piano_keys',
  options: { highlight: [false, 'A', 'B', 'C', 'D', 'E', 'F', 'G'] },
  subtitle: ({ highlight }, paper) => `${highlight === false ? 'no' : highlight} highlight - ${paper.name}`,
  pages: ({ options: { highlight }, paper, messages: { pianoKeys: words } }) => [
    {
      kind: 'drawing',
      // The keyboard lies across the page, which is turned to be read.
      svg: drawing(paper, at(paper.width, 0, turned(90, keyboard(paper.height, paper.width, highlight)))),
      description: highlight === false ? words.plain : words.highlighted(highlight),
    },
  ],
});

function keyboard(width: number, height: number, highlight: string | false): Svg {
  const edge = 10;
  const keys = Array.from(
    { length: NOTES.length * OCTAVES },
    (_, index) => NOTES[index % NOTES.length] ?? '',
  );
  const key = (width - 2 * edge) / keys.length;
  const length = Math.min(height - 2 * edge, key * 6.5);
  const white = keys.map((note, index) => {
    const x = edge + index * key;
    return [
      rectangle(x, 0, key, length, {
        ...(note === highlight ? { fill: YELLOW, ...TELLING } : { fill: WHITE }),
        stroke: INK,
        'stroke-width': 5,
        rx: 10,
      }),
      // So that the name can be read where the key is hatched.
      circle([x + key / 2, length - 90], key * 0.42, { fill: WHITE }),
      text([x + key / 2, length - 90], note, { size: 74, font: 'hand' }),
    ].join('');
  });
  const black = keys.map((note, index) =>
    BEFORE_BLACK.includes(note)
      ? rectangle(edge + (index + 0.68) * key, 0, key * 0.64, length * 0.6, { fill: INK, rx: 8 })
      : '',
  );
  return at(0, (height - length) / 2, ...white, ...black);
}
