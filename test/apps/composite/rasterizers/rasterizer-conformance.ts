import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import PDFDocument from 'pdfkit';
import sharp from 'sharp';
import { createRasterizer } from '../../../../src/apps/composite/rasterizers/index.ts';
import {
  InvalidPdfError,
  type PageImage,
  PageRasterizationError,
  PdfLimitError,
  type RasterizerSettings,
} from '../../../../src/apps/composite/rasterizers/rasterizer.ts';
import type { PageFormat, RasterizerEngine } from '../../../../src/apps/composite/settings.ts';
import { endlessPdf } from './endless-pdf.ts';
import { FIRST_OBJECT, type RawPage, writeRawPdf } from './raw-pdf.ts';

type Color = readonly [red: number, green: number, blue: number];

const RED: Color = [255, 0, 0];
const GREEN: Color = [0, 255, 0];
const BLUE: Color = [0, 0, 255];
const YELLOW: Color = [255, 255, 0];
const WHITE: Color = [255, 255, 255];

/** 8 by 8 pixels of (200, 30, 120), as JPEG 2000. */
const JPEG_2000_IMAGE = Buffer.from(
  '/0//UQAvAAAAAAAIAAAACAAAAAAAAAAAAAAACAAAAAgAAAAAAAAAAAADBwEBBwEBBwEB/1IADAAAAAEBAAQEAAH/XAAEQED/ZAAlAAFDcmVhdGVk' +
    'IGJ5IE9wZW5KUEVHIHZlcnNpb24gMi41LjD/kAAKAAAAAABaAAH/k8fUGhFQVKNtH0gAAAAwkI/PtFwUAFyig1YoAAAAMJCLMIGEhIQGgGEhH9+A' +
    '+BQAXKJ9tpAAAwkI1QoYSEhAaAYSEe4YMJCQgNAMJCP/2Q==',
  'base64',
);

/** A JBIG2 page of 8 by 8 pixels that is black from the start. */
const JBIG2_IMAGE = Buffer.from(
  '00000000' +
    '30' +
    '00' +
    '01' +
    '00000013' +
    '00000008' +
    '00000008' +
    '00000000' +
    '00000000' +
    '04' +
    '0000',
  'hex',
);

const NEVER = new AbortController().signal;

/**
 * What every rasterizer has to do alike, whatever draws its pages.
 *
 * @param drawsBeyondCropBox whether it draws what lies between crop box and media box, or leaves it white.
 * @param repairs whether it draws what PDFium repairs: a PDF without a trailer, and a page without a width.
 */
