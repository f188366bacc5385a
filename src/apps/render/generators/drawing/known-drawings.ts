import type { Svg } from './svg.ts';

/** The texts of a worksheet in one language are one object. */
const KNOWN_DRAWINGS = new WeakMap<object, Map<string, Svg>>();

/**
 * Draws what all copies of a worksheet share, once.
 *
 * @param words the texts of the worksheet.
 * @param variant names what the drawing depends on beside them, such as the paper.
 */
export function knownDrawing(words: object, variant: string, draw: () => Svg): Svg {
  const known = KNOWN_DRAWINGS.get(words) ?? new Map<string, Svg>();
  KNOWN_DRAWINGS.set(words, known);
  const svg = known.get(variant) ?? draw();
  known.set(variant, svg);
  return svg;
}
