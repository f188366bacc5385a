import { BROWN, GREEN, GREY, INK, ORANGE, PALE, PURPLE, RED, SKIN, SKY, WHITE, YELLOW } from './colours.ts';
import { at, circle, ellipse, framed, group, path, polygon, rectangle, type Svg, scaled } from './svg.ts';

const STROKE = { stroke: INK, 'stroke-width': 5, 'stroke-linejoin': 'round', 'stroke-linecap': 'round' };
const GRASS = '#bfdfae';
const FUR = '#8f98a3';

/** Little Red Riding Hood in six pictures, in order. */
export const RIDING_HOOD_PICTURES: readonly Svg[] = [
  scene(
    PALE,
    floor(),
    window(-300, -110),
    table(0, 90),
    at(0, 36, basket()),
    at(-190, 40, woman('#5d8fc4')),
    at(200, 70, girl()),
  ),
  scene(
    SKY,
    meadow(),
    road(),
    tree(-380, 40),
    tree(-290, -10),
    tree(390, 30),
    at(-110, 70, girl()),
    at(-40, 120, scaled(0.6, basket())),
    at(180, 70, wolf()),
  ),
  scene(
    SKY,
    meadow(),
    ...[-400, -330, -260, -60, 20, 90].map((x, index) => at(x, 140 + (index % 2) * 36, bloom(index))),
    at(-150, 70, girl()),
    tree(280, 0),
    at(370, 84, scaled(0.55, wolf())),
    house(200, -60, 0.5),
  ),
  scene(PALE, floor(), window(-300, -110), at(60, 60, bed(wolfHead(true)))),
  scene(SKY, meadow(), house(-200, 20, 1.15), at(190, 60, hunter()), tree(390, 30)),
  scene(
    PALE,
    floor(),
    window(-60, -130),
    at(-310, 60, woman('#a48ac2', '#d8dbe0')),
    at(-160, 70, girl()),
    at(290, 60, hunter()),
    table(70, 100),
    at(70, 44, cake()),
  ),
];

function scene(sky: string, ...pieces: Svg[]): Svg {
  return [
    framed(900, 460, rectangle(-450, -230, 900, 460, { fill: sky }), ...pieces),
    rectangle(-450, -230, 900, 460, { fill: 'none', stroke: INK, 'stroke-width': 5 }),
  ].join('');
}

function meadow(): Svg {
  return path('M-450 60 Q-200 10 60 50 T450 40 V230 H-450 Z', { fill: GRASS });
}

function road(): Svg {
  return path('M-120 230 Q-60 140 20 110 Q90 80 60 46 L100 46 Q150 90 100 130 Q60 160 110 230 Z', {
    fill: '#ead9b5',
  });
}

function floor(): Svg {
  return rectangle(-450, 130, 900, 100, { fill: '#dcbf96' });
}

function window(x: number, y: number): Svg {
  return at(
    x,
    y,
    rectangle(-70, -70, 140, 140, { ...STROKE, fill: SKY, rx: 6 }),
    path('M0 -70 V70 M-70 0 H70', STROKE),
  );
}

function tree(x: number, y: number): Svg {
  return at(
    x,
    y,
    rectangle(-16, 0, 32, 130, { ...STROKE, fill: BROWN }),
    polygon(
      [
        [0, -190],
        [-76, 20],
        [76, 20],
      ],
      { ...STROKE, fill: GREEN },
    ),
  );
}

function house(x: number, y: number, size: number): Svg {
  return at(
    x,
    y,
    scaled(
      size,
      rectangle(-120, -40, 240, 160, { ...STROKE, fill: '#f5e6c8' }),
      polygon(
        [
          [-150, -36],
          [0, -150],
          [150, -36],
        ],
        { ...STROKE, fill: RED },
      ),
      rectangle(20, 20, 66, 100, { ...STROKE, fill: BROWN }),
      circle([72, 74], 5, { fill: YELLOW }),
      rectangle(-86, 0, 70, 62, { ...STROKE, fill: SKY }),
      path('M-51 0 V62 M-86 31 H-16', STROKE),
    ),
  );
}

