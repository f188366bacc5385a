import { PALE, WHITE } from './colours.ts';
import type { Svg } from './svg.ts';

/** Ink that a printer with black alone need not mix. */
export const BLACK = '#000000';

/**
 * The attributes of a shape whose colour alone has a meaning, such as the key of a piano that is meant. In black and
 * white it is hatched.
 */
export const TELLING = { class: 'telling' } as const;

/** Shapes that have no line around them in colour, and are no pale backdrop, get one this wide, in units. */
const OUTLINE = 3;

const HATCHING = 'hatching';
const HATCHES =
  `<defs><pattern id="${HATCHING}" width="16" height="16" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">` +
  `<rect width="16" height="16" fill="${WHITE}"/><rect width="4" height="16" fill="${BLACK}"/></pattern></defs>`;

/** Darker colours are ink. Lighter lines are paper on top of something, and stay as well. */
const DARK = 0.2;
const LIGHT = 0.85;

/**
 * A drawing for printers that have black alone: black lines on white, without greys, and all text black. What is
 * {@link TELLING} is hatched, and what is black in colour stays black.
 */
export function lineArt(svg: Svg): Svg {
  const drawn = svg.replace(/<([a-z]+)((?: [\w:-]+="[^"]*")*)(\/?)>/g, (_, name, attributes, end) => {
    return `<${name}${inBlack(name, attributes)}${end}>`;
  });
  return drawn.includes(`url(#${HATCHING})`) ? drawn.replace('>', `>${HATCHES}`) : drawn;
}

function inBlack(name: string, attributes: string): string {
  const fill = attributeOf(attributes, 'fill');
  const stroke = attributeOf(attributes, 'stroke');
  if (name === 'text') return fill === undefined ? attributes : withAttribute(attributes, 'fill', BLACK);
  let changed = attributes;
  if (stroke?.startsWith('#'))
    changed = withAttribute(changed, 'stroke', luminance(stroke) > LIGHT ? WHITE : BLACK);
  if (!fill?.startsWith('#')) return changed;
  if (luminance(fill) < DARK) return withAttribute(changed, 'fill', BLACK);
  const isTelling = fill !== WHITE && attributes.includes(` class="${TELLING.class}"`);
  changed = withAttribute(changed, 'fill', isTelling ? `url(#${HATCHING})` : WHITE);
  const needsOutline = name !== 'g' && stroke === undefined && fill !== WHITE && fill !== PALE;
  return needsOutline
    ? `${changed} stroke="${BLACK}" stroke-width="${OUTLINE}" stroke-linejoin="round"`
    : changed;
}

function attributeOf(attributes: string, name: string): string | undefined {
  return new RegExp(` ${name}="([^"]*)"`).exec(attributes)?.[1];
}

function withAttribute(attributes: string, name: string, value: string): string {
  return attributes.replace(new RegExp(` ${name}="[^"]*"`), ` ${name}="${value}"`);
}

/** From 0, which is black, to 1. */
function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map(
    (at) => Number.parseInt(colour.slice(at, at + 2), 16) / 255,
  );
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
