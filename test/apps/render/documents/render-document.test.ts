import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { listenLocally } from '../../../../src/app-kit/sandbox/local-server.ts';
import {
  DocumentSizeError,
  GeneratorOptionError,
  UnknownGeneratorError,
} from '../../../../src/apps/render/documents/document-errors.ts';
import {
  planDocument,
  renderDocument,
  renderPreview,
} from '../../../../src/apps/render/documents/render-document.ts';
import { GENERATORS } from '../../../../src/apps/render/generators/index.ts';
import { LANGUAGE_TAGS } from '../../../../src/apps/render/generators/messages/languages.ts';
import { firstOptions } from '../../../../src/apps/render/generators/options.ts';
import { PAPER_SIZES } from '../../../../src/apps/render/generators/paper.ts';
import { startNodeProcess } from '../../../support/node-process.ts';
import { readPdf } from '../../../support/pdf-reader.ts';
import { sheetRequest } from '../sheet-request.ts';

const HUNT = {
  prefilled_values: 'medium',
  number_order: 'unsorted',
  instructions: false,
  art: 'colour',
} as const;

/** How much larger a process of its own becomes: this one has the memory of other tests too. */
async function bytesTakenBy(documents: 'copies' | 'many'): Promise<number> {
  const program = startNodeProcess(new URL('./memory-of-documents.ts', import.meta.url), {}, [documents]);
  const { grownBytes } = await program.waitForLine((line) => 'grownBytes' in line);
  return Number(grownBytes);
}

describe('a document', () => {
  it('is tagged, and has title, author and language', async () => {
    const { pdf } = await renderDocument(sheetRequest({}));
    expect(await readPdf(pdf)).toMatchObject({
      title: 'Ngā kāri (a4)',
      author: 'Composite Handler',
      language: 'en',
      isTagged: true,
    });
  });

  it('has no font but those that come with it, all of them embedded', async () => {
    for (const { view, options } of GENERATORS) {
      const request = sheetRequest({
        resourceView: view,
        options: firstOptions(options),
        headerText: '日本の学校',
      });
      const text = Buffer.from((await renderDocument(request)).pdf).toString('latin1');
      const fonts = new Set(
        Array.from(text.matchAll(/\/BaseFont \/[A-Z]{6}\+([\w-]+)/g), ([, font = '']) => font),
      );
      expect(fonts.size).toBeGreaterThan(0);
      for (const font of fonts)
        expect(font).toMatch(/^(NotoSans-(Regular|Bold)|NotoSansJP-Regular|PatrickHand-Regular)/);
      expect(text.match(/\/BaseFont \/(?![A-Z]{6}\+)/)).toBeNull();
    }
  });

  it('has a name that is one of a file, in the folder where it is stored', async () => {
    for (const [resourceName, filename] of [
      ['../../etc/cron.d/x', '..-..-etc-cron.d-x (a4).pdf'],
      ['C:\\x', 'C:-x (a4).pdf'],
      ['one\r\ntwo\0', 'one--two- (a4).pdf'],
    ])
      expect(planDocument(sheetRequest({ resourceName: resourceName ?? '' })).filename).toBe(filename);
    const { filename } = planDocument(sheetRequest({ resourceName: '数'.repeat(10_000) }));
    expect(Buffer.byteLength(filename)).toBeLessThanOrEqual(255);
    expect(filename).toMatch(/^数+… \(a4\)\.pdf$/);
  });

  it('prints macrons and Chinese characters of names', async () => {
    const { filename, pdf } = await renderDocument(sheetRequest({ resourceName: '二進数 – Kōwhai' }));
    expect(filename).toBe('二進数 – Kōwhai (a4).pdf');
    expect((await readPdf(pdf)).pages[0]?.text).toContain('二進数 – Kōwhai - https://');
  });

  it('has a box for each letter that no font has, and keeps to the standard', async () => {
    const texts = { resourceName: '👩 class', headerText: 'שלום', url: 'https://example.org/❤' };
    const { filename, pdf } = await renderDocument(sheetRequest(texts));
    const { pages, title } = await readPdf(pdf);
    expect(filename).toBe('👩 class (a4).pdf');
    expect(title).toBe('👩 class (a4)');
    expect(pages[0]?.text).toBe('□□□□ □ class - https://example.org/□');
    expect(Buffer.from(pdf).toString('latin1')).toContain('<pdfuaid:part>1<');
  });

  it('fits long names, headers and addresses into their lines', async () => {
    const address = `https://example.org/?${'option=value&'.repeat(30)}`;
    const { pdf } = await renderDocument(sheetRequest({ url: address, headerText: 'Long '.repeat(60) }));
    const { pages } = await readPdf(pdf);
    expect(pages).toHaveLength(1);
    expect(pages[0]?.text).toContain(address);
  });
});