export function describeRasterizer(
  engine: RasterizerEngine,
  { drawsBeyondCropBox = true, repairs = true } = {},
): void {
  const rasterizer = createRasterizer(engine);
  let folder: string;
  let fileCount = 0;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rasterizer-test-'));
  });

  afterAll(async () => {
    await rm(folder, { recursive: true });
  });

  async function save(pdf: Uint8Array): Promise<string> {
    fileCount += 1;
    const path = join(folder, `${fileCount}.pdf`);
    await writeFile(path, pdf);
    return path;
  }

  async function rasterize(
    pdf: Uint8Array,
    changes: Partial<RasterizerSettings> = {},
  ): Promise<readonly PageImage[]> {
    const document = await rasterizer.open(await save(pdf), settingsWith(engine, changes), NEVER);
    try {
      const pages: PageImage[] = [];
      for await (const page of document.pages(NEVER)) pages.push(page);
      return pages.sort((a, b) => a.pageNumber - b.pageNumber);
    } finally {
      await document.close();
    }
  }

  async function sizes(pdf: Uint8Array, changes: Partial<RasterizerSettings> = {}): Promise<string[]> {
    return (await rasterize(pdf, changes)).map((page) => `${page.widthPixels}x${page.heightPixels}`);
  }

  describe('the size of a page', () => {
    it('is its media box times DPI/72, and what fills a pixel partly gets it', async () => {
      const pdf = writeRawPdf({
        pages: [
          page('[0 0 612 792]'),
          page('[0 0 595.276 841.89]'),
          page('[-10 -20 90 180]'),
          page('[100 50 0 0]'),
        ],
      });
      expect(await sizes(pdf, { dpi: 100 })).toEqual(['850x1100', '827x1170', '139x278', '139x70']);
      expect(await sizes(pdf, { dpi: 72 })).toEqual(['612x792', '596x842', '100x200', '100x50']);
    });

    it('is the size of the image file', async () => {
      const [image] = await rasterize(writeRawPdf({ pages: [page('[0 0 200 100]')] }), { dpi: 100 });
      const { width, height } = await sharp(image?.body).metadata();
      expect([width, height]).toEqual([image?.widthPixels, image?.heightPixels]);
    });

    it('is turned as the page says, itself or by inheritance', async () => {
      const pdf = writeRawPdf({
        inherited: '/MediaBox [0 0 200 100] /Rotate 90',
        pages: [
          { content: quadrants(0, 0, 200, 100) },
          { entries: '/Rotate 0', content: quadrants(0, 0, 200, 100) },
          { entries: '/Rotate 180', content: quadrants(0, 0, 200, 100) },
          { entries: '/Rotate -90', content: quadrants(0, 0, 200, 100) },
        ],
      });
      const pages = await rasterize(pdf);
      expect(pages.map((image) => [image.widthPixels, image.heightPixels])).toEqual([
        [100, 200],
        [200, 100],
        [200, 100],
        [100, 200],
      ]);
      // From the top left corner, clockwise. Unturned: red, green, blue, yellow.
      expect(await Promise.all(pages.map(cornerColors))).toEqual([
        [YELLOW, RED, GREEN, BLUE],
        [RED, GREEN, BLUE, YELLOW],
        [BLUE, YELLOW, RED, GREEN],
        [GREEN, BLUE, YELLOW, RED],
      ]);
    });

    it('is its crop box where that is asked for, and shows the media box where it is not', async () => {
      const content = `${filled(YELLOW, 0, 0, 300, 300)} ${quadrants(100, 50, 200, 100)}`;
      const pdf = writeRawPdf({
        pages: [
          { entries: '/MediaBox [0 0 300 300] /CropBox [100 50 300 150]', content },
          { entries: '/MediaBox [0 0 300 300] /CropBox [100 50 300 150] /Rotate 90', content },
          { entries: '/MediaBox [0 0 300 300] /CropBox [100 50 300 150] /Rotate 180', content },
          { entries: '/MediaBox [0 0 300 300] /CropBox [100 50 300 150] /Rotate 270', content },
        ],
      });
      const cropped = await rasterize(pdf, { useCropBox: true });
      expect(cropped.map((image) => [image.widthPixels, image.heightPixels])).toEqual([
        [200, 100],
        [100, 200],
        [200, 100],
        [100, 200],
      ]);
      expect(await Promise.all(cropped.map(cornerColors))).toEqual([
        [RED, GREEN, BLUE, YELLOW],
        [YELLOW, RED, GREEN, BLUE],
        [BLUE, YELLOW, RED, GREEN],
        [GREEN, BLUE, YELLOW, RED],
      ]);
      const [whole] = await rasterize(pdf);
      expect([whole?.widthPixels, whole?.heightPixels]).toEqual([300, 300]);
      expect(await colorAt(whole, 50, 290)).toEqual(drawsBeyondCropBox ? YELLOW : WHITE);
      expect(await colorAt(whole, 110, 160)).toEqual(RED);
    });

    it('is what lies of the crop box within the media box, and the media box where nothing does', async () => {
      const pdf = writeRawPdf({
        pages: [
          page('[0 0 100 100] /CropBox [-50 -30 50 70]'),
          // Higher than the page: pdftoppm then shows all of the height.
          page('[0 0 100 100] /CropBox [-50 -50 50 70]'),
          page('[0 0 100 100] /CropBox [500 500 600 600]'),
          page('[0 0 100 100]'),
        ],
      });
      expect(await sizes(pdf, { useCropBox: true })).toEqual(['50x70', '50x100', '100x100', '100x100']);
    });

    it('is scaled down where the longer edge is over the maximum, with its shape kept', async () => {
      const pdf = writeRawPdf({
        pages: [
          { entries: '/MediaBox [0 0 400 200]', content: quadrants(0, 0, 400, 200) },
          page('[0 0 150 300]'),
          page('[0 0 90 100]'),
          page('[0 0 2000 3]'),
        ],
      });
      const pages = await rasterize(pdf, { maximumLengthPixels: 100 });
      expect(pages.map((image) => [image.widthPixels, image.heightPixels])).toEqual([
        [100, 50],
        [50, 100],
        [90, 100],
        [100, 1],
      ]);
      expect(await Promise.all(pages.slice(0, 1).map(cornerColors))).toEqual([[RED, GREEN, BLUE, YELLOW]]);
    });

    it('is drawn at the fallback DPI where it is too large, and the other pages are not', async () => {
      const fiveMetres = 14_173;
      const pdf = writeRawPdf({
        pages: [page(`[0 0 ${fiveMetres} 72]`), page('[0 0 72 72]')],
      });
      expect(await sizes(pdf, { format: 'jpg', dpi: 500, fallbackDpi: 40 })).toEqual(['7874x40', '500x500']);
    });

    it('can be too large even so: the error names the page, its size, and what to set', async () => {
      const pdf = writeRawPdf({ pages: [page('[0 0 72 72]'), page('[0 0 14173 14173]')] });
      const failure = rasterize(pdf, { dpi: 300, fallbackDpi: 200 });
      await expect(failure).rejects.toThrow(PageRasterizationError);
      await expect(failure).rejects.toThrow(
        /^Page 2 .*5\.00 × 5\.00 metres.*39370 × 39370 pixels.*PDF_RASTERIZER_MAX_LENGTH/,
      );
      expect(await sizes(pdf, { dpi: 300, fallbackDpi: 200, maximumLengthPixels: 50 })).toEqual([
        '50x50',
        '50x50',
      ]);
    });
  });

  describe('the pages', () => {
    it('come all, each once, under their own numbers', async () => {
      const pdf = writeRawPdf({
        inherited: '/MediaBox [0 0 60 60]',
        pages: Array.from({ length: 12 }, (_, index) => ({
          content: filled(numberColor(index + 1), 0, 0, 60, 60),
        })),
      });
      const pages = await rasterize(pdf);
      expect(pages.map((image) => image.pageNumber)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
      expect(await Promise.all(pages.map((image) => colorAt(image, 30, 30)))).toEqual(
        pages.map((image) => numberColor(image.pageNumber)),
      );
    });

    it('are white where nothing is drawn, and behind what is transparent', async () => {
      const pdf = writeRawPdf({
        objects: ['<< /Type /ExtGState /ca 0.5 >>'],
        pages: [
          {
            entries: `/MediaBox [0 0 100 100] /Resources << /ExtGState << /Half ${FIRST_OBJECT} 0 R >> >>`,
            content: `/Half gs ${filled(BLUE, 0, 0, 50, 100)}`,
          },
        ],
      });
      const [image] = await rasterize(pdf);
      expect(await colorAt(image, 75, 50)).toEqual(WHITE);
      expect(near(await colorAt(image, 25, 50), [127, 127, 255], 3)).toBe(true);
    });

    it('show their annotations and form fields', async () => {
      const appearance = (color: Color) => ({
        entries: '/Type /XObject /Subtype /Form /BBox [0 0 20 20]',
        data: Buffer.from(filled(color, 0, 0, 20, 20)),
      });
      const pdf = writeRawPdf({
        objects: [
          appearance(RED),
          appearance(BLUE),
          `<< /Type /Annot /Subtype /Stamp /F 4 /Rect [10 10 30 30] /AP << /N ${FIRST_OBJECT} 0 R >> >>`,
          `<< /Type /Annot /Subtype /Widget /FT /Tx /T (a) /F 4 /Rect [60 60 80 80] /AP << /N ${FIRST_OBJECT + 1} 0 R >> >>`,
        ],
        pages: [
          {
            entries: `/MediaBox [0 0 100 100] /Annots [${FIRST_OBJECT + 2} 0 R ${FIRST_OBJECT + 3} 0 R]`,
          },
        ],
      });
      const [image] = await rasterize(pdf);
      expect(await colorAt(image, 20, 80)).toEqual(RED);
      expect(await colorAt(image, 70, 30)).toEqual(BLUE);
    });

    it.each([
      [
        'JPEG 2000',
        '/ColorSpace /DeviceRGB /BitsPerComponent 8 /Filter /JPXDecode',
        JPEG_2000_IMAGE,
        [200, 30, 120],
      ],
      ['JBIG2', '/ColorSpace /DeviceGray /BitsPerComponent 1 /Filter /JBIG2Decode', JBIG2_IMAGE, [0, 0, 0]],
    ] as const)('show images that are %s', async (_name, entries, data, color) => {
      const [image] = await rasterize(pdfOfImage(entries, data));
      expect(near(await colorAt(image, 50, 50), color, 4)).toBe(true);
    });

    it('show images in CMYK', async () => {
      const data = await sharp({ create: { width: 8, height: 8, channels: 3, background: '#0000ff' } })
        .toColourspace('cmyk')
        .jpeg({ quality: 100 })
        .toBuffer();
      const [image] = await rasterize(
        pdfOfImage(
          '/ColorSpace /DeviceCMYK /Decode [1 0 1 0 1 0 1 0] /BitsPerComponent 8 /Filter /DCTDecode',
          data,
        ),
      );
      const [red, green, blue] = await colorAt(image, 50, 50);
      // What blue comes out of CMYK is a matter of taste; that it is blue is not.
      expect(blue - Math.max(red, green)).toBeGreaterThan(40);
    });
  });

  describe('the format', () => {
    it.each([
      ['jpg', { format: 'jpeg', chromaSubsampling: '4:2:0', channels: 3, density: 144 }],
      ['png', { format: 'png', channels: 3, density: 144 }],
      ['tiff', { format: 'tiff', channels: 3, density: 144 }],
    ] as const)('is %s where that is asked for', async (format, expected) => {
      const [image] = await rasterize(
        writeRawPdf({ pages: [{ entries: '/MediaBox [0 0 60 40]', content: quadrants(0, 0, 60, 40) }] }),
        { format, dpi: 144 },
      );
      expect(await sharp(image?.body).metadata()).toMatchObject({ ...expected, width: 120, height: 80 });
      const corners = image ? await cornerColors(image) : [];
      [RED, GREEN, BLUE, YELLOW].forEach((color, index) => {
        expect(near(corners[index] ?? WHITE, color, 8)).toBe(true);
      });
    });

    it.each([0, 20])(
      'is ppm where that is asked for (with a maximum length of %d)',
      async (maximumLengthPixels) => {
        const [image] = await rasterize(
          writeRawPdf({ pages: [page('[0 0 60 40]', filled(RED, 0, 0, 60, 40))] }),
          {
            format: 'ppm',
            maximumLengthPixels,
          },
        );
        const [width, height] = maximumLengthPixels === 0 ? [60, 40] : [20, 13];
        const header = `P6\n${width} ${height}\n255\n`;
        expect(image?.body.toString('latin1', 0, header.length)).toBe(header);
        expect(image?.body.length).toBe(header.length + width * height * 3);
        expect([...(image?.body.subarray(-3) ?? [])]).toEqual(RED);
      },
    );
  });

  describe('a file that is no PDF that can be read', () => {
    it.each([
      ['is empty', Buffer.alloc(0), /empty/],
      ['is a web page', Buffer.from('<!doctype html><h1>Sign in</h1>'), /not a PDF.*<!doctype html>/],
      ['is random bytes', Buffer.alloc(5000, 7), /not a PDF/],
      ['is a header alone', Buffer.from('%PDF-1.7\n'), /cut off/],
      [
        'was cut short',
        writeRawPdf({ pages: [page('[0 0 72 72]'), page('[0 0 72 72]')] }).subarray(0, 250),
        /cut off/,
      ],
      ['has no pages', writeRawPdf({ pages: [] }), /No pages can be found/],
      ['has nothing that makes sense', Buffer.from('%PDF-1.7\nhello\nstartxref\n12\n%%EOF\n'), /damaged/],
    ])('is refused where it %s', async (_name, pdf, message) => {
      const failure = rasterize(pdf);
      await expect(failure).rejects.toThrow(InvalidPdfError);
      await expect(failure).rejects.toThrow(message);
    });

    it('is refused where it needs a password, and opened where only its owner has one', async () => {
      const failure = rasterize(await encryptedPdf({ userPassword: 'secret', ownerPassword: 'other' }));
      await expect(failure).rejects.toThrow(InvalidPdfError);
      await expect(failure).rejects.toThrow(/password/);
      const [image] = await rasterize(await encryptedPdf({ ownerPassword: 'other' }));
      expect(await colorAt(image, 50, 50)).toEqual(RED);
    });
  });

  describe('a file that is broken, with everything in it that a page needs', () => {
    const whole = writeRawPdf({
      pages: [
        page('[0 0 40 40]', filled(RED, 0, 0, 40, 40)),
        page('[0 0 40 40]', filled(BLUE, 0, 0, 40, 40)),
      ],
    }).toString('latin1');

    const withoutTrailer = [
      ['has a trailer that does not name its root', whole.replace('/Root 1 0 R', '')],
      ['has no trailer', whole.slice(0, whole.indexOf('trailer'))],
      ['has no table', whole.slice(0, whole.indexOf('xref'))],
    ] as const;

    it.each([
      ['has zeros after its end', `${whole}${'\0'.repeat(5_000)}`],
      ['has a web page after its end', `${whole}${'<p>Thank you</p>'.repeat(100_000)}`],
      ['has line feeds before its header', `${'\n'.repeat(1_100)}${whole}`],
      ['has a hundred thousand bytes before its header', `${'x'.repeat(100_000)}\n${whole}`],
      ['has a table that points anywhere', whole.replaceAll(/\d{10} 00000 n/g, '0000000001 00000 n')],
      ['has an end that points anywhere', whole.replace(/startxref\n\d+/, 'startxref\n99999')],
      ['has a trailer that is not closed', whole.replace(/trailer\n<< (.*) >>/, 'trailer\n<< $1 ')],
      ['has no end mark', whole.slice(0, whole.indexOf('startxref'))],
      ...(repairs ? withoutTrailer : []),
    ])('is drawn where it %s', async (_name, pdf) => {
      const pages = await rasterize(Buffer.from(pdf, 'latin1'));
      expect(await Promise.all(pages.map((image) => colorAt(image, 20, 20)))).toEqual([RED, BLUE]);
    });

    it.each([
      ['within an object', whole.slice(0, whole.lastIndexOf('endobj'))],
      ['before an object that a page needs', whole.slice(0, whole.indexOf('6 0 obj'))],
      [
        'within what was added after its first end',
        `${whole}${whole.slice(whole.indexOf('1 0 obj'), whole.indexOf('4 0 obj') + 20)}${'% '.repeat(3_000)}`,
      ],
    ])('is refused where it is cut off %s', async (_name, pdf) => {
      const failure = rasterize(Buffer.from(pdf, 'latin1'));
      await expect(failure).rejects.toThrow('The PDF is cut off: its end is missing.');
    });
  });

  describe('a page without a size', () => {
    it.each([
      ['has no media box', ''],
      ['has an empty one', '/MediaBox [0 0 0 0]'],
      ...(repairs ? [['has one without a width', '/MediaBox [0 0 0 792]'] as const] : []),
      ['has one that is not finite', '/MediaBox [0 0 nan inf]'],
      ['has one that is too short', '/MediaBox [0 0 100]'],
      ['has something else in its place', '/MediaBox (none)'],
    ])('is a letter where it %s', async (_name, entries) => {
      const broken = { entries, content: quadrants(0, 0, 612, 792) };
      const pages = await rasterize(writeRawPdf({ pages: [page('[0 0 72 72]'), broken] }));
      expect(pages.map((image) => [image.widthPixels, image.heightPixels])).toEqual([
        [72, 72],
        [612, 792],
      ]);
      expect(await Promise.all(pages.slice(1).map(cornerColors))).toEqual([[RED, GREEN, BLUE, YELLOW]]);
    });
  });

  describe('a page that cannot be drawn', () => {
    it.each([
      ['is no page', 'null', /Page 2 /],
      ['is something else', '(not a page)', /Page 2 /],
    ])('among good ones fails under its number where it %s', async (_name, broken, message) => {
      const good = page('[0 0 72 72]');
      const failure = rasterize(writeRawPdf({ pages: [good, broken, good] }));
      await expect(failure).rejects.toThrow(PageRasterizationError);
      await expect(failure).rejects.toThrow(message);
      // What failed leaves the next document alone.
      expect(await sizes(writeRawPdf({ pages: [good] }))).toEqual(['72x72']);
    });
  });

  describe('a page that cannot be drawn, where such pages are to be blank', () => {
    const red = page('[0 0 36 36]', filled(RED, 0, 0, 36, 36));

    it('is white, with a warning, and the others are drawn', async () => {
      const pages = await rasterize(writeRawPdf({ pages: [red, page('[0 0 14173 14173]'), red] }), {
        brokenPages: 'blank',
        fallbackDpi: 72,
      });
      expect(pages.map((image) => [image.widthPixels, image.heightPixels])).toEqual([
        [36, 36],
        [612, 792],
        [36, 36],
      ]);
      expect(await Promise.all(pages.map((image) => colorAt(image, 20, 20)))).toEqual([RED, WHITE, RED]);
      expect(pages.map(({ warnings }) => warnings.join())).toEqual([
        '',
        expect.stringMatching(/^Page 2 cannot be rasterized: .*5\.00 × 5\.00 metres.*blank page\.$/),
        '',
      ]);
    });

    it('is white where the file has no such page, and what comes behind it is drawn, or has a warning too', async () => {
      const pages = await rasterize(writeRawPdf({ pages: [red, 'null', red] }), { brokenPages: 'blank' });
      const [first, second, third] = await Promise.all(pages.map((image) => colorAt(image, 20, 20)));
      expect([first, second]).toEqual([RED, WHITE]);
      expect(pages[1]?.warnings.join()).toMatch(/^Page 2 .*no page there\. It is stored as a blank page\.$/);
      expect([third, pages[2]?.warnings.join()]).toEqual(
        repairs ? [RED, ''] : [WHITE, expect.stringMatching(/^Page 3 .*behind page 2.*blank page\.$/)],
      );
    });
  });

  describe('limits', () => {
    it('a PDF with more pages than it may have is refused, before any is drawn', async () => {
      const pdf = writeRawPdf({ pages: Array.from({ length: 6 }, () => page('[0 0 72 72]')) });
      const failure = rasterize(pdf, { maximumPages: 5 });
      await expect(failure).rejects.toThrow(PdfLimitError);
      await expect(failure).rejects.toThrow('The PDF has 6 pages; PDF_RASTERIZER_MAX_PAGES allows 5.');
      expect(await sizes(pdf, { maximumPages: 6 })).toHaveLength(6);
    });

    it('a kilobyte that counts a million pages is refused at once', async () => {
      const pdf = writeRawPdf({ pages: [page('[0 0 72 72]')] }).toString('latin1');
      await expect(
        rasterize(Buffer.from(pdf.replace('/Count 1 ', '/Count 1000000 ')), { maximumPages: 10_000 }),
      ).rejects.toThrow('The PDF has 1000000 pages; PDF_RASTERIZER_MAX_PAGES allows 10000.');
    });

    it('a page that takes longer than it may fails, or is blank, and the others are drawn', async () => {
      const pdf = endlessPdf(page('[0 0 36 36]', filled(RED, 0, 0, 36, 36)));
      const failure = rasterize(pdf, { pageTimeoutSeconds: 1 });
      await expect(failure).rejects.toThrow(PageRasterizationError);
      await expect(failure).rejects.toThrow(
        'Page 2 cannot be rasterized: it takes longer than the 1 seconds that PDF_RASTERIZER_PAGE_TIMEOUT allows.',
      );
      const pages = await rasterize(pdf, { pageTimeoutSeconds: 1, brokenPages: 'blank' });
      expect(pages.map(({ warnings }) => warnings.join())).toEqual([
        '',
        expect.stringContaining('PDF_RASTERIZER_PAGE_TIMEOUT'),
        '',
      ]);
      expect(await Promise.all(pages.map((image) => colorAt(image, 20, 20)))).toEqual([RED, WHITE, RED]);
    });

    it('a PDF that takes longer to be opened than a page may is refused', async () => {
      const failure = rasterize(sharedFieldTree(), { pageTimeoutSeconds: 1 });
      await expect(failure).rejects.toThrow(PdfLimitError);
      await expect(failure).rejects.toThrow(
        'The PDF cannot be opened within the 1 seconds that PDF_RASTERIZER_PAGE_TIMEOUT allows.',
      );
    });
  });

  describe('stopping', () => {
    const pdf = writeRawPdf({
      inherited: '/MediaBox [0 0 72 72]',
      pages: Array.from({ length: 20 }, () => ({})),
    });

    it('an abort ends the pages with its reason', async () => {
      const stop = new AbortController();
      const document = await rasterizer.open(await save(pdf), settingsWith(engine), NEVER);
      let count = 0;
      const taken = (async () => {
        for await (const _ of document.pages(stop.signal)) {
          count += 1;
          stop.abort(new Error('The worker has to go'));
        }
      })();
      await expect(taken).rejects.toThrow('The worker has to go');
      expect(count).toBe(1);
      await document.close();
    });

    it('an abort before the start opens nothing', async () => {
      const gone = AbortSignal.abort(new Error('Too late'));
      await expect(rasterizer.open(await save(pdf), settingsWith(engine), gone)).rejects.toThrow('Too late');
    });

    it('who leaves the loop can close the document at once', async () => {
      const document = await rasterizer.open(await save(pdf), settingsWith(engine), NEVER);
      for await (const _ of document.pages(NEVER)) break;
      await document.close();
      expect(await sizes(writeRawPdf({ pages: [page('[0 0 72 72]')] }))).toEqual(['72x72']);
    });
  });
}

