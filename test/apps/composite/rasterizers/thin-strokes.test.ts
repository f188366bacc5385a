import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import sharp from 'sharp';
import { createRasterizer } from '../../../../src/apps/composite/rasterizers/index.ts';
import { allOf } from './all-of.ts';
import { FIRST_OBJECT, writeRawPdf } from './raw-pdf.ts';

/** A level line and a rising one, drawn under a matrix that stretches the page 25 times as much across as upwards. */
const TRACE = '1 w 0 0 m 600 0 l S 0 0 m 300 1000 l S';
const UNEVEN = '0.1366 0 0 0.0054 10 20 cm';

describe('thin lines under an uneven matrix', () => {
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'thin-strokes-test-'));
  });

  afterAll(async () => {
    await rm(folder, { recursive: true });
  });

  async function draw(pdf: Buffer, dpi: number) {
    const path = join(folder, 'source.pdf');
    await writeFile(path, pdf);
    const { signal } = new AbortController();
    const settings = {
      engine: 'pdfium',
      threadCount: 1,
      dpi,
      fallbackDpi: dpi,
      format: 'png',
      maximumLengthPixels: 0,
      pageTimeoutSeconds: 60,
      maximumPages: 0,
      brokenPages: 'fail',
      useCropBox: false,
    } as const;
    const document = await createRasterizer('pdfium').open(path, settings, signal);
    const [page] = await allOf(document.pages(signal));
    await document.close();
    const { data, info } = await sharp(page?.body).greyscale().raw().toBuffer({ resolveWithObject: true });
    /** The darkest value in a part of the page that is given in points from its top left corner. */
    return (left: number, top: number, width: number, height: number): number => {
      const pixels = (points: number) => Math.round((points * dpi) / 72);
      let darkest = 255;
      for (let y = pixels(top); y < pixels(top + height); y += 1) {
        for (let x = pixels(left); x < pixels(left + width); x += 1) {
          darkest = Math.min(darkest, data[(y * info.width + x) * info.channels] ?? 255);
        }
      }
      return darkest;
    };
  }

  it.each([72, 100, 150, 300, 500, 1000])('are seen from end to end at %d DPI', async (dpi) => {
    const darkest = await draw(page(`q ${UNEVEN} ${TRACE} Q`), dpi);
    for (let left = 11; left < 90; left += 8) expect(darkest(left, 78, 4, 4)).toBeLessThan(210);
    // The rising one, where it is higher than the level one.
    expect(darkest(25, 76.5, 4, 2)).toBeLessThan(210);
    expect(darkest(45, 74.4, 4, 2)).toBeLessThan(210);
  });

  it('are seen within a form, too', async () => {
    const pdf = writeRawPdf({
      objects: [
        {
          entries: '/Type /XObject /Subtype /Form /BBox [0 0 1000 1000]',
          data: Buffer.from(`q ${UNEVEN} ${TRACE} Q`),
        },
      ],
      pages: [
        {
          entries: `/MediaBox [0 0 100 100] /Resources << /XObject << /Trace ${FIRST_OBJECT} 0 R >> >>`,
          content: '/Trace Do',
        },
      ],
    });
    const darkest = await draw(pdf, 500);
    expect(darkest(60, 78, 4, 4)).toBeLessThan(210);
  });

  it('stay within what they are clipped to', async () => {
    const darkest = await draw(page(`q 0 0 50 100 re W n ${UNEVEN} ${TRACE} Q`), 500);
    expect(darkest(30, 78, 4, 4)).toBeLessThan(210);
    expect(darkest(51, 70, 40, 20)).toBe(255);
  });

  it('are not drawn where the PDF only describes them', async () => {
    const darkest = await draw(page(`q ${UNEVEN} 0 0 m 600 0 l n Q`), 500);
    expect(darkest(0, 0, 100, 100)).toBe(255);
  });
});

function page(content: string): Buffer {
  return writeRawPdf({ pages: [{ entries: '/MediaBox [0 0 100 100]', content }] });
}
