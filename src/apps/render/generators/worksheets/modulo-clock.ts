import { BLUE, INK, PALE, WHITE } from '../drawing/colours.ts';
import { at, circle, drawing, line, type Svg } from '../drawing/svg.ts';
import { text } from '../drawing/text.ts';
import { defineGenerator } from '../generator.ts';

/** A clock for counting modulo 2 or 10, or blank. */
export const moduloClock = defineGenerator({
  view: 'modulo_clock',
  options: { modulo_number: ['1', '2', '10'] },
  subtitle: ({ modulo_number }, paper) =>
    `${modulo_number === '1' ? 'blank' : modulo_number} - ${paper.name}`,
  pages: ({ options, paper, messages: { moduloClock: words } }) => {
    const marks = Number(options.modulo_number);
    return [
      {
        kind: 'drawing',
        svg: drawing(
          paper,
          at(paper.width / 2, paper.height / 2, dial(paper.width / 2 - 20, marks, marks > 1)),
        ),
        description: marks === 1 ? words.blank : words.numbered(marks),
      },
    ];
  },
});

function dial(radius: number, marks: number, hasNumbers: boolean): Svg {
  const around = (part: number, distance: number) =>
    [Math.sin(part * 2 * Math.PI) * distance, -Math.cos(part * 2 * Math.PI) * distance] as const;
  const drawn = Array.from({ length: marks }, (_, number) => {
    const part = number / marks;
    const mark = line(around(part, radius - 30), around(part, radius - 105), {
      stroke: INK,
      'stroke-width': 16,
      'stroke-linecap': 'round',
    });
    return hasNumbers
      ? mark + text(around(part, radius - 195), String(number), { size: 140, font: 'hand' })
      : mark;
  });
  return [
    circle([0, 0], radius, { fill: WHITE, stroke: INK, 'stroke-width': 20 }),
    circle([0, 0], radius - 28, { fill: 'none', stroke: PALE, 'stroke-width': 10 }),
    ...drawn,
    circle([0, 0], 26, { fill: BLUE, stroke: INK, 'stroke-width': 6 }),
  ].join('');
}