describe('a language', () => {
  it.each([
    ['en', 'Treasure hunt', 'a4'],
    ['de', 'Schatzsuche', 'a4 - de'],
  ] as const)('%s is that of the texts and of the document', async (language, words, subtitle) => {
    const { filename, pdf } = await renderDocument(
      sheetRequest({ resourceView: 'treasure_hunt', options: HUNT, language }),
    );
    const read = await readPdf(pdf);
    expect(read.language).toBe(language);
    expect(read.pages[0]?.text).toContain(words);
    expect(filename).toBe(
      `Ngā kāri (Unsorted - 0 to 999 - full colour - without instructions - ${subtitle}).pdf`,
    );
  });

  it.each(LANGUAGE_TAGS)('%s has all worksheets, on as many pages as English', async (language) => {
    for (const { view, options } of GENERATORS) {
      const request = { resourceView: view, options: firstOptions(options) };
      for (const paperSize of PAPER_SIZES) {
        const { pdf } = await renderDocument(sheetRequest({ ...request, paperSize, language }));
        const english = await renderDocument(sheetRequest({ ...request, paperSize }));
        expect((await readPdf(pdf)).pages).toHaveLength(english.pages);
      }
    }
  });
});

describe('black and white', () => {
  it('has no other colours, and no greys, in any worksheet', () => {
    for (const { view, options } of GENERATORS) {
      const { document } = planDocument(
        sheetRequest({ resourceView: view, options: firstOptions(options), colourMode: 'bw' }),
      );
      const drawn = [...document.drawings, document.logo, document.ink, document.accent].join();
      const colours = new Set(drawn.match(/#[0-9a-f]{6}\b/g));
      expect([view, [...colours].sort()]).toEqual([view, ['#000000', '#ffffff']]);
    }
  });

  it('is in the name of the file', async () => {
    const { filename } = await renderDocument(sheetRequest({ colourMode: 'bw' }));
    expect(filename).toBe('Ngā kāri (a4 - black and white).pdf');
  });
});

describe('chance', () => {
  const hunt = (given: object) => sheetRequest({ resourceView: 'treasure_hunt', options: HUNT, ...given });

  it('is the same with the same seed, to the byte', async () => {
    const [one, other] = [await renderDocument(hunt({ seed: 3 })), await renderDocument(hunt({ seed: 3 }))];
    expect(Buffer.compare(one.pdf, other.pdf)).toBe(0);
  });

  it('has another seed each time where none is given, and tells it', async () => {
    const { seed: _, ...unseeded } = hunt({});
    const first = await renderDocument(unseeded);
    const second = await renderDocument(unseeded);
    expect(second.seed).not.toBe(first.seed);
    const again = await renderDocument({ ...unseeded, seed: first.seed });
    expect(Buffer.compare(again.pdf, first.pdf)).toBe(0);
  });

  it('gives every copy numbers of its own', async () => {
    const { pdf, pages } = await renderDocument(hunt({ copies: 12 }));
    expect(pages).toBe(12);
    const texts = (await readPdf(pdf)).pages.map(({ text }) => text);
    expect(new Set(texts).size).toBe(12);
  });
});

describe('copies', () => {
  it('repeat all pages in their order', async () => {
    const options = { display_numbers: true, black_back: false };
    const { pdf } = await renderDocument(sheetRequest({ resourceView: 'binary_cards', options, copies: 3 }));
    const { pages } = await readPdf(pdf);
    expect(pages).toHaveLength(24);
    expect(pages[9]?.text).toBe(pages[1]?.text);
  });

  it('by the thousand take a bounded memory, whatever they have on them', async () => {
    // As many again take 100 MiB where all pages are laid out at once.
    expect(await bytesTakenBy('copies')).toBeLessThan(80 * 1024 * 1024);
  });

  it.each([0, -1, 1.5, Number.NaN, 1_001, 1e9])('cannot be %d', async (copies) => {
    await expect(renderDocument(sheetRequest({ copies }))).rejects.toThrow(DocumentSizeError);
  });

  it('cannot have more pages than a document may have', async () => {
    const request = sheetRequest({
      copies: 11,
      resourceView: 'parity_cards',
      options: { back_colour: 'red' },
    });
    const limits = { copies: 100, pages: 20 };
    await expect(renderDocument(request, limits)).rejects.toThrow(
      '11 copies have 22 pages; a document may have 20. Ask for fewer copies.',
    );
  });
});

describe('a request that cannot be fulfilled', () => {
  it.each(['nothing', '__proto__', 'constructor', '../grid', ''])(
    'names the generator %p',
    async (resourceView) => {
      await expect(renderDocument(sheetRequest({ resourceView }))).rejects.toThrow(UnknownGeneratorError);
    },
  );

  it.each([
    [{}, 'Option "tracks" is missing. Allowed values: "circular", "twisted".'],
    [{ tracks: null }, 'Option "tracks" is missing. Allowed values: "circular", "twisted".'],
    [{ tracks: true }, 'Option "tracks" cannot be true. Allowed values: "circular", "twisted".'],
    [{ tracks: 'Circular' }, 'Option "tracks" cannot be "Circular". Allowed values: "circular", "twisted".'],
    [{ tracks: ['twisted'] }, 'Option "tracks" cannot be a list. Allowed values: "circular", "twisted".'],
    [{ tracks: 'twisted', speed: 3 }, 'Unknown option "speed".'],
  ])('says what is wrong with the options %j', async (options, reason) => {
    const request = sheetRequest({ resourceView: 'train_stations', options });
    await expect(renderDocument(request)).rejects.toThrow(new GeneratorOptionError([reason]));
  });

  it('has a sentence for each fault', async () => {
    const options = { number_cards: 15, max_number: '99', help: true };
    const request = sheetRequest({ resourceView: 'searching_cards', options });
    await expect(renderDocument(request)).rejects.toMatchObject({
      faults: [
        'Unknown option "help".',
        'Option "number_cards" cannot be 15. Allowed values: "15", "31".',
        'Option "help_sheet" is missing. Allowed values: true, false.',
      ],
    });
  });

  it('does not repeat a long value', async () => {
    const options = { tracks: 'x'.repeat(100_000) };
    const error = await renderDocument(sheetRequest({ resourceView: 'train_stations', options })).catch(
      String,
    );
    expect(String(error).length).toBeLessThan(300);
  });
});

describe('texts of callers', () => {
  it.each([
    ['HTML', '<script>alert(1)</script> & <img src=x>'],
    ['Typst', '#read("/etc/passwd") $x^2$ *bold* @label \\ // comment'],
    ['Liquid', '{{ 7 | times: 7 }} {% include "x" %}'],
    ['JSON', '"}, "pages": [] {"'],
  ])('are printed as they are, and are no %s', async (_, text) => {
    const { pdf } = await renderDocument(sheetRequest({ headerText: text, url: text, resourceName: text }));
    const [page] = (await readPdf(pdf)).pages;
    expect(page?.text.split(text)).toHaveLength(4);
  });

  it('may have control characters, halves of characters, and any length', async () => {
    const text = `a\u0000b\u2028c\ud800d\u202e${'e'.repeat(100_000)}`;
    const { pdf } = await renderDocument(sheetRequest({ headerText: text, url: text, resourceName: text }));
    expect((await readPdf(pdf)).pages[0]?.text).toContain('a b c');
  });

  it('fetch nothing from the network, and read no file', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'canary-'));
    const canary = join(folder, 'canary.txt');
    await writeFile(canary, 'the canary sings');
    const requests: string[] = [];
    const server = await listenLocally((request, response) => {
      requests.push(request.url ?? '');
      response.end();
    });
    try {
      for (const address of [`${server.url}/x`, `file://${canary}`, canary, `../../../..${canary}`]) {
        const text = `<img src="${address}"> #image("${address}") #read("${address}") #link("${address}")`;
        const { pdf } = await renderDocument(
          sheetRequest({ headerText: text, url: address, resourceName: text }),
        );
        expect((await readPdf(pdf)).pages[0]?.text).not.toContain('the canary sings');
        expect(Buffer.from(pdf).toString('latin1')).not.toContain('canary sings');
      }
      expect(requests).toEqual([]);
    } finally {
      await server.close();
      await rm(folder, { recursive: true });
    }
  });
});

describe('a preview', () => {
  it('is a page as SVG, with the text of header and footer as outlines', async () => {
    const svg = await renderPreview(
      sheetRequest({ resourceView: 'modulo_clock', options: { modulo_number: '10' } }),
      1,
    );
    expect(svg).toMatch(/^<svg [^>]*width="595/);
    expect(svg).not.toMatch(/<script|href="(?!#|data:)/);
  });

  it('of a page after the last one is the last one', async () => {
    const request = sheetRequest({ resourceView: 'parity_cards', options: { back_colour: 'blue' } });
    const [first, last, later] = [
      await renderPreview(request, 1),
      await renderPreview(request, 2),
      await renderPreview(request, 99),
    ];
    expect(later).toBe(last);
    expect(first).not.toBe(last);
  });
});

it('keeps little of many documents', async () => {
  // Where every document is kept, these take 115 MB.
  expect(await bytesTakenBy('many')).toBeLessThan(60 * 1024 * 1024);
});