function table(x: number, y: number): Svg {
  return at(
    x,
    y,
    rectangle(-150, 0, 300, 24, { ...STROKE, fill: BROWN, rx: 6 }),
    rectangle(-128, 24, 22, 96, { ...STROKE, fill: BROWN }),
    rectangle(106, 24, 22, 96, { ...STROKE, fill: BROWN }),
  );
}

function basket(): Svg {
  return [
    path('M-56 0 Q0 -110 56 0', { ...STROKE, 'stroke-width': 10, fill: 'none' }),
    path('M-40 -6 Q-30 -34 -8 -8 M10 -8 Q26 -38 44 -6', { ...STROKE, fill: ORANGE }),
    path('M-70 -8 H70 L56 54 H-56 Z', { ...STROKE, fill: '#d7a45c' }),
    path('M-64 12 H64 M-60 32 H60 M-34 -8 L-28 54 M0 -8 V54 M34 -8 L28 54', { ...STROKE, 'stroke-width': 3 }),
  ].join('');
}

/** The face of a person, with its middle at the origin. */
function face(): Svg {
  return [
    circle([0, 0], 40, { ...STROKE, fill: SKIN }),
    circle([-14, -4], 5, { fill: INK }),
    circle([14, -4], 5, { fill: INK }),
    path('M-15 14 Q0 28 15 14', { ...STROKE, fill: 'none' }),
  ].join('');
}

function girl(): Svg {
  return [
    path('M-22 90 v44 M22 90 v44', { ...STROKE, 'stroke-width': 14 }),
    path('M0 -40 C-60 -30 -80 60 -86 100 H86 C80 60 60 -30 0 -40 Z', { ...STROKE, fill: RED }),
    path('M0 -20 L-34 100 H34 Z', { ...STROKE, fill: WHITE }),
    path('M0 -158 C-70 -150 -74 -60 -44 -26 H44 C74 -60 70 -150 0 -158 Z', { ...STROKE, fill: RED }),
    at(0, -78, path('M-40 0 A40 40 0 0 1 40 0 Z', { fill: '#7b4b24' }), scaled(0.95, face())),
    path('M-38 -88 Q0 -124 38 -88 Q0 -104 -38 -88 Z', { fill: '#7b4b24' }),
  ].join('');
}

function woman(dress: string, hair = '#7b4b24'): Svg {
  return [
    path('M0 -50 C-40 -40 -60 20 -84 120 H84 C60 20 40 -40 0 -50 Z', { ...STROKE, fill: dress }),
    path('M-22 0 L-44 120 H44 L22 0 Z', { ...STROKE, fill: WHITE }),
    circle([0, -146], 26, { ...STROKE, fill: hair }),
    circle([0, -96], 50, { ...STROKE, fill: hair }),
    at(0, -88, face()),
  ].join('');
}

function hunter(): Svg {
  return [
    path('M-24 70 v66 M24 70 v66', { ...STROKE, 'stroke-width': 24, stroke: '#5a4632' }),
    path('M-56 90 L-44 -40 H44 L56 90 Z', { ...STROKE, fill: '#5e8c4a' }),
    rectangle(-54, 44, 108, 16, { fill: BROWN }),
    at(0, -84, face()),
    path('M-26 -62 Q0 -26 26 -62 Q20 -34 0 -34 Q-20 -34 -26 -62 Z', { ...STROKE, fill: BROWN }),
    path('M-66 -106 H66 L40 -122 Q30 -166 0 -160 Q-30 -166 -40 -122 Z', { ...STROKE, fill: '#48703a' }),
    path('M34 -132 Q70 -180 78 -190 Q80 -150 40 -126 Z', { ...STROKE, fill: YELLOW }),
  ].join('');
}

function wolf(): Svg {
  return [
    path('M74 70 Q150 60 150 -10 Q130 30 70 30 Z', { ...STROKE, fill: FUR }),
    path('M-30 70 v64 M30 70 v64', { ...STROKE, 'stroke-width': 22, stroke: '#6d7681' }),
    path('M-60 100 C-80 0 -40 -50 0 -50 C50 -50 90 20 70 100 Z', { ...STROKE, fill: FUR }),
    ellipse([-2, 50], 30, 46, { fill: '#c6ccd3' }),
    at(-10, -84, wolfHead(false)),
  ].join('');
}

