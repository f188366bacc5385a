import { describe, expect, it } from '@jest/globals';
import { assemblePdf } from '../../../../src/apps/render/documents/assembled-pdf.ts';
import { renderDocument } from '../../../../src/apps/render/documents/render-document.ts';
import { readTypstPdf, type TypstPdf } from '../../../../src/apps/render/documents/typst-pdf.ts';
import { drawPdfPage, readPdf } from '../../../support/pdf-reader.ts';
import { sheetRequest } from '../sheet-request.ts';

const HUNT = {
  resourceView: 'treasure_hunt',
  options: { prefilled_values: 'hard', number_order: 'unsorted', instructions: true, art: 'colour' },
} as const;

describe('a PDF that is assembled', () => {
  it('has the pages of its parts, as they look there, in the order that is asked for', async () => {
    const parts = [
      (await renderDocument(sheetRequest({ ...HUNT, seed: 1 }))).pdf,
      (await renderDocument(sheetRequest({ ...HUNT, seed: 2 }))).pdf,
    ];
    const order = [
      { part: 1, page: 0 },
      { part: 0, page: 1 },
      { part: 0, page: 0 },
      { part: 0, page: 1 },
    ];
    const assembled = assemblePdf(parts, order);
    const texts = await Promise.all(
      parts.map(async (part) => (await readPdf(part)).pages.map(({ text }) => text)),
    );
    expect((await readPdf(assembled)).pages.map(({ text }) => text)).toEqual(
      order.map(({ part, page }) => texts[part]?.[page]),
    );
    for (const [index, { part, page }] of order.entries()) {
      const original = await drawPdfPage(parts[part] ?? new Uint8Array(), page + 1, 200);
      expect((await drawPdfPage(assembled, index + 1, 200)).equals(original)).toBe(true);
    }
  });

  it('has a tag for everything on every page, a repeated one too', async () => {
    const { pdf } = await renderDocument(sheetRequest({ ...HUNT, copies: 3 }));
    const read = readTypstPdf(pdf);
    const tagsOf = (page: TypstPdf['pages'][number]) =>
      page.tags.map((tag) => /\/S \/(\w+)/.exec(read.objects.get(tag) ?? '')?.[1]);
    expect(read.pages).toHaveLength(6);
    for (const [index, page] of read.pages.entries()) {
      expect(tagsOf(page).slice(0, 3)).toEqual(index % 2 === 0 ? ['Figure'] : ['H1', 'P', 'H2']);
      for (const tag of page.tags) {
        const [, of = page.page] = /\/Pg (\d+) 0 R/.exec(read.objects.get(tag) ?? '') ?? [];
        expect(Number(of)).toBe(page.page);
      }
    }
    expect(new Set(read.pages.flatMap(({ tags }) => tags)).size).toBe(
      read.pages.flatMap(({ tags }) => tags).length,
    );
  });

  it('keeps title, author, language, and the standard for readers who cannot see it', async () => {
    const { pdf, pages } = await renderDocument(
      sheetRequest({ ...HUNT, copies: 150, resourceName: 'Kōwhai (1 0 R) \\ (2 0 R' }),
    );
    const read = await readPdf(pdf);
    expect(pages).toBe(300);
    expect(read.pages).toHaveLength(300);
    expect(read).toMatchObject({ author: 'Composite Handler', language: 'en', isTagged: true });
    expect(read.title).toMatch(/^Kōwhai \(1 0 R\) \\ \(2 0 R \(Unsorted/);
    const metadata = Buffer.from(pdf).toString('latin1');
    expect(metadata).toContain('<pdfuaid:part>1<');
    expect(metadata).toContain('<xmpTPg:NPages>300<');
  });

  it('has another id where its pages are others', async () => {
    const idOf = async (copies: number) => {
      const { pdf } = await renderDocument(sheetRequest({ ...HUNT, copies }));
      return /<xmpMM:InstanceID>([^<]*)/.exec(Buffer.from(pdf).toString('latin1'))?.[1];
    };
    expect(await idOf(3)).not.toBe(await idOf(2));
    expect(await idOf(2)).toBe(await idOf(2));
  });

  it('takes little room for pages that repeat', async () => {
    const cards = (copies: number) =>
      renderDocument(
        sheetRequest({
          resourceView: 'binary_cards',
          options: { display_numbers: true, black_back: true },
          copies,
        }),
      );
    const [one, many] = [await cards(1), await cards(100)];
    expect(many.pages).toBe(1_600);
    expect(many.pdf.length).toBeLessThan(one.pdf.length + 1_600 * 1_000);
  });
});

it('refuses what Typst has not written', () => {
  expect(() => readTypstPdf(Buffer.from('%PDF-1.7\n%%EOF'))).toThrow(TypeError);
});
