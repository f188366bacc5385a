import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import sharp from 'sharp';
import { readMapperQuery } from '../../../../src/apps/composite/rasterizers/fonts/font-request.ts';
import { substituteFor } from '../../../../src/apps/composite/rasterizers/fonts/substitute-font.ts';
import { createRasterizer } from '../../../../src/apps/composite/rasterizers/index.ts';
import type { PageImage } from '../../../../src/apps/composite/rasterizers/rasterizer.ts';
import { allOf } from './all-of.ts';
import { areInstalled } from './installed.ts';
import {
  LEFT_POINTS,
  LETTER_POINTS,
  unembeddedByName,
  unembeddedByNumber,
  unembeddedEastAsian,
} from './unembedded-text.ts';

const DPI = 150;

const SETTINGS = {
  engine: 'pdfium',
  threadCount: 1,
  dpi: DPI,
  fallbackDpi: DPI,
  format: 'png',
  maximumLengthPixels: 0,
  pageTimeoutSeconds: 60,
  maximumPages: 0,
  brokenPages: 'fail',
  useCropBox: false,
} as const;

/** Dark pixels that a letter of the size in the test has at least, as a box around it has, or a short stroke. */
const LEAST_DARK_PIXELS = 12;

const SCRIPTS: readonly (readonly [script: string, pdf: Buffer, letterCount: number])[] = [
  ['Polish', unembeddedByName('Type1', 'Times-Bold', ['Aogonek', 'Lslash', 'eogonek', 'zacute']), 4],
  ['Czech', unembeddedByName('TrueType', 'ArialMT', ['Ccaron', 'rcaron', 'ecaron', 'uring']), 4],
  ['Turkish', unembeddedByName('TrueType', 'Verdana', ['Gbreve', 'scedilla', 'Idotaccent', 'dotlessi']), 4],
  ['Greek', unembeddedByName('TrueType', 'ArialMT', ['Alpha', 'beta', 'Omega', 'lambda']), 4],
  ['Cyrillic', unembeddedByName('TrueType', 'Arial,Bold', ['afii10017', 'afii10066', 'afii10083']), 3],
  ['Cyrillic by number', unembeddedByNumber({ font: 'CIDFont+F1', text: 'Привет' }), 6],
  ['Vietnamese', unembeddedByNumber({ font: 'TimesNewRomanPSMT', text: 'ờếẫự', flags: 6 }), 4],
  ['Hebrew', unembeddedByNumber({ font: 'ArialMT', text: 'שלום' }), 4],
  ['Arabic', unembeddedByNumber({ font: 'ArialMT', text: 'العربية' }), 7],
  ['Arabic as it is joined', unembeddedByNumber({ font: 'TraditionalArabic', text: 'ﺍﻟﻌﺮﺑﻴﺔ' }), 7],
  ['Devanagari', unembeddedByNumber({ font: 'Mangal', text: 'नमसतकखग' }), 7],
  ['Bengali', unembeddedByNumber({ font: 'Vrinda', text: 'বাংলাক' }), 6],
  ['Tamil', unembeddedByNumber({ font: 'Latha', text: 'தமழகச' }), 5],
  ['Telugu', unembeddedByNumber({ font: 'Gautami', text: 'తలగఅ' }), 4],
  ['Gujarati', unembeddedByNumber({ font: 'Shruti', text: 'ગજરત' }), 4],
  ['Gurmukhi', unembeddedByNumber({ font: 'Raavi', text: 'ਪਜਬਅ' }), 4],
  ['Kannada', unembeddedByNumber({ font: 'Tunga', text: 'ಕನಡಅ' }), 4],
  ['Malayalam', unembeddedByNumber({ font: 'Kartika', text: 'മലയള' }), 4],
  ['Odia', unembeddedByNumber({ font: 'Kalinga', text: 'ଓଡଆକ' }), 4],
  ['Sinhala', unembeddedByNumber({ font: 'IskoolaPota', text: 'සහලක' }), 4],
  ['Thai', unembeddedByNumber({ font: 'AngsanaNew', text: 'สวดกข' }), 5],
  ['Japanese', unembeddedEastAsian('HeiseiMin-W3', 'UniJIS-UCS2-H', 'Japan1', '日本語の文書'), 6],
  ['Korean', unembeddedEastAsian('HYSMyeongJo-Medium', 'UniKS-UCS2-H', 'Korea1', '한국어문서'), 5],
  ['simplified Chinese', unembeddedEastAsian('STSong-Light', 'UniGB-UCS2-H', 'GB1', '简体中文书'), 5],
  ['traditional Chinese', unembeddedEastAsian('MSung-Light', 'UniCNS-UCS2-H', 'CNS1', '繁體中文書'), 5],
  ['Korean by number', unembeddedByNumber({ font: 'Batang', text: '한국어' }), 3],
  ['several scripts in one font', unembeddedByNumber({ font: 'ArialUnicodeMS', text: 'Aאカ中กक☃' }), 7],
];