function settingsWith(
  engine: RasterizerEngine,
  changes: Partial<RasterizerSettings> = {},
): RasterizerSettings {
  return {
    engine,
    threadCount: 3,
    dpi: 72,
    fallbackDpi: 36,
    format: 'png' satisfies PageFormat,
    maximumLengthPixels: 0,
    pageTimeoutSeconds: 60,
    maximumPages: 0,
    brokenPages: 'fail',
    useCropBox: false,
    ...changes,
  };
}

function page(mediaBox: string, content = ''): RawPage {
  return { entries: `/MediaBox ${mediaBox}`, content };
}

function filled([red, green, blue]: Color, x: number, y: number, width: number, height: number): string {
  return `${red / 255} ${green / 255} ${blue / 255} rg ${x} ${y} ${width} ${height} re f`;
}

/** Four colours: red, green, blue and yellow clockwise from the top left corner. */
function quadrants(x: number, y: number, width: number, height: number): string {
  const [w, h] = [width / 2, height / 2];
  return [
    filled(RED, x, y + h, w, h),
    filled(GREEN, x + w, y + h, w, h),
    filled(BLUE, x + w, y, w, h),
    filled(YELLOW, x, y, w, h),
  ].join(' ');
}

function numberColor(pageNumber: number): Color {
  return [pageNumber * 20, 255 - pageNumber * 20, 40];
}

