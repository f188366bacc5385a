import { cardPages, cardSize } from '../drawing/card-sheet.ts';
import { GREEN, INK, RED, SKIN } from '../drawing/colours.ts';
import { at, group, rectangle, type Svg, scaled, turned } from '../drawing/svg.ts';
import { fittedText } from '../drawing/text.ts';
import { defineGenerator } from '../generator.ts';

/** Cards of a left and a right hand. */
export const leftRightCards = defineGenerator({
  view: 'left_right_cards',
  options: {},
  subtitle: (_, paper) => paper.name,
  pages: ({ paper, messages: { leftRightCards: words } }) => {
    const layout = { paper, columns: 1, rows: 2 };
    const { width, height } = cardSize(layout);
    const card = (drawn: Svg, drawnX: number, words: string, colour: string) =>
      [
        rectangle(30, 30, width - 60, height - 60, {
          rx: 40,
          fill: 'none',
          stroke: colour,
          'stroke-width': 16,
        }),
        at(drawnX * width, height / 2 + 10, drawn),
        fittedText([width * 0.76, height / 2], words, width * 0.38, { size: 180, font: 'hand', colour }),
      ].join('');
    return cardPages({ ...layout, description: words.description }, [
      card(backOfLeftHand(), 0.27, words.left, GREEN),
      card(group({ transform: 'scale(-1 1)' }, backOfLeftHand()), 0.37, words.right, RED),
    ]);
  },
});

/** The back of a left hand, fingers up: its thumb is on the right, and makes an L with the first finger. */
function backOfLeftHand(): Svg {
  const parts = [
    // Little finger to first finger, from the left, then palm, wrist and thumb.
    finger(-92, -60, 52, 150, -12),
    finger(-36, -100, 56, 190, -4),
    finger(26, -108, 56, 200, 2),
    finger(88, -86, 54, 180, 8),
    rectangle(-120, -20, 238, 210, { rx: 60 }),
    rectangle(-72, 120, 150, 150, { rx: 30 }),
    at(94, 110, turned(66, rectangle(-30, -190, 58, 200, { rx: 29 }))),
  ];
  // The outline of all parts together: first as lines, then the parts without any on top.
  return scaled(
    1.15,
    group({ fill: INK, stroke: INK, 'stroke-width': 14, 'stroke-linejoin': 'round' }, ...parts),
    group({ fill: SKIN }, ...parts),
    nail(-112, -178, -12),
    nail(-46, -262, -4),
    nail(32, -278, 2),
    nail(108, -232, 8),
  );
}

function finger(x: number, top: number, width: number, length: number, degrees: number): Svg {
  return at(
    x,
    top + 90,
    turned(degrees, rectangle(-width / 2, -length, width, length + 60, { rx: width / 2 })),
  );
}

function nail(x: number, y: number, degrees: number): Svg {
  return at(
    x,
    y + 80,
    turned(
      degrees,
      rectangle(-14, 0, 28, 34, { rx: 13, fill: '#fbe6d3', stroke: '#c99a6c', 'stroke-width': 3 }),
    ),
  );
}
