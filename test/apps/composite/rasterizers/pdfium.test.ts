import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import sharp from 'sharp';
import { createRasterizer } from '../../../../src/apps/composite/rasterizers/index.ts';
import { PageRasterizationError } from '../../../../src/apps/composite/rasterizers/rasterizer.ts';
import { allOf } from './all-of.ts';
import { describeRasterizer } from './rasterizer-conformance.ts';
import { FIRST_OBJECT, writeRawPdf } from './raw-pdf.ts';

const SETTINGS = {
  engine: 'pdfium',
  threadCount: 2,
  dpi: 400,
  fallbackDpi: 20,
  format: 'png',
  maximumLengthPixels: 0,
  useCropBox: false,
} as const;

describe('pdfium', () => {
  describeRasterizer('pdfium');

  describe('with pages that ask too much of it', () => {
    let folder: string;
    let path: string;

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'pdfium-test-'));
      path = join(folder, 'source.pdf');
    });

    afterAll(async () => {
      await rm(folder, { recursive: true });
    });

    it('draws at the fallback DPI what it has no memory for, or says so', async () => {
      await writeFile(path, nestedGroups(16));
      const { signal } = new AbortController();
      const document = await createRasterizer('pdfium').open(path, SETTINGS, signal);
      const [page, ...others] = await allOf(document.pages(signal));
      await document.close();
      expect(others).toEqual([]);
      expect([page?.widthPixels, page?.heightPixels]).toEqual([278, 278]);
      const { dominant } = await sharp(page?.body).stats();
      expect([dominant.r > 200, dominant.g < 50, dominant.b < 50]).toEqual([true, true, true]);

      const settings = { ...SETTINGS, fallbackDpi: SETTINGS.dpi };
      const stubborn = await createRasterizer('pdfium').open(path, settings, signal);
      const failure = allOf(stubborn.pages(signal));
      await expect(failure).rejects.toThrow(PageRasterizationError);
      await expect(failure).rejects.toThrow(/^Page 1 .*memory/);
      await stubborn.close();
    });

    it('stops in the middle of a page that would take hours', async () => {
      const square = '0.5 0.5 0.5 rg /Half gs 0 0 1000 1000 re f\n';
      await writeFile(
        path,
        writeRawPdf({
          objects: ['<< /Type /ExtGState /ca 0.5 >>'],
          pages: [
            { entries: '/MediaBox [0 0 72 72]' },
            {
              entries: `/MediaBox [0 0 1000 1000] /Resources << /ExtGState << /Half ${FIRST_OBJECT} 0 R >> >>`,
              content: square.repeat(50_000),
            },
          ],
        }),
      );
      const stop = new AbortController();
      const document = await createRasterizer('pdfium').open(path, SETTINGS, stop.signal);
      const taken = (async () => {
        // The first page is done, so the second one is being drawn.
        for await (const { pageNumber } of document.pages(stop.signal)) {
          expect(pageNumber).toBe(1);
          setImmediate(() => stop.abort(new Error('Out of time')));
        }
      })();
      await expect(taken).rejects.toThrow('Out of time');
      await document.close();
    });
  });
});

/** A red page in transparency groups, one within the other: PDFium needs a picture of the page for each of them. */
function nestedGroups(depth: number): Buffer {
  const size = '[0 0 1000 1000]';
  const groups = Array.from({ length: depth }, (_, index) => {
    const isInnermost = index === depth - 1;
    const inner = isInnermost ? '' : `/XObject << /Inner ${FIRST_OBJECT + index + 2} 0 R >>`;
    return {
      entries:
        `/Type /XObject /Subtype /Form /BBox ${size} /Group << /S /Transparency /I true >> ` +
        `/Resources << /ExtGState << /Multiply ${FIRST_OBJECT} 0 R >> ${inner} >>`,
      data: Buffer.from(
        isInnermost ? '1 0 0 rg 0 0 1000 1000 re f' : '/Multiply gs /Inner Do 1 0 0 rg 0 0 9 9 re f',
      ),
    };
  });
  return writeRawPdf({
    objects: ['<< /Type /ExtGState /BM /Multiply >>', ...groups],
    pages: [
      {
        entries:
          `/MediaBox ${size} /Resources << /ExtGState << /Multiply ${FIRST_OBJECT} 0 R >> ` +
          `/XObject << /Inner ${FIRST_OBJECT + 1} 0 R >> >>`,
        content: '/Multiply gs /Inner Do',
      },
    ],
  });
}
