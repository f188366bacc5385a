import { closedCurve } from '../drawing/closed-curve.ts';
import { BLUE, BROWN, GREEN, GREY, INK, RED, SAND, SKY, WHITE, YELLOW } from '../drawing/colours.ts';
import { knownDrawing } from '../drawing/known-drawings.ts';
import { lineArt } from '../drawing/line-art.ts';
import {
  at,
  circle,
  drawing,
  ellipse,
  line,
  type Point,
  path,
  polygon,
  rectangle,
  type Svg,
  scaled,
  turned,
} from '../drawing/svg.ts';
import { label, text } from '../drawing/text.ts';
import { defineGenerator } from '../generator.ts';
import type { Catalogue } from '../messages/catalogue.ts';
import type { Label, TextPage } from '../page.ts';
import type { Paper } from '../paper.ts';
import { withOrWithout } from '../subtitle.ts';

const PLACES = 26;
const LARGEST = { easy: 99, medium: 999, hard: 9999 } as const;
const COLUMNS = 5;

/** The map begins below the title. */
const MAP_TOP = 120;

/** A map of an island with 26 numbers, for a search that halves what is left. */
export const treasureHunt = defineGenerator({
  view: 'treasure_hunt',
  options: {
    prefilled_values: ['easy', 'blank', 'medium', 'hard'],
    number_order: ['sorted', 'unsorted'],
    instructions: [true, false],
    art: ['colour', 'bw'],
  },
  subtitle: ({ prefilled_values: values, number_order, instructions, art }, paper) =>
    [
      ...(values === 'blank'
        ? ['blank']
        : [number_order === 'sorted' ? 'Sorted' : 'Unsorted', `0 to ${LARGEST[values]}`]),
      art === 'colour' ? 'full colour' : 'black and white',
      `${withOrWithout(instructions)} instructions`,
      paper.name,
    ].join(' - '),
  isRandom: ({ prefilled_values }) => prefilled_values !== 'blank',
  pages: ({ options, paper, random, messages }) => {
    const isSorted = options.number_order === 'sorted';
    const words = messages.treasureHunt;
    const drawn =
      options.prefilled_values === 'blank'
        ? undefined
        : random.distinctBetween(PLACES, 0, LARGEST[options.prefilled_values]);
    const numbers = isSorted ? drawn?.toSorted((left, right) => left - right) : drawn;
    return [
      {
        kind: 'drawing',
        svg: knownDrawing(words, `${paper.name} ${options.art}`, () => {
          const svg = drawing(paper, map(paper, words));
          return options.art === 'bw' ? lineArt(svg) : svg;
        }),
        labels: numbersOn(paper, numbers ?? []),
        description: words.description(numbers ? words.numbers(numbers) : words.blank),
      },
      ...(options.instructions ? [instructions(numbers !== undefined, isSorted, words)] : []),
    ];
  },
});

/** The island with its places, which is the same in all copies. */
function map(paper: Paper, words: Catalogue['treasureHunt']): Svg {
  const room = roomOf(paper);
  const places = placesIn(room);
  const way = path(
    places.map(([x, y], index) => `${index === 0 ? 'M' : 'L'}${Math.round(x)} ${Math.round(y)}`).join(''),
    {
      fill: 'none',
      stroke: RED,
      'stroke-width': 7,
      'stroke-dasharray': '4 16',
      'stroke-linecap': 'round',
      'stroke-linejoin': 'round',
    },
  );
  return [
    text([paper.width / 2, 56], words.title, { size: 100, font: 'hand' }),
    at(0, MAP_TOP, island(room), way, ...places.map((place, index) => spot(place, index))),
    text([40, paper.height - 52], words.number, { size: 58, font: 'hand', anchor: 'start' }),
    rectangle(paper.width - 430, paper.height - 98, 390, 92, {
      fill: WHITE,
      stroke: INK,
      'stroke-width': 5,
      rx: 16,
    }),
  ].join('');
}

