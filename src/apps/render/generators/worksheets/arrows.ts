import { cardPages, cardSize } from '../drawing/card-sheet.ts';
import { BLUE, GREEN, INK, ORANGE, PURPLE } from '../drawing/colours.ts';
import { at, path, type Svg, scaled, turned } from '../drawing/svg.ts';
import { text } from '../drawing/text.ts';
import { defineGenerator } from '../generator.ts';

/** Around the origin, 400 units high. */
const STRAIGHT = 'M0 -200 L170 -20 L80 -20 L80 200 L-80 200 L-80 -20 L-170 -20 Z';
const RIGHT_TURN =
  'M-160 200 L-160 0 Q-160 -130 -30 -130 L40 -130 L40 -220 L210 -70 L40 80 L40 -10 L0 -10 Q-40 -10 -40 30 L-40 200 Z';

/** Four cards with arrows: forward, backward, turn left, turn right. */
export const arrows = defineGenerator({
  view: 'arrows',
  options: {},
  subtitle: (_, paper) => paper.name,
  pages: ({ paper, messages: { arrows: words } }) => {
    const layout = { paper, columns: 2, rows: 2 };
    const { width, height } = cardSize(layout);
    const card = (arrow: Svg, words: string) =>
      at(
        width / 2,
        height / 2,
        at(0, -50, scaled(1.05, arrow)),
        text([0, height / 2 - 95], words, { size: 64, font: 'hand' }),
      );
    const mirrored = (colour: string) => `<g transform="scale(-1 1)">${arrow(RIGHT_TURN, colour)}</g>`;
    return cardPages({ ...layout, description: words.description }, [
      card(arrow(STRAIGHT, GREEN), words.forward),
      card(turned(180, arrow(STRAIGHT, ORANGE)), words.backward),
      card(mirrored(BLUE), words.left),
      card(arrow(RIGHT_TURN, PURPLE), words.right),
    ]);
  },
});

function arrow(outline: string, colour: string): Svg {
  return path(outline, { fill: colour, stroke: INK, 'stroke-width': 8, 'stroke-linejoin': 'round' });
}
