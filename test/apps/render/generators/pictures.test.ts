import { readFile } from 'node:fs/promises';
import { expect, it } from '@jest/globals';
import pixelmatch from 'pixelmatch';
import sharp from 'sharp';
import { COLOUR_MODES } from '../../../../src/apps/render/documents/document-request.ts';
import { GENERATORS } from '../../../../src/apps/render/generators/index.ts';
import { drawSheet, PICTURES, pictureName } from '../sheet-pictures.ts';

/** The part of the pixels that may look different: a moved word has more. */
const LARGEST_DIFFERENCE = 0.002;

const SHEETS = GENERATORS.flatMap((generator) =>
  COLOUR_MODES.map((colourMode) => [generator.view, colourMode, generator] as const),
);

it.each(SHEETS)('%s (%s) looks as in its picture', async (view, colourMode, generator) => {
  const kept = await pixelsOf(await readFile(new URL(pictureName(view, colourMode), PICTURES)));
  const drawn = await pixelsOf(await drawSheet(generator, colourMode));
  expect([drawn.width, drawn.height]).toEqual([kept.width, kept.height]);
  const different = pixelmatch(kept.pixels, drawn.pixels, undefined, kept.width, kept.height, {
    threshold: 0.2,
  });
  // Otherwise: node test/worksheet-pictures.ts, and look at what changed.
  expect(different / (kept.width * kept.height)).toBeLessThan(LARGEST_DIFFERENCE);
});

async function pixelsOf(png: Buffer): Promise<{ pixels: Buffer; width: number; height: number }> {
  const { data, info } = await sharp(png).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  return { pixels: data, width: info.width, height: info.height };
}