/** Form fields whose two children are one and the same, thirty levels deep: 2³⁰ of them for who visits each. */
function sharedFieldTree(): Buffer {
  const depth = 40;
  const fields = Array.from({ length: depth }, (_, index) => {
    const child = FIRST_OBJECT + index + 1;
    return index === depth - 1 ? '<< /FT /Tx >>' : `<< /FT /Tx /Kids [${child} 0 R ${child} 0 R] >>`;
  });
  const pdf = writeRawPdf({ objects: fields, pages: [page('[0 0 72 72]')] }).toString('latin1');
  // The table is wrong then, and has to be rebuilt.
  return Buffer.from(
    pdf.replace('/Type /Catalog', `/Type /Catalog /AcroForm << /Fields [${FIRST_OBJECT} 0 R] >>`),
    'latin1',
  );
}

function pdfOfImage(entries: string, data: Uint8Array): Buffer {
  return writeRawPdf({
    objects: [{ entries: `/Type /XObject /Subtype /Image /Width 8 /Height 8 ${entries}`, data }],
    pages: [
      {
        entries: `/MediaBox [0 0 100 100] /Resources << /XObject << /Picture ${FIRST_OBJECT} 0 R >> >>`,
        content: '100 0 0 100 0 0 cm /Picture Do',
      },
    ],
  });
}