describe('text in a font that is not in the PDF', () => {
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'fonts-test-'));
  });

  afterAll(async () => {
    await rm(folder, { recursive: true });
  });

  async function draw(pdf: Buffer): Promise<PageImage> {
    const path = join(folder, 'source.pdf');
    await writeFile(path, pdf);
    const { signal } = new AbortController();
    const document = await createRasterizer('pdfium').open(path, SETTINGS, signal);
    try {
      const [page] = await allOf(document.pages(signal));
      if (!page) throw new Error('No page was drawn');
      return page;
    } finally {
      await document.close();
    }
  }

  it.each(SCRIPTS)('is drawn letter by letter: %s', async (_script, pdf, letterCount) => {
    const page = await draw(pdf);
    expect(page.warnings).toEqual([]);
    const dark = await darkPixelsByLetter(page.body, letterCount);
    expect(dark.every((pixels) => pixels >= LEAST_DARK_PIXELS)).toBe(true);
    // They are letters, and not the same box again and again.
    expect(new Set(dark).size).toBeGreaterThan(1);
  });

  if (areInstalled('pdftoppm', 'fc-list')) {
    it.each(SCRIPTS)('has its ink where poppler has it: %s', async (_script, pdf, letterCount) => {
      const ours = await darkPixelsByLetter((await draw(pdf)).body, letterCount);
      const theirs = await darkPixelsByLetter(await drawWithPoppler(folder, pdf), letterCount);
      for (const [index, dark] of theirs.entries()) {
        if (dark < LEAST_DARK_PIXELS) continue;
        expect(ours[index]).toBeGreaterThanOrEqual(Math.max(LEAST_DARK_PIXELS, dark * 0.3));
      }
    });
  }

  it('is a box, with a warning, where no font has the letter', async () => {
    const page = await draw(unembeddedByNumber({ font: 'Phagspa', text: 'Aꡀꡁ' }));
    expect(page.warnings).toEqual([
      'Page 1: no font has “ꡀ” (U+A840), “ꡁ” (U+A841) of the font Phagspa, which is not in the PDF; boxes are drawn instead.',
    ]);
    const [, first, second] = await darkPixelsByLetter(page.body, 3);
    expect(first).toBeGreaterThanOrEqual(LEAST_DARK_PIXELS);
    expect(second).toBe(first);
  });

  it('is a box, with a warning, also where a letter is written by its name', async () => {
    const page = await draw(unembeddedByName('Type1', 'Phagspa', ['A', 'uniA840']));
    expect(page.warnings).toHaveLength(1);
    const [, box] = await darkPixelsByLetter(page.body, 2);
    expect(box).toBeGreaterThanOrEqual(LEAST_DARK_PIXELS);
  });

  it('has no boxes and no warning where it is not to be seen, as under a scanned page', async () => {
    const page = await draw(unembeddedByNumber({ font: 'Phagspa', text: 'ꡀꡁक', renderMode: 3 }));
    expect(page.warnings).toEqual([]);
    expect(await darkPixelsByLetter(page.body, 3)).toEqual([0, 0, 0]);
  });

  it('is darker in bold', async () => {
    const ink = async (font: string) =>
      (await darkPixelsByLetter((await draw(unembeddedByName('TrueType', font, ['H', 'E']))).body, 2))[0] ??
      0;
    for (const font of ['Verdana', 'Georgia', 'ArialMT', 'Consolas']) {
      expect(await ink(`${font.replace('MT', '')},Bold`)).toBeGreaterThan((await ink(font)) * 1.1);
    }
  });
});