/** The numbers of one copy, for the places of the map. */
function numbersOn(paper: Paper, numbers: readonly number[]): Label[] {
  const places = placesIn(roomOf(paper));
  return numbers.map((number, index) => {
    const [x, y] = places[index] ?? [0, 0];
    return label([x + 4, y + MAP_TOP + 6], String(number), 108, 54);
  });
}

function placesIn(room: { width: number; height: number }): Point[] {
  return Array.from({ length: PLACES }, (_, index) => placeOf(index, room));
}

function roomOf(paper: Paper): { width: number; height: number } {
  return { width: paper.width, height: paper.height - 230 };
}

/** The places lie in rows that go to and fro, a little up and down. */
function placeOf(index: number, room: { width: number; height: number }): Point {
  const rows = Math.ceil(PLACES / COLUMNS);
  const row = Math.floor(index / COLUMNS);
  const column = index % COLUMNS;
  const across = row % 2 === 0 ? column : COLUMNS - 1 - column;
  // The last place is alone in its row: it is the goal, in the middle.
  const isLast = index === PLACES - 1;
  const x = isLast ? 0.5 : 0.2 + (across / (COLUMNS - 1)) * 0.63;
  const y = 0.155 + (row / (rows - 1)) * 0.69 + (isLast ? 0.012 : Math.sin(index * 2.1) * 0.022);
  return [x * room.width, y * room.height];
}

function spot([x, y]: Point, index: number): Svg {
  const letter = String.fromCharCode('A'.charCodeAt(0) + index);
  return at(
    x,
    y,
    rectangle(-60, -36, 124, 80, { fill: WHITE, stroke: INK, 'stroke-width': 5, rx: 18 }),
    circle([-56, -40], 30, { fill: YELLOW, stroke: INK, 'stroke-width': 5 }),
    text([-56, -40], letter, { size: 36, isBold: true }),
  );
}

function island(room: { width: number; height: number }): Svg {
  const { width, height } = room;
  const shape: readonly Point[] = [
    [0.5, 0.03],
    [0.8, 0.05],
    [0.955, 0.16],
    [0.93, 0.36],
    [0.965, 0.55],
    [0.94, 0.76],
    [0.83, 0.86],
    [0.7, 0.93],
    [0.5, 0.955],
    [0.3, 0.925],
    [0.15, 0.85],
    [0.055, 0.72],
    [0.08, 0.52],
    [0.04, 0.33],
    [0.07, 0.14],
    [0.22, 0.05],
  ];
  const outline = (scale: number) =>
    closedCurve(
      shape.map(([x, y]) => [(0.5 + (x - 0.5) * scale) * width, (0.49 + (y - 0.49) * scale) * height]),
    ).path;
  const stroke = { stroke: INK, 'stroke-width': 6, 'stroke-linejoin': 'round' };
  return [
    rectangle(3, 3, width - 6, height - 6, { fill: SKY, stroke: INK, 'stroke-width': 6, rx: 30 }),
    path(outline(1), { ...stroke, fill: SAND }),
    path(outline(0.945), { ...stroke, 'stroke-width': 3, fill: LAND }),
    at(width * 0.62, height * 0.085, mountains()),
    at(width * 0.35, height * 0.085, palm()),
    at(width * 0.22, height * 0.085, palm()),
    at(width * 0.87, height * 0.8, palm()),
    at(width * 0.33, height * 0.885, palm()),
    at(width * 0.22, height * 0.85, palm()),
    at(width * 0.7, height * 0.875, chest()),
    at(width * 0.9, height * 0.925, compass()),
    at(width * 0.095, height * 0.93, ship()),
    ...[
      [0.06, 0.06],
      [0.94, 0.07],
      [0.78, 0.97],
      [0.3, 0.975],
    ].map(([x = 0, y = 0]) =>
      path(`M${x * width - 30} ${y * height} q15 -16 30 0 q15 16 30 0`, {
        fill: 'none',
        stroke: BLUE,
        'stroke-width': 5,
        'stroke-linecap': 'round',
      }),
    ),
  ].join('');
}

