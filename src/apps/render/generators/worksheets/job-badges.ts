import { cardPages, cardSize } from '../drawing/card-sheet.ts';
import { BLUE, GREEN, GREY, INK, ORANGE, PALE, RED, SKY, WHITE, YELLOW } from '../drawing/colours.ts';
import { at, circle, line, path, rectangle, type Svg, scaled, turned } from '../drawing/svg.ts';
import { fittedText } from '../drawing/text.ts';
import { defineGenerator } from '../generator.ts';

const STROKE = { stroke: INK, 'stroke-width': 6, 'stroke-linejoin': 'round', 'stroke-linecap': 'round' };

interface Badge {
  readonly name: string;
  readonly task: string;
  readonly picture: Svg;
  readonly colour: string;
}

/** Badges for the roles of programmer, bot and tester. */
export const jobBadges = defineGenerator({
  view: 'job_badges',
  options: {},
  subtitle: (_, paper) => paper.name,
  pages: ({ paper, messages: { jobBadges: words } }) => {
    const layout = { paper, columns: 2, rows: 3 };
    const size = cardSize(layout);
    const badges: readonly Badge[] = [
      { name: words.programmer, task: words.programmerTask, picture: notepad(), colour: BLUE },
      { name: words.bot, task: words.botTask, picture: at(0, 16, scaled(0.9, robot())), colour: '#bf6209' },
      { name: words.tester, task: words.testerTask, picture: magnifier(), colour: GREEN },
    ];
    // A column for each of two groups.
    const cards = badges.flatMap((one) => [badge(one, size), badge(one, size)]);
    return cardPages({ ...layout, description: words.description }, cards);
  },
});

function badge({ name, task, picture, colour }: Badge, size: { width: number; height: number }): Svg {
  const edge = 28;
  const width = size.width - 2 * edge;
  const height = size.height - 2 * edge;
  return at(
    edge,
    edge,
    rectangle(0, 0, width, height, { rx: 36, fill: WHITE, stroke: colour, 'stroke-width': 14 }),
    // Where a string or a pin goes through.
    rectangle(width / 2 - 50, 26, 100, 20, { rx: 10, fill: WHITE, stroke: GREY, 'stroke-width': 4 }),
    at(width / 2, height * 0.39, scaled(0.92, picture)),
    rectangle(6, height - 148, width - 12, 142, { fill: colour }),
    fittedText([width / 2, height - 102], name, width - 40, { size: 66, font: 'hand', colour: WHITE }),
    fittedText([width / 2, height - 38], task, width - 60, { size: 32, colour: WHITE }),
  );
}

function notepad(): Svg {
  const arrow = 'M0 -24 L20 0 L9 0 L9 24 L-9 24 L-9 0 L-20 0 Z';
  return [
    rectangle(-110, -120, 200, 240, { ...STROKE, fill: WHITE, rx: 12 }),
    rectangle(-110, -120, 200, 40, { ...STROKE, fill: BLUE, rx: 12 }),
    ...[-1, 0, 1].map((row) =>
      line([-50, row * 56 + 20], [60, row * 56 + 20], { stroke: GREY, 'stroke-width': 6 }),
    ),
    at(-76, -36, scaled(0.8, path(arrow, { fill: GREEN }))),
    at(-76, 20, turned(90, scaled(0.8, path(arrow, { fill: RED })))),
    at(-76, 76, scaled(0.8, path(arrow, { fill: GREEN }))),
    at(
      95,
      50,
      turned(
        30,
        rectangle(-16, -130, 32, 150, { ...STROKE, fill: YELLOW }),
        rectangle(-16, -154, 32, 26, { ...STROKE, fill: RED, rx: 8 }),
        path('M-16 20 L16 20 L0 62 Z', { ...STROKE, fill: PALE }),
        path('M-5 48 L5 48 L0 62 Z', { fill: INK }),
      ),
    ),
  ].join('');
}

function robot(): Svg {
  const eye = (x: number) =>
    circle([x, -52], 24, { ...STROKE, fill: WHITE }) + circle([x + 4, -50], 9, { fill: INK });
  return [
    line([0, -128], [0, -152], STROKE),
    circle([0, -160], 13, { ...STROKE, fill: RED }),
    rectangle(-118, -80, 24, 54, { ...STROKE, fill: GREY, rx: 8 }),
    rectangle(94, -80, 24, 54, { ...STROKE, fill: GREY, rx: 8 }),
    rectangle(-98, -128, 196, 150, { ...STROKE, fill: SKY, rx: 30 }),
    eye(-42),
    eye(42),
    path('M-44 -12 Q0 26 44 -12', { ...STROKE, fill: 'none' }),
    rectangle(-70, 32, 140, 96, { ...STROKE, fill: ORANGE, rx: 20 }),
    ...[-34, 0, 34].map((x, index) => circle([x, 80], 12, { ...STROKE, fill: [RED, YELLOW, GREEN][index] })),
    path('M-70 56 Q-124 66 -118 116', { ...STROKE, 'stroke-width': 14, fill: 'none' }),
    path('M70 56 Q124 66 118 116', { ...STROKE, 'stroke-width': 14, fill: 'none' }),
  ].join('');
}

function magnifier(): Svg {
  return [
    at(52, 52, turned(-45, rectangle(-20, 0, 40, 120, { ...STROKE, fill: ORANGE, rx: 16 }))),
    circle([-14, -22], 104, { ...STROKE, 'stroke-width': 16, fill: SKY }),
    // A bug: that is what is looked for.
    at(
      -14,
      -14,
      ...[-1, 1].flatMap((side) =>
        [-24, 4, 32].map((y) => line([side * 24, y], [side * 62, y + (y - 4) * 0.5], STROKE)),
      ),
      path('M0 -46 C46 -46 46 56 0 56 C-46 56 -46 -46 0 -46 Z', { ...STROKE, fill: RED }),
      line([0, -30], [0, 56], STROKE),
      circle([0, -48], 22, { fill: INK }),
      ...[
        [-17, -2],
        [17, -2],
        [-15, 28],
        [15, 28],
      ].map(([x = 0, y = 0]) => circle([x, y], 8, { fill: INK })),
      path('M-10 -66 Q-16 -86 -30 -86 M10 -66 Q16 -86 30 -86', { ...STROKE, fill: 'none' }),
    ),
    path('M-84 -62 A80 80 0 0 1 -44 -96', {
      stroke: WHITE,
      'stroke-width': 12,
      fill: 'none',
      'stroke-linecap': 'round',
    }),
  ].join('');
}