function wolfHead(hasCap: boolean): Svg {
  return [
    polygon(
      [
        [-52, -20],
        [-44, -90],
        [-8, -44],
      ],
      { ...STROKE, fill: FUR },
    ),
    polygon(
      [
        [52, -20],
        [44, -90],
        [8, -44],
      ],
      { ...STROKE, fill: FUR },
    ),
    path('M-62 -12 Q-40 -56 0 -52 Q40 -56 62 -12 Q40 30 22 44 Q0 66 -22 44 Q-40 30 -62 -12 Z', {
      ...STROKE,
      fill: FUR,
    }),
    path('M-24 8 Q0 -8 24 8 Q26 42 0 54 Q-26 42 -24 8 Z', { fill: '#c6ccd3' }),
    ellipse([-24, -14], 9, 11, { ...STROKE, 'stroke-width': 3, fill: YELLOW }),
    ellipse([24, -14], 9, 11, { ...STROKE, 'stroke-width': 3, fill: YELLOW }),
    circle([-22, -12], 4, { fill: INK }),
    circle([22, -12], 4, { fill: INK }),
    ellipse([0, 14], 13, 9, { fill: INK }),
    path('M-22 34 Q0 48 22 34', { ...STROKE, fill: 'none' }),
    path('M-14 38 l4 9 l5 -7 M14 38 l-4 9 l-5 -7', { ...STROKE, 'stroke-width': 3, fill: WHITE }),
    hasCap
      ? path('M-66 -24 Q-74 -92 0 -96 Q74 -92 66 -24 Q34 -58 0 -54 Q-34 -58 -66 -24 Z', {
          ...STROKE,
          fill: WHITE,
        })
      : '',
  ].join('');
}

function bed(sleeper: Svg): Svg {
  return [
    rectangle(-290, -110, 26, 220, { ...STROKE, fill: BROWN, rx: 8 }),
    rectangle(280, -40, 26, 150, { ...STROKE, fill: BROWN, rx: 8 }),
    rectangle(-270, 30, 560, 50, { ...STROKE, fill: BROWN }),
    rectangle(-262, -40, 170, 80, { ...STROKE, fill: WHITE, rx: 30 }),
    at(-170, -40, sleeper),
    path('M-150 44 C-140 -30 -60 -46 60 -46 C200 -46 280 -20 282 44 Z', { ...STROKE, fill: PURPLE }),
    path('M-140 10 Q-120 -20 -60 -40 L-40 -14 Q-100 0 -120 44 Z', { ...STROKE, fill: WHITE }),
    ...[0, 80, 160, 230].map((x) => circle([x, -6 + (x % 100) / 5], 12, { fill: YELLOW })),
  ].join('');
}

function bloom(index: number): Svg {
  const colour = [RED, YELLOW, PURPLE, ORANGE][index % 4];
  return group(
    {},
    path('M0 0 V50', { stroke: GREEN, 'stroke-width': 7 }),
    ...[0, 1, 2, 3, 4].map((petal) => {
      const angle = (petal / 5) * 2 * Math.PI;
      return circle([Math.sin(angle) * 15, Math.cos(angle) * 15], 12, {
        fill: colour,
        stroke: INK,
        'stroke-width': 2,
      });
    }),
    circle([0, 0], 9, { fill: WHITE, stroke: INK, 'stroke-width': 2 }),
  );
}

function cake(): Svg {
  return [
    ellipse([0, 54], 90, 12, { ...STROKE, fill: GREY }),
    rectangle(-70, -6, 140, 58, { ...STROKE, fill: '#f0c987', rx: 10 }),
    path(
      'M-70 10 Q-60 30 -46 12 Q-34 32 -20 12 Q-6 32 8 12 Q22 32 36 12 Q50 32 70 10 V-10 Q70 -20 60 -20 H-60 Q-70 -20 -70 -10 Z',
      {
        ...STROKE,
        fill: WHITE,
      },
    ),
    ...[-40, 0, 40].map((x) => circle([x, -26], 11, { ...STROKE, fill: RED })),
  ].join('');
}