async function encryptedPdf(passwords: PDFKit.DocumentPermissions | object): Promise<Buffer> {
  const document = new PDFDocument({ size: [100, 100], ...passwords });
  const chunks: Buffer[] = [];
  document.on('data', (chunk: Buffer) => chunks.push(chunk));
  const ended = new Promise<void>((resolve) => document.on('end', resolve));
  document.rect(0, 0, 100, 100).fill('#ff0000');
  document.end();
  await ended;
  return Buffer.concat(chunks);
}

async function colorAt(image: PageImage | undefined, x: number, y: number): Promise<Color> {
  const { data, info } = await sharp(image?.body).raw().toBuffer({ resolveWithObject: true });
  const offset = (y * info.width + x) * info.channels;
  const [red = -1, green = -1, blue = -1] = data.subarray(offset, offset + 3);
  return [red, green, blue];
}

/** The colours in the middle of the four quarters, clockwise from the top left one. */
async function cornerColors(image: PageImage): Promise<Color[]> {
  const { widthPixels: w, heightPixels: h } = image;
  const [left, right, top, bottom] = [w / 4, (w * 3) / 4, h / 4, (h * 3) / 4].map(Math.floor);
  const places = [
    [left, top],
    [right, top],
    [right, bottom],
    [left, bottom],
  ] as const;
  return await Promise.all(places.map(([x = 0, y = 0]) => colorAt(image, x, y)));
}

function near(color: Color, expected: Color, tolerance: number): boolean {
  return color.every((value, index) => Math.abs(value - (expected[index] ?? -1)) <= tolerance);
}
