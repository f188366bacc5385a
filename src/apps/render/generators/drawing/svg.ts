/** Pieces of SVG. Every text and every attribute is escaped; a piece is markup already. */
export type Svg = string;

/** Attributes of an element, under the names that SVG has for them. */
export type Attributes = Readonly<Record<string, string | number | undefined>>;

/** A place on a drawing, in units from its upper left corner. */
export type Point = readonly [x: number, y: number];

/** An element with what is in it. */
export function element(name: string, attributes: Attributes, content: Svg = ''): Svg {
  const written = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}="${typeof value === 'number' ? short(value) : escaped(String(value))}"`)
    .join('');
  return content === '' ? `<${name}${written}/>` : `<${name}${written}>${content}</${name}>`;
}

/** A whole drawing of this size. */
export function drawing(size: { readonly width: number; readonly height: number }, ...pieces: Svg[]): Svg {
  const { width, height } = size;
  return element(
    'svg',
    { xmlns: 'http://www.w3.org/2000/svg', width, height, viewBox: `0 0 ${width} ${height}` },
    pieces.join(''),
  );
}

/** Pieces that share attributes, such as a place. */
export function group(attributes: Attributes, ...pieces: Svg[]): Svg {
  return element('g', attributes, pieces.join(''));
}

/** Pieces, moved. */
export function at(x: number, y: number, ...pieces: Svg[]): Svg {
  return group({ transform: `translate(${short(x)} ${short(y)})` }, ...pieces);
}

/** Pieces, turned clockwise around the origin. */
export function turned(degrees: number, ...pieces: Svg[]): Svg {
  return group({ transform: `rotate(${short(degrees)})` }, ...pieces);
}

/** Pieces, made larger from the origin. */
export function scaled(factor: number, ...pieces: Svg[]): Svg {
  return group({ transform: `scale(${short(factor)})` }, ...pieces);
}

/** A rectangle with this upper left corner. */
export function rectangle(x: number, y: number, width: number, height: number, attributes: Attributes): Svg {
  return element('rect', { x, y, width, height, ...attributes });
}

/** A circle around a point. */
export function circle([cx, cy]: Point, r: number, attributes: Attributes): Svg {
  return element('circle', { cx, cy, r, ...attributes });
}

/** An ellipse around a point, with its horizontal and its vertical radius. */
export function ellipse([cx, cy]: Point, rx: number, ry: number, attributes: Attributes): Svg {
  return element('ellipse', { cx, cy, rx, ry, ...attributes });
}

/** A line between two points. */
export function line([x1, y1]: Point, [x2, y2]: Point, attributes: Attributes): Svg {
  return element('line', { x1, y1, x2, y2, ...attributes });
}

/** A path in SVG's own notation. */
export function path(d: string, attributes: Attributes): Svg {
  return element('path', { d, ...attributes });
}

/** A closed polygon. */
export function polygon(points: readonly Point[], attributes: Attributes): Svg {
  return element('polygon', {
    points: points.map(([x, y]) => `${short(x)},${short(y)}`).join(' '),
    ...attributes,
  });
}

/** Pieces in a frame of this size around the origin: what reaches beyond it is cut off. */
export function framed(width: number, height: number, ...pieces: Svg[]): Svg {
  const [x, y] = [-width / 2, -height / 2];
  return element('svg', { x, y, width, height, viewBox: `${x} ${y} ${width} ${height}` }, pieces.join(''));
}

/** A number as drawings write it: a hundredth of a unit is finer than any printer. */
export function short(value: number): string {
  return String(Math.round(value * 100) / 100);
}

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Text with the characters escaped that SVG reserves. */
export function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (character) => ESCAPES[character] ?? '');
}
