import { BLUE, CUT, GREEN, INK, PALE, RED, WHITE } from '../drawing/colours.ts';
import { knownDrawing } from '../drawing/known-drawings.ts';
import { circle, drawing, line, type Point, rectangle, type Svg } from '../drawing/svg.ts';
import { fittedText, label, text } from '../drawing/text.ts';
import { defineGenerator } from '../generator.ts';
import type { Catalogue } from '../messages/catalogue.ts';
import type { Label } from '../page.ts';
import type { Paper } from '../paper.ts';
import { NUMBER_RANGES } from '../subtitle.ts';

/** Which lanes meet in each row of circles. Any six numbers are in order after the last row. */
export const LAYERS: readonly (readonly (readonly [left: number, right: number])[])[] = [
  [
    [0, 1],
    [2, 3],
    [4, 5],
  ],
  [
    [0, 2],
    [1, 4],
    [3, 5],
  ],
  [
    [0, 1],
    [2, 3],
    [4, 5],
  ],
  [
    [1, 2],
    [3, 4],
  ],
  [[2, 3]],
];
const LANES = 6;
const CIRCLE = 52;
const BOX = 130;
/** The middle of the boxes at the top. */
const TOP = 190;

/** A sorting network of six lanes, blank or with numbers to sort. */
export const sortingNetwork = defineGenerator({
  view: 'sorting_network',
  options: { prefilled_values: ['blank', 'easy', 'medium', 'hard'] },
  subtitle: ({ prefilled_values: values }, paper) =>
    `${values === 'blank' ? 'blank' : `${NUMBER_RANGES[values].least} to ${NUMBER_RANGES[values].most}`} - ${paper.name}`,
  isRandom: ({ prefilled_values }) => prefilled_values !== 'blank',
  pages: ({ options: { prefilled_values: values }, paper, random, messages }) => {
    const range = values === 'blank' ? undefined : NUMBER_RANGES[values];
    const numbers = range && random.distinctBetween(LANES, range.least, range.most);
    const words = messages.sortingNetwork;
    return [
      {
        kind: 'drawing',
        svg: knownDrawing(words, paper.name, () => drawing(paper, network(paper, words))),
        labels: numbersOn(paper, numbers ?? []),
        description: numbers ? `${words.description} ${words.values(numbers)}` : words.description,
      },
    ];
  },
});

/** The numbers of one copy, in the boxes at the top. */
function numbersOn(paper: Paper, numbers: readonly number[]): Label[] {
  return numbers.map((number, lane) => label([laneX(paper, lane), TOP], String(number), BOX, 68));
}

function laneX(paper: Paper, lane: number): number {
  return ((lane + 0.5) * paper.width) / LANES;
}

/** What is the same in all copies. */
function network(paper: Paper, words: Catalogue['sortingNetwork']): Svg {
  const bottom = paper.height - TOP;
  const x = (lane: number) => laneX(paper, lane);
  const layerY = (layer: number) => TOP + ((layer + 1) * (bottom - TOP)) / (LAYERS.length + 1);
  const paths: Svg[] = [];
  const circles: Svg[] = [];
  const ends: Point[] = Array.from({ length: LANES }, (_, lane) => [x(lane), TOP]);
  for (const [layer, pairs] of LAYERS.entries()) {
    for (const [left, right] of pairs) {
      const meeting: Point = [(x(left) + x(right)) / 2, layerY(layer)];
      for (const lane of [left, right]) {
        const from = ends[lane] ?? meeting;
        paths.push(track(from, meeting, colourOf(from, lane, layer)));
        ends[lane] = meeting;
      }
      circles.push(circle(meeting, CIRCLE, { fill: WHITE, stroke: INK, 'stroke-width': 7 }));
    }
  }
  for (const [lane, from] of ends.entries())
    paths.push(track(from, [x(lane), bottom], colourOf(from, lane, 1)));
  const boxes = Array.from({ length: LANES }, (_, lane) =>
    [TOP, bottom].map((y) => {
      const isStart = y === TOP;
      return [
        rectangle(x(lane) - BOX / 2, y - BOX / 2, BOX, BOX, {
          fill: isStart ? PALE : WHITE,
          stroke: INK,
          'stroke-width': 6,
          rx: 14,
        }),
      ].join('');
    }),
  ).flat();
  return [
    fittedText([paper.width / 2, 34], words.hint, paper.width - 20, { size: 34, colour: CUT }),
    text([x(0) - BOX / 2, 94], words.start, { size: 46, font: 'hand', anchor: 'start' }),
    ...paths,
    ...circles,
    ...boxes,
    text([x(0) - BOX / 2, paper.height - 80], words.finish, { size: 46, font: 'hand', anchor: 'start' }),
    text([x(2), paper.height - 60], `← ${words.smaller}`, { size: 40, colour: GREEN }),
    text([x(4), paper.height - 60], `${words.larger} →`, { size: 40, colour: RED }),
  ].join('');

  /** What leaves a circle to the left is the smaller one, to the right the larger one. */
  function colourOf(from: Point, lane: number, layer: number): string {
    if (layer === 0 || from[1] === TOP) return CUT;
    return x(lane) <= from[0] ? GREEN : RED;
  }
}

function track(from: Point, to: Point, colour: string): Svg {
  return line(from, to, {
    stroke: colour === CUT ? BLUE : colour,
    'stroke-width': 9,
    'stroke-linecap': 'round',
  });
}
