import { cardPages, cardSize } from '../drawing/card-sheet.ts';
import { BLUE, GREEN, INK, PURPLE, RED, WHITE } from '../drawing/colours.ts';
import { TELLING } from '../drawing/line-art.ts';
import { rectangle } from '../drawing/svg.ts';
import { defineGenerator } from '../generator.ts';

const COLOURS = { black: INK, blue: BLUE, green: GREEN, purple: PURPLE, red: RED } as const;
const COLUMNS = 4;
const ROWS = 5;

/** Cards of two sides, for the trick that finds the one that was turned. */
export const parityCards = defineGenerator({
  view: 'parity_cards',
  options: { back_colour: ['black', 'blue', 'green', 'purple', 'red'] },
  subtitle: ({ back_colour }, paper) => `${back_colour} back - ${paper.name}`,
  pages: ({ options, paper, messages: { parityCards: words } }) => {
    const layout = { paper, columns: COLUMNS, rows: ROWS };
    const { width, height } = cardSize(layout);
    const cards = (colour: string) =>
      Array.from({ length: COLUMNS * ROWS }, () =>
        rectangle(0, 0, width, height, { fill: colour, ...TELLING }),
      );
    const backs = words.back(words.colours[options.back_colour]);
    return [
      ...cardPages({ ...layout, description: words.front }, cards(WHITE)),
      ...cardPages({ ...layout, description: backs }, cards(COLOURS[options.back_colour])),
    ];
  },
});