const LAND = '#cfe5ba';
const STROKE = { stroke: INK, 'stroke-width': 4, 'stroke-linejoin': 'round' };

function palm(): Svg {
  const leaf = (degrees: number) =>
    at(6, -44, turned(degrees, path('M0 0 Q34 -30 68 4 Q34 -6 0 0 Z', { ...STROKE, fill: GREEN })));
  return [
    path('M-10 50 Q-14 0 2 -44 L12 -42 Q2 4 10 50 Z', { ...STROKE, fill: BROWN }),
    ...[-10, 40, -60, 190, 140, 240].map(leaf),
    circle([2, -38], 7, { ...STROKE, fill: BROWN }),
    circle([14, -36], 7, { ...STROKE, fill: BROWN }),
  ].join('');
}

function mountains(): Svg {
  const peak = (x: number, y: number, size: number) =>
    at(
      x,
      y,
      scaled(
        size,
        path('M-80 50 L-6 -64 L14 -44 L80 50 Z', { ...STROKE, fill: GREY }),
        path('M-31 -26 L-6 -64 L14 -44 L28 -24 L10 -30 L0 -16 L-14 -30 Z', { ...STROKE, fill: WHITE }),
      ),
    );
  return peak(60, 6, 0.75) + peak(0, 0, 1);
}

function chest(): Svg {
  return [
    rectangle(-58, -8, 116, 58, { ...STROKE, fill: BROWN, rx: 6 }),
    path('M-58 -8 Q-58 -54 0 -54 Q58 -54 58 -8 Z', { ...STROKE, fill: BROWN }),
    rectangle(-62, -12, 124, 14, { ...STROKE, fill: YELLOW }),
    rectangle(-14, -16, 28, 32, { ...STROKE, fill: YELLOW, rx: 5 }),
    circle([0, -2], 5, { fill: INK }),
  ].join('');
}

function compass(): Svg {
  const needle = (degrees: number, colour: string) =>
    turned(
      degrees,
      polygon(
        [
          [0, -62],
          [14, -12],
          [0, 0],
          [-14, -12],
        ],
        { ...STROKE, fill: colour },
      ),
    );
  return [
    circle([0, 0], 66, { ...STROKE, fill: WHITE }),
    needle(90, WHITE),
    needle(180, WHITE),
    needle(270, WHITE),
    needle(0, RED),
    text([0, -84], 'N', { size: 34, isBold: true }),
  ].join('');
}

function ship(): Svg {
  return [
    line([0, 20], [0, -70], { ...STROKE, 'stroke-width': 7 }),
    path('M6 -66 Q60 -40 6 4 Z', { ...STROKE, fill: WHITE }),
    path('M-6 -56 Q-46 -34 -6 0 Z', { ...STROKE, fill: WHITE }),
    polygon(
      [
        [0, -70],
        [0, -88],
        [-28, -79],
      ],
      { ...STROKE, fill: RED },
    ),
    path('M-62 18 L62 18 Q54 52 34 54 L-36 54 Q-56 50 -62 18 Z', { ...STROKE, fill: BROWN }),
    ellipse([0, 62], 66, 6, { fill: 'none', stroke: BLUE, 'stroke-width': 4 }),
  ].join('');
}

function instructions(hasNumbers: boolean, isSorted: boolean, words: Catalogue['treasureHunt']): TextPage {
  const filled = isSorted ? words.thinkSorted : words.thinkUnsorted;
  return {
    kind: 'text',
    title: words.instructionsTitle,
    blocks: [
      { kind: 'paragraph', text: words.aim },
      { kind: 'heading', text: words.youNeed },
      { kind: 'paragraph', text: words.needed },
      { kind: 'heading', text: words.play },
      { kind: 'steps', items: words.steps },
      { kind: 'heading', text: words.think },
      { kind: 'paragraph', text: hasNumbers ? filled : words.thinkBlank },
    ],
  };
}
