import { INK, WHITE } from '../drawing/colours.ts';
import { dots } from '../drawing/dots.ts';
import { drawing, rectangle } from '../drawing/svg.ts';
import { text } from '../drawing/text.ts';
import { defineGenerator } from '../generator.ts';
import type { Catalogue } from '../messages/catalogue.ts';
import type { DrawnPage } from '../page.ts';
import type { Paper } from '../paper.ts';
import { withOrWithout } from '../subtitle.ts';

const CARDS = [1, 2, 4, 8, 16, 32, 64, 128];
const EDGE = 20;

/** Cards with dots for eight binary digits, one on a page. */
export const binaryCards = defineGenerator({
  view: 'binary_cards',
  options: { display_numbers: [true, false], black_back: [false, true] },
  subtitle: ({ display_numbers, black_back }, paper) =>
    `${withOrWithout(display_numbers)} numbers - ${withOrWithout(black_back)} black back - ${paper.name}`,
  pages: ({ options, paper, messages }) =>
    CARDS.flatMap((count) => [
      front(count, options.display_numbers, paper, messages),
      // Behind each front, for printing on both sides.
      ...(options.black_back ? [back(paper, messages)] : []),
    ]),
});

function front(count: number, hasNumber: boolean, paper: Paper, messages: Catalogue): DrawnPage {
  const room = {
    x: EDGE + 70,
    y: EDGE + 80,
    width: paper.width - 2 * EDGE - 140,
    height: paper.height - 2 * EDGE - (hasNumber ? 440 : 160),
  };
  return {
    kind: 'drawing',
    svg: drawing(
      paper,
      card(paper, WHITE),
      dots(count, room),
      hasNumber
        ? text([paper.width / 2, paper.height - 190], String(count), { size: 250, font: 'hand' })
        : '',
    ),
    description: messages.binaryCards.front(count),
  };
}

function back(paper: Paper, messages: Catalogue): DrawnPage {
  return { kind: 'drawing', svg: drawing(paper, card(paper, INK)), description: messages.binaryCards.back };
}

function card(paper: Paper, colour: string): string {
  return rectangle(EDGE, EDGE, paper.width - 2 * EDGE, paper.height - 2 * EDGE, {
    rx: 50,
    fill: colour,
    stroke: INK,
    'stroke-width': 8,
  });
}
