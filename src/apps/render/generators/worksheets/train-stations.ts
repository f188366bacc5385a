import { closedCurve, type OnCurve } from '../drawing/closed-curve.ts';
import {
  BLUE,
  BROWN,
  GREEN,
  GREY,
  INK,
  ORANGE,
  PURPLE,
  RED,
  SKY,
  WHITE,
  YELLOW,
} from '../drawing/colours.ts';
import {
  at,
  circle,
  drawing,
  line,
  type Point,
  path,
  polygon,
  rectangle,
  type Svg,
  scaled,
  turned,
} from '../drawing/svg.ts';
import { fittedText, text } from '../drawing/text.ts';
import { defineGenerator } from '../generator.ts';

const COLOURS = [RED, ORANGE, GREEN, BLUE, PURPLE, BROWN];
const LETTERS = ['A', 'B', 'C', 'D', 'E', 'F'];

/** Points that the tracks go through, as parts of the width and height of their room. */
const TRACKS: Readonly<Record<'circular' | 'twisted', readonly Point[]>> = {
  circular: [
    [0.5, 0.08],
    [0.86, 0.22],
    [0.84, 0.5],
    [0.88, 0.8],
    [0.5, 0.93],
    [0.13, 0.79],
    [0.17, 0.5],
    [0.13, 0.21],
  ],
  twisted: [
    [0.5, 0.07],
    [0.87, 0.2],
    [0.74, 0.4],
    [0.26, 0.6],
    [0.12, 0.8],
    [0.5, 0.93],
    [0.88, 0.8],
    [0.74, 0.6],
    [0.26, 0.4],
    [0.13, 0.2],
  ],
};

/** How far along the track each station is, and on which side of it. */
const STATIONS: Readonly<Record<'circular' | 'twisted', readonly number[]>> = {
  circular: [0.02, 0.19, 0.34, 0.52, 0.69, 0.84],
  twisted: [0.02, 0.15, 0.4, 0.52, 0.65, 0.9],
};

/** How far along the track the train is. */
const TRAIN = { circular: 0.94, twisted: 0.09 } as const;

/** A railway with six stations, on a circular or a twisted track. */
export const trainStations = defineGenerator({
  view: 'train_stations',
  options: { tracks: ['circular', 'twisted'] },
  subtitle: ({ tracks }, paper) => `${tracks} tracks - ${paper.name}`,
  pages: ({ options: { tracks }, paper, messages: { trainStations: words } }) => {
    const room = { width: paper.width, height: paper.height - 130 };
    const curve = closedCurve(TRACKS[tracks].map(([x, y]) => [x * room.width, y * room.height]));
    const middle: Point = [room.width / 2, room.height / 2];
    const stations = STATIONS[tracks].map((part, index) => {
      const letter = LETTERS[index] ?? '';
      const place = curve.at(part);
      const [x, y] = place.point;
      return station(
        [Math.max(124, Math.min(paper.width - 124, x)), y],
        words.station(letter),
        COLOURS[index] ?? INK,
      );
    });
    return [
      {
        kind: 'drawing',
        svg: drawing(
          paper,
          text([paper.width / 2, 62], words.title, { size: 96, font: 'hand' }),
          at(
            0,
            130,
            meadow(middle, tracks),
            track(curve.path, curve.places(150)),
            ...stations,
            train(curve.at(TRAIN[tracks])),
          ),
        ),
        description: words[tracks],
      },
    ];
  },
});

/** Sleepers below two rails, all of the one curve: a wide line with a narrower one in the paper's colour on it. */
function track(d: string, sleepers: readonly OnCurve[]): Svg {
  return [
    ...sleepers.map(({ point: [x, y], degrees }) =>
      at(x, y, turned(degrees, rectangle(-7, -36, 14, 72, { fill: BROWN, rx: 4 }))),
    ),
    path(d, { fill: 'none', stroke: INK, 'stroke-width': 44 }),
    path(d, { fill: 'none', stroke: '#efe6da', 'stroke-width': 30 }),
    ...sleepers.map(({ point: [x, y], degrees }) =>
      at(x, y, turned(degrees, rectangle(-7, -15, 14, 30, { fill: BROWN }))),
    ),
  ].join('');
}

function station([x, y]: Point, name: string, colour: string): Svg {
  return at(
    x,
    y,
    rectangle(-118, -58, 236, 116, { fill: WHITE, stroke: INK, 'stroke-width': 6, rx: 18 }),
    rectangle(-106, -46, 212, 92, { fill: colour, rx: 10 }),
    fittedText([0, 0], name, 196, { size: 54, font: 'hand', colour: WHITE }),
  );
}

function train({ point: [x, y], degrees }: OnCurve): Svg {
  const stroke = { stroke: INK, 'stroke-width': 5, 'stroke-linejoin': 'round' };
  const wheel = (x: number) =>
    circle([x, 34], 17, { ...stroke, fill: GREY }) + circle([x, 34], 5, { fill: INK });
  const engine = [
    rectangle(-70, -18, 100, 46, { ...stroke, fill: RED, rx: 10 }),
    rectangle(-96, -66, 52, 94, { ...stroke, fill: RED, rx: 8 }),
    rectangle(-86, -54, 32, 32, { ...stroke, fill: SKY, rx: 4 }),
    rectangle(-6, -52, 20, 34, { ...stroke, fill: INK }),
    polygon(
      [
        [30, 28],
        [30, 0],
        [58, 28],
      ],
      { ...stroke, fill: YELLOW },
    ),
    wheel(-74),
    wheel(-24),
    wheel(16),
    circle([6, -78], 16, { fill: '#dfe4ea' }),
    circle([-18, -104], 22, { fill: '#dfe4ea' }),
  ].join('');
  return at(x, y - 20, turned(Math.max(-40, Math.min(40, degrees)), scaled(1.25, engine)));
}

function meadow([x, y]: Point, tracks: 'circular' | 'twisted'): Svg {
  const tree = (x: number, y: number) =>
    at(
      x,
      y,
      rectangle(-12, 20, 24, 60, { fill: BROWN }),
      circle([0, -10], 56, { fill: '#5fae74' }),
      circle([-26, 14], 34, { fill: GREEN }),
      circle([28, 10], 36, { fill: GREEN }),
    );
  const hill = path(
    `M${x - 190} ${y + 120} Q${x - 60} ${y - 90} ${x + 40} ${y + 40} Q${x + 120} ${y - 30} ${x + 210} ${y + 120} Z`,
    {
      fill: '#dcefd9',
    },
  );
  if (tracks === 'circular')
    return [
      hill,
      tree(x - 120, y + 60),
      tree(x + 20, y + 90),
      tree(x + 130, y + 50),
      line([x - 230, y + 140], [x + 240, y + 140], { stroke: '#b9d8b4', 'stroke-width': 6 }),
    ].join('');
  return [tree(x, y - 330), tree(x - 90, y + 330), tree(x + 90, y + 350)].join('');
}
