import { INK, WHITE } from '../drawing/colours.ts';
import { at, drawing, rectangle } from '../drawing/svg.ts';
import { defineGenerator } from '../generator.ts';

const SQUARES = 8;
const LINE = 4;

/** A sheet of eight by eight squares. */
export const grid = defineGenerator({
  view: 'grid',
  options: {},
  subtitle: (_, paper) => paper.name,
  pages: ({ paper, messages }) => {
    const side = (paper.width - LINE) / SQUARES;
    const squares = Array.from({ length: SQUARES ** 2 }, (_, index) =>
      rectangle((index % SQUARES) * side, Math.floor(index / SQUARES) * side, side, side, {
        fill: WHITE,
        stroke: INK,
        'stroke-width': LINE,
      }),
    );
    const top = (paper.height - side * SQUARES) / 2;
    return [
      {
        kind: 'drawing',
        svg: drawing(paper, at(LINE / 2, top, ...squares)),
        description: messages.grid.description,
      },
    ];
  },
});
