import { INK } from './colours.ts';
import { path, type Svg, short } from './svg.ts';

/**
 * As many dots as a number of cards has, a power of two, in rows within this box. They are one path of points with round
 * ends, which is a tenth of what as many circles take.
 */
export function dots(count: number, box: { x: number; y: number; width: number; height: number }): Svg {
  const { columns, rows } = gridOf(count, box.height > box.width);
  const step = Math.min(box.width / columns, box.height / rows);
  const left = box.x + (box.width - step * (columns - 1)) / 2;
  const top = box.y + (box.height - step * (rows - 1)) / 2;
  const places = Array.from({ length: count }, (_, index) => {
    const x = left + (index % columns) * step;
    const y = top + Math.floor(index / columns) * step;
    return `M${short(x)} ${short(y)}h.01`;
  });
  const diameter = Math.min(step * 0.72, Math.min(box.width, box.height) * 0.42);
  return path(places.join(''), {
    stroke: INK,
    'stroke-width': diameter,
    'stroke-linecap': 'round',
    fill: 'none',
  });
}

function gridOf(count: number, isHigh: boolean): { columns: number; rows: number } {
  const exponent = Math.log2(count);
  const shorter = 2 ** Math.floor(exponent / 2);
  const longer = count / shorter;
  return isHigh ? { columns: shorter, rows: longer } : { columns: longer, rows: shorter };
}
