import { BROWN, GREEN, INK, ORANGE, RED, SKY, WHITE, YELLOW } from './colours.ts';
import { at, circle, ellipse, framed, group, path, rectangle, type Svg, scaled, turned } from './svg.ts';

const STROKE = { stroke: INK, 'stroke-width': 5, 'stroke-linejoin': 'round', 'stroke-linecap': 'round' };
const LEAF = '#6fb56a';

/** A butterfly's life in six pictures, in order. */
export const BUTTERFLY_PICTURES: readonly Svg[] = [
  scene(leaf(1), at(40, -24, scaled(1.3, egg()))),
  scene(leaf(1), at(86, -14, brokenEgg()), at(-40, -38, scaled(0.75, caterpillar(4)))),
  scene(bittenLeaf(), at(-60, -58, scaled(1.3, caterpillar(7)))),
  scene(branch(), at(0, 40, chrysalis(false))),
  scene(branch(), at(0, 40, chrysalis(true)), at(112, 92, turned(24, scaled(0.85, butterfly(0.6))))),
  scene(
    flower(-330, 110),
    flower(-230, 150),
    flower(310, 120),
    at(20, 0, turned(18, scaled(1.2, butterfly(1)))),
  ),
];

function scene(...pieces: Svg[]): Svg {
  return [
    framed(900, 460, rectangle(-450, -230, 900, 460, { fill: SKY }), ...pieces),
    rectangle(-450, -230, 900, 460, { fill: 'none', stroke: INK, 'stroke-width': 5 }),
  ].join('');
}

function leaf(size: number): Svg {
  return scaled(
    size,
    path('M-360 60 C-260 -140 160 -160 340 40 C180 190 -180 190 -360 60 Z', { ...STROKE, fill: LEAF }),
    path(
      'M-430 80 Q-60 40 320 40 M-180 52 L-110 -50 M-180 56 L-90 132 M0 42 L80 -60 M0 42 L100 124 M150 38 L220 -30',
      {
        ...STROKE,
        stroke: '#3f8347',
        fill: 'none',
      },
    ),
  );
}

function bittenLeaf(): Svg {
  return [
    path(
      'M-360 100 C-300 -20 -200 -80 -100 -94 A60 60 0 0 0 20 -100 C60 -98 100 -92 130 -82 A64 64 0 0 0 230 -40 A60 60 0 0 0 300 60 C180 200 -180 210 -360 100 Z',
      { ...STROKE, fill: LEAF },
    ),
    path('M-430 120 Q-60 60 250 70 M-180 86 L-120 0 M-180 92 L-90 160 M0 72 L60 -10 M0 72 L100 150', {
      ...STROKE,
      stroke: '#3f8347',
      fill: 'none',
    }),
  ].join('');
}

function egg(): Svg {
  return ellipse([0, 0], 20, 28, { ...STROKE, fill: WHITE });
}

function brokenEgg(): Svg {
  return [
    path('M-26 0 L-14 -12 L-4 0 L8 -12 L18 0 L26 -8 Q26 36 0 36 Q-28 36 -26 0 Z', { ...STROKE, fill: WHITE }),
    at(
      64,
      20,
      turned(
        70,
        path('M-26 0 L-14 10 L-4 0 L8 10 L18 0 L26 6 Q22 -36 0 -36 Q-24 -36 -26 0 Z', {
          ...STROKE,
          fill: WHITE,
        }),
      ),
    ),
  ].join('');
}

/** It looks to the left. */
function caterpillar(segments: number): Svg {
  const body = Array.from({ length: segments }, (_, index) => {
    const x = index * 50;
    const y = -Math.abs(Math.sin((index / (segments - 1)) * Math.PI)) * 34;
    return [
      path(`M${x - 8} ${y + 28} v26 M${x + 10} ${y + 28} v26`, STROKE),
      circle([x, y], 36, { ...STROKE, fill: index % 2 === 0 ? '#9ac94f' : YELLOW }),
    ].join('');
  }).reverse();
  return at(
    -segments * 22,
    20,
    ...body,
    path('M-64 -34 Q-70 -66 -92 -72 M-34 -38 Q-30 -70 -14 -80', { ...STROKE, fill: 'none' }),
    circle([-48, -4], 42, { ...STROKE, fill: ORANGE }),
    circle([-62, -12], 8, { fill: INK }),
    circle([-32, -12], 8, { fill: INK }),
    path('M-66 10 Q-48 26 -32 10', { ...STROKE, fill: 'none' }),
  );
}

function branch(): Svg {
  return [
    path('M-450 -150 Q-120 -190 450 -130 L450 -108 Q-120 -160 -450 -120 Z', { ...STROKE, fill: BROWN }),
    at(-240, -140, turned(50, scaled(0.3, leaf(1)))),
    at(250, -120, turned(130, scaled(0.3, leaf(1)))),
  ].join('');
}

function chrysalis(isOpen: boolean): Svg {
  return [
    path('M0 -196 V-120', { ...STROKE, 'stroke-width': 8 }),
    path('M0 -126 C60 -100 76 -10 44 70 Q20 130 0 140 Q-20 130 -44 70 C-76 -10 -60 -100 0 -126 Z', {
      ...STROKE,
      fill: '#9cc37a',
    }),
    path('M-58 -30 Q0 -4 58 -30 M-58 10 Q0 38 58 10 M-48 54 Q0 84 48 54 M-44 -74 Q0 -54 44 -74', {
      ...STROKE,
      stroke: '#587f3c',
      fill: 'none',
    }),
    isOpen ? path('M-24 140 L-6 20 L14 60 L30 120 L0 150 Z', { ...STROKE, fill: '#3d4b2a' }) : '',
  ].join('');
}

/** @param spread how far the wings are open: 1 is all the way. */
function butterfly(spread: number): Svg {
  const wings = [
    path('M8 -10 C60 -150 190 -150 180 -60 C174 0 80 20 8 10 Z', { ...STROKE, fill: ORANGE }),
    path('M8 8 C80 16 150 50 120 110 C90 150 20 90 6 30 Z', { ...STROKE, fill: YELLOW }),
    circle([122, -70], 24, { ...STROKE, fill: WHITE }),
    circle([74, -48], 14, { ...STROKE, fill: RED }),
    circle([82, 76], 16, { ...STROKE, fill: RED }),
  ].join('');
  return [
    group({ transform: `scale(${spread} 1)` }, wings),
    group({ transform: `scale(${-spread} 1)` }, wings),
    path('M-6 -66 Q-20 -112 -46 -118 M6 -66 Q20 -112 46 -118', { ...STROKE, fill: 'none' }),
    ellipse([0, 14], 15, 74, { fill: INK }),
    circle([0, -62], 20, { fill: INK }),
  ].join('');
}

function flower(x: number, y: number): Svg {
  const petals = [0, 72, 144, 216, 288].map((degrees) =>
    turned(degrees, ellipse([0, -34], 20, 30, { ...STROKE, fill: RED })),
  );
  return at(
    x,
    y,
    path(`M0 0 V${226 - y}`, { stroke: GREEN, 'stroke-width': 12 }),
    ...petals,
    circle([0, 0], 20, { ...STROKE, fill: YELLOW }),
  );
}
