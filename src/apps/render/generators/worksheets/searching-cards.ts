import { type CardSize, cardPages, cardSize } from '../drawing/card-sheet.ts';
import { BLUE, INK, WHITE } from '../drawing/colours.ts';
import { rectangle, type Svg } from '../drawing/svg.ts';
import { label } from '../drawing/text.ts';
import { defineGenerator } from '../generator.ts';
import type { Catalogue } from '../messages/catalogue.ts';
import type { TextPage } from '../page.ts';
import { withOrWithout } from '../subtitle.ts';

/** Cards with numbers to search among, with a help sheet if wanted. */
export const searchingCards = defineGenerator({
  view: 'searching_cards',
  options: {
    number_cards: ['15', '31'],
    max_number: ['99', 'cards', '999', 'blank'],
    help_sheet: [true, false],
  },
  subtitle: ({ number_cards, max_number, help_sheet }, paper) =>
    [
      `${number_cards} cards`,
      max_number === 'blank' ? 'blank' : `0 to ${largest(max_number, number_cards)}`,
      `${withOrWithout(help_sheet)} helper sheet`,
      paper.name,
    ].join(' - '),
  isRandom: ({ max_number }) => max_number !== 'blank',
  pages: ({ options, paper, random, messages }) => {
    const count = Number(options.number_cards);
    const words = messages.searchingCards;
    const numbers =
      options.max_number === 'blank'
        ? undefined
        : random.distinctBetween(count, 0, largest(options.max_number, options.number_cards));
    const layout = { paper, columns: 2, rows: 2 };
    const size = cardSize(layout);
    const svg = card(size);
    const middle = [size.width / 2, size.height / 2] as const;
    const cards = Array.from({ length: count }, (_, index) => ({
      svg,
      labels: numbers ? [label(middle, String(numbers[index]), size.width - 170, 280)] : [],
    }));
    return [
      ...cardPages(
        { ...layout, description: numbers ? words.description(count) : words.blank(count) },
        cards,
      ),
      ...(options.help_sheet ? [helpSheet(count, numbers, messages)] : []),
    ];
  },
});

function largest(maxNumber: string, numberCards: string): number {
  return Number(maxNumber === 'cards' ? numberCards : maxNumber);
}

function card({ width, height }: CardSize): Svg {
  const edge = 35;
  const inner = { x: edge, y: edge, width: width - 2 * edge, height: height - 2 * edge };
  return [
    rectangle(inner.x, inner.y, inner.width, inner.height, {
      rx: 40,
      fill: WHITE,
      stroke: INK,
      'stroke-width': 5,
    }),
    rectangle(inner.x + 22, inner.y + 22, inner.width - 44, inner.height - 44, {
      rx: 26,
      fill: 'none',
      stroke: BLUE,
      'stroke-width': 10,
    }),
  ].join('');
}

function helpSheet(count: number, numbers: readonly number[] | undefined, messages: Catalogue): TextPage {
  const words = messages.searchingCards;
  const middle = Math.ceil(count / 2);
  return {
    kind: 'text',
    title: words.helpTitle,
    blocks: [
      { kind: 'paragraph', text: words.helpIntroduction },
      { kind: 'heading', text: words.inOrder },
      numbers
        ? { kind: 'numbers', items: numbers.toSorted((left, right) => left - right).map(String) }
        : { kind: 'paragraph', text: words.inOrderBlank(count) },
      { kind: 'heading', text: words.howTo },
      { kind: 'steps', items: words.steps(count, middle, Math.ceil(Math.log2(count + 1))) },
      { kind: 'paragraph', text: words.compare },
    ],
  };
}
