import { cardPages, cardSize } from '../drawing/card-sheet.ts';
import { INK, WHITE } from '../drawing/colours.ts';
import { dots } from '../drawing/dots.ts';
import { rectangle, type Svg } from '../drawing/svg.ts';
import { text } from '../drawing/text.ts';
import { defineGenerator } from '../generator.ts';
import { withOrWithout } from '../subtitle.ts';

const CARDS_A_PAGE = 4;
const EDGE = 30;

/** Cards with dots for 4, 8 or 12 binary digits, four on a page. */
export const binaryCardsSmall = defineGenerator({
  view: 'binary_cards_small',
  options: { number_bits: ['4', '8', '12'], dot_counts: [true, false], black_back: [false, true] },
  subtitle: ({ number_bits, dot_counts, black_back }, paper) =>
    [
      `${number_bits} bits`,
      `${withOrWithout(dot_counts)} dot counts`,
      `${withOrWithout(black_back)} black back`,
      paper.name,
    ].join(' - '),
  pages: ({ options, paper, messages }) => {
    const layout = { paper, columns: 2, rows: 2 };
    const size = cardSize(layout);
    const room = {
      x: 75,
      y: 80,
      width: size.width - 150,
      height: size.height - (options.dot_counts ? 270 : 160),
    };
    const front = (count: number): Svg =>
      [
        card(size, WHITE),
        dots(count, room),
        options.dot_counts
          ? text([size.width / 2, size.height - 118], String(count), { size: 110, font: 'hand' })
          : '',
      ].join('');
    const counts = Array.from({ length: Number(options.number_bits) }, (_, bit) => 2 ** bit);
    return pagesOf(counts).flatMap((counts) => [
      ...cardPages(
        { ...layout, description: messages.binaryCardsSmall.front(counts) },
        counts.map((count) => front(count)),
      ),
      ...(options.black_back
        ? cardPages(
            { ...layout, description: messages.binaryCardsSmall.back },
            counts.map(() => card(size, INK)),
          )
        : []),
    ]);
  },
});

function pagesOf(counts: readonly number[]): number[][] {
  return Array.from({ length: counts.length / CARDS_A_PAGE }, (_, page) =>
    counts.slice(page * CARDS_A_PAGE, (page + 1) * CARDS_A_PAGE),
  );
}

function card({ width, height }: { width: number; height: number }, colour: string): Svg {
  return rectangle(EDGE, EDGE, width - 2 * EDGE, height - 2 * EDGE, {
    rx: 30,
    fill: colour,
    stroke: INK,
    'stroke-width': 5,
  });
}
