import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { constants, deflateRawSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import sharp from 'sharp';
import { createRasterizer } from '../../../../src/apps/composite/rasterizers/index.ts';
import { PageThread } from '../../../../src/apps/composite/rasterizers/pdfium/page-thread.ts';
import {
  InvalidPdfError,
  PageRasterizationError,
} from '../../../../src/apps/composite/rasterizers/rasterizer.ts';
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
  pageTimeoutSeconds: 60,
  maximumPages: 0,
  brokenPages: 'fail',
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
      await expect(failure).rejects.toThrow(
        /^Page 1 .*drawing it as 5556 × 5556 pixels takes more than 1 GiB of memory.*PDF_RASTERIZER_DPI/,
      );
      await stubborn.close();
    });

    it('says that a page takes too much memory, without advice that would not help', async () => {
      await writeFile(path, formsWithinForms());
      const { signal } = new AbortController();
      const document = await createRasterizer('pdfium').open(path, SETTINGS, signal);
      await expect(allOf(document.pages(signal))).rejects.toThrow(
        /^Page 1 cannot be rasterized: its content takes more than 1 GiB of memory\.$/,
      );
      await document.close();
    });

    it('says that a PDF takes too much memory to be opened', async () => {
      await writeFile(path, hugeObjectStream(950));
      const { signal } = new AbortController();
      await expect(createRasterizer('pdfium').open(path, SETTINGS, signal)).rejects.toThrow(
        new InvalidPdfError('The PDF cannot be opened: that takes more than 1 GiB of memory.'),
      );
    });

    it('keeps no thread that took much memory, not even one that only opened the PDF', async () => {
      await writeFile(path, hugeObjectStream(300));
      const { signal } = new AbortController();
      const thread = new PageThread();
      await thread.open(path, { wantsGeometries: true, limits: SETTINGS }, signal);
      await thread.close();
      expect(thread.isReusable).toBe(false);
      await thread.terminate();
    });

    it('opens the PDF in no more threads than there are pages for', async () => {
      await writeFile(path, hugeObjectStream(300));
      const { signal } = new AbortController();
      const before = process.memoryUsage().rss;
      const document = await createRasterizer('pdfium').open(path, { ...SETTINGS, threadCount: 2 }, signal);
      const takenBytes = process.memoryUsage().rss - before;
      await document.close();
      // One takes 600 MB.
      expect(takenBytes).toBeLessThan(900 * 1024 * 1024);
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

/** A page of forms, each of which draws the next one ten times, twelve deep. */
function formsWithinForms(): Buffer {
  const depth = 12;
  const forms = Array.from({ length: depth }, (_, index) => {
    const inner = index === depth - 1 ? '' : `/XObject << /Inner ${FIRST_OBJECT + index + 1} 0 R >>`;
    return {
      entries: `/Type /XObject /Subtype /Form /BBox [0 0 612 792] /Resources << ${inner} >>`,
      data: Buffer.from(inner === '' ? '0 0 9 9 re f' : '/Inner Do '.repeat(10)),
    };
  });
  return writeRawPdf({
    objects: forms,
    pages: [
      {
        entries: `/MediaBox [0 0 72 72] /Resources << /XObject << /Inner ${FIRST_OBJECT} 0 R >> >>`,
        content: '/Inner Do',
      },
    ],
  });
}

/** A PDF whose pages are described in a stream that is so large when it is unpacked, and a thousandth of that before. */
function hugeObjectStream(mebibytes: number): Buffer {
  const pages = '<< /Type /Pages /Kids [3 0 R] /Count 1 >>\n';
  const page = '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 72 72] >>\n';
  const index = `2 0 3 ${pages.length} `;
  const flush = { finishFlush: constants.Z_FULL_FLUSH };
  const start = deflateRawSync(Buffer.from(index + pages + page), flush);
  const mebibyte = deflateRawSync(Buffer.alloc(1024 * 1024, ' '), flush);
  const packed = [start, ...Array<Buffer>(mebibytes).fill(mebibyte)];
  const data = Buffer.concat([Buffer.from([0x78, 0x9c]), ...packed, Buffer.from([3, 0, 0, 0, 0, 0])]);
  const catalog = Buffer.from('%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n');
  const objectStream = Buffer.concat([
    Buffer.from(
      `4 0 obj\n<< /Type /ObjStm /N 2 /First ${index.length} /Filter /FlateDecode /Length ${data.length} >>\nstream\n`,
    ),
    data,
    Buffer.from('\nendstream\nendobj\n'),
  ]);
  const tablePosition = catalog.length + objectStream.length;
  const table = Buffer.alloc(36);
  const entries = [
    [0, 0, 255],
    [1, 9, 0],
    [2, 4, 0],
    [2, 4, 1],
    [1, catalog.length, 0],
    [1, tablePosition, 0],
  ];
  for (const [number, [kind = 0, place = 0, last = 0]] of entries.entries()) {
    table.writeUInt8(kind, number * 6);
    table.writeUInt32BE(place, number * 6 + 1);
    table.writeUInt8(last, number * 6 + 5);
  }
  return Buffer.concat([
    catalog,
    objectStream,
    Buffer.from('5 0 obj\n<< /Type /XRef /Size 6 /W [1 4 1] /Root 1 0 R /Length 36 >>\nstream\n'),
    table,
    Buffer.from(`\nendstream\nendobj\nstartxref\n${tablePosition}\n%%EOF\n`),
  ]);
}
