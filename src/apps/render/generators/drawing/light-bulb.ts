import { GREY, INK, ORANGE } from './colours.ts';
import { line, path, rectangle, type Svg, scaled } from './svg.ts';

/** A light bulb of this height around the origin, with rays where it is on. */
export function lightBulb(height: number, colour: string, isOn: boolean): Svg {
  const stroke = { stroke: INK, 'stroke-width': 5, 'stroke-linejoin': 'round', 'stroke-linecap': 'round' };
  const glass = path('M-22 40 C-22 18 -52 8 -52 -32 A52 52 0 1 1 52 -32 C52 8 22 18 22 40 Z', {
    ...stroke,
    fill: colour,
  });
  const wire = path('M-14 38 L-18 -12 L-6 -24 L0 -12 L6 -24 L18 -12 L14 38', { ...stroke, fill: 'none' });
  const screw = [0, 1, 2].map((turn) =>
    rectangle(-22 + turn * 3, 42 + turn * 15, 44 - turn * 6, 12, {
      fill: GREY,
      rx: 6,
      ...stroke,
      'stroke-width': 4,
    }),
  );
  const rays = [-150, -120, -90, -60, -30, 0, 180].map((degrees) => {
    const angle = (degrees / 180) * Math.PI;
    const [x, y] = [Math.cos(angle), Math.sin(angle)];
    return line([x * 66, -32 + y * 66], [x * 86, -32 + y * 86], {
      ...stroke,
      stroke: ORANGE,
      'stroke-width': 8,
    });
  });
  return scaled(height / 200, ...(isOn ? rays : []), glass, wire, ...screw);
}