describe('the font in place of one that is not in the PDF', () => {
  function substitute(
    faceName: string,
    changes: { weight?: number; isItalic?: boolean; pitchFamily?: number } = {},
  ) {
    const query = { faceName, weight: 400, isItalic: false, charset: 0, pitchFamily: 0, ...changes };
    return substituteFor(readMapperQuery(query))?.path.replace(/^.*[/\\]/, '');
  }

  it.each([
    ['Helvetica', 'Arimo_400Regular.ttf'],
    ['Helvetica-BoldOblique', 'Arimo_700Bold_Italic.ttf'],
    ['Times-Roman', 'Tinos_400Regular.ttf'],
    ['Times-BoldItalic', 'Tinos_700Bold_Italic.ttf'],
    ['Courier', 'Cousine_400Regular.ttf'],
    ['Garamond', 'Tinos_400Regular.ttf'],
    ['LucidaConsole', 'Cousine_400Regular.ttf'],
    ['Frutiger-Bold', 'Arimo_700Bold.ttf'],
    ['MS-Mincho', 'NotoSansJP-Regular.otf'],
    ['SimHei', 'NotoSansHans-Regular.otf'],
    ['PMingLiU', 'NotoSansHant-Regular.otf'],
    ['Gulim', 'NotoSansKR-Regular.otf'],
  ])('is like it: %s → %s', (faceName, file) => {
    expect(substitute(faceName)).toBe(file);
  });

  it('follows what PDFium says of its weight, slant and width', () => {
    expect(substitute('Unheardof', { weight: 700 })).toBe('Arimo_700Bold.ttf');
    expect(substitute('Unheardof', { isItalic: true, pitchFamily: 16 })).toBe('Tinos_400Regular_Italic.ttf');
    expect(substitute('Unheardof', { pitchFamily: 1 })).toBe('Cousine_400Regular.ttf');
  });
});

/** Dark pixels in the square of each letter, with a margin for what reaches beyond it. */
async function darkPixelsByLetter(image: Buffer, letterCount: number): Promise<number[]> {
  const { data, info } = await sharp(image).greyscale().raw().toBuffer({ resolveWithObject: true });
  const pixels = (points: number) => Math.round((points * DPI) / 72);
  return Array.from({ length: letterCount }, (_, index) => {
    const left = pixels(LEFT_POINTS + index * LETTER_POINTS);
    const right = left + pixels(LETTER_POINTS);
    return data.filter((value, position) => {
      const x = Math.floor(position / info.channels) % info.width;
      return position % info.channels === 0 && value < 128 && x >= left && x < right;
    }).length;
  });
}

/** Draws with poppler, which finds the same fonts and no others. */
async function drawWithPoppler(folder: string, pdf: Buffer): Promise<Buffer> {
  const configuration = join(folder, 'fonts.conf');
  const packages = ['@expo-google-fonts', '@embedpdf'].map((name) => resolve('node_modules', name));
  await writeFile(
    configuration,
    `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>
      ${packages.map((path) => `<dir>${path}</dir>`).join('')}<cachedir>${join(folder, 'cache')}</cachedir>
      <alias binding="same"><family>Helvetica</family><prefer><family>Arimo</family></prefer></alias>
    </fontconfig>`,
  );
  const path = join(folder, 'poppler.pdf');
  await writeFile(path, pdf);
  return execFileSync('pdftoppm', ['-q', '-png', '-r', String(DPI), path], {
    env: { ...process.env, FONTCONFIG_FILE: configuration },
  });
}
