import { describe, expect, it } from '@jest/globals';
import { INK, PALE, RED } from '../../../../src/apps/render/generators/drawing/colours.ts';
import { lineArt, TELLING } from '../../../../src/apps/render/generators/drawing/line-art.ts';
import { circle, drawing, rectangle, type Svg } from '../../../../src/apps/render/generators/drawing/svg.ts';
import { text } from '../../../../src/apps/render/generators/drawing/text.ts';

const inBlack = (svg: Svg) => lineArt(drawing({ width: 10, height: 10 }, svg));

describe('a drawing in black and white', () => {
  it('has an outline for each shape that had none', () => {
    expect(inBlack(circle([5, 5], 5, { fill: RED }))).toContain(
      '<circle cx="5" cy="5" r="5" fill="#ffffff" stroke="#000000"',
    );
  });

  it('has the outline that a shape had, in black', () => {
    expect(inBlack(circle([5, 5], 5, { fill: RED, stroke: INK, 'stroke-width': 9 }))).toContain(
      'fill="#ffffff" stroke="#000000" stroke-width="9"/>',
    );
  });

  it('has no backdrops', () => {
    expect(inBlack(rectangle(0, 0, 5, 5, { fill: PALE }))).toContain('height="5" fill="#ffffff"/>');
  });

  it('keeps what is black', () => {
    expect(inBlack(rectangle(0, 0, 5, 5, { fill: INK }))).toContain('height="5" fill="#000000"/>');
  });

  it('has hatches where a colour tells something', () => {
    const svg = inBlack(rectangle(0, 0, 5, 5, { fill: RED, ...TELLING }));
    expect(svg).toContain('fill="url(#hatching)"');
    expect(svg).toContain('<pattern id="hatching"');
  });

  it('has black text, which says what it said', () => {
    const svg = inBlack(text([1, 1], '<b fill="#ff0000">', { size: 3, colour: '#ffffff' }));
    expect(svg).toContain('fill="#000000">&lt;b fill=&quot;#ff0000&quot;&gt;</text>');
  });
});
