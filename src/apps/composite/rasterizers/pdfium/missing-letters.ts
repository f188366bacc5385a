import type { FontFace } from '../fonts/font-face.ts';
import { faceWithLetter } from '../fonts/substitute-font.ts';
import type { FontMapper } from './font-mapper.ts';
import type { Pdfium } from './library.ts';

/** `FPDF_FONT_TRUETYPE`. */
const TRUETYPE = 2;

/** The text render modes that draw nothing: the text under a scanned page is written so. */
const INVISIBLE = 3;
const CLIPPING = 7;

/** Stroke, no filling: `FPDF_FILLMODE_NONE`. */
const NO_FILL = 0;

/** What nothing is drawn for: blanks, controls, and marks that only direct how others are drawn. */
const BLANK = /^[\p{Z}\p{Cc}\p{Cf}\p{Cn}\p{Cs}\p{Default_Ignorable_Code_Point}]$/u;

/** The box that is drawn for a missing letter, in parts of the font's size. */
const BOX = { width: 0.5, height: 0.7, stroke: 0.04 } as const;

/** What all fonts that stand in for Latin ones have: they need not be read to know it. */
const COMMON_LETTER =
  /^[\u0020-\u017f\u2013\u2014\u2018-\u201e\u2020-\u2022\u2026\u2039\u203a\u20ac\u2122\u2212]$/;

/** Letters that a warning names; the others are counted. */
const NAMED_LETTERS = 5;

/** Of the letters of a page, the ones that PDFium does not draw, as the font that it draws with lacks them. */
interface MissingLetter {
  /** In the text of the page. */
  readonly index: number;
  readonly codePoint: number;
  readonly font: number;
  readonly isBoxDrawn: boolean;
}

/**
 * Completes pages of documents that do not bring their fonts: letters that the substituted font lacks are drawn from another font, and
 * those that no font has as boxes.
 */
export class MissingLetters {
  readonly #pdfium: Pdfium;
  readonly #document: number;
  readonly #mapper: FontMapper;
  /** Fonts that letters are drawn from, as they are known in this document. */
  readonly #fonts = new Map<FontFace, number>();

  constructor(pdfium: Pdfium, document: number, mapper: FontMapper) {
    this.#pdfium = pdfium;
    this.#document = document;
    this.#mapper = mapper;
  }

  /**
   * Adds to a loaded page what is missing on it.
   *
   * @returns what a reader has to know of it: sentences without the number of the page.
   */
  async complete(page: number): Promise<readonly string[]> {
    const textPage = this.#pdfium.FPDFText_LoadPage(page);
    if (textPage === 0) return [];
    try {
      const withoutFont = new Map<number, Set<number>>();
      for (const letter of await this.#missingLetters(textPage)) {
        if (await this.#draw(page, textPage, letter)) continue;
        const letters = withoutFont.get(letter.font) ?? new Set();
        withoutFont.set(letter.font, letters.add(letter.codePoint));
      }
      return [...withoutFont].map(([font, letters]) => describeMissing(this.#fontName(font), [...letters]));
    } finally {
      this.#pdfium.FPDFText_ClosePage(textPage);
    }
  }

  /** Lets go of the fonts, before the document is closed. */
  close(): void {
    for (const font of this.#fonts.values()) this.#pdfium.FPDFFont_Close(font);
    this.#fonts.clear();
  }

  async #missingLetters(textPage: number): Promise<MissingLetter[]> {
    const pdfium = this.#pdfium;
    const missing: MissingLetter[] = [];
    /** Of each font that is not in the document, how its letters fare. */
    const states = new Map<number, Map<number, 'drawn' | 'missing' | 'box'> | undefined>();
    const count = pdfium.FPDFText_CountChars(textPage);
    for (let index = 0; index < count; index += 1) {
      const object = pdfium.FPDFText_GetTextObject(textPage, index);
      const font = object === 0 ? 0 : pdfium.FPDFTextObj_GetFont(object);
      if (font === 0) continue;
      if (!states.has(font))
        states.set(font, pdfium.FPDFFont_GetIsEmbedded(font) === 0 ? new Map() : undefined);
      const letters = states.get(font);
      if (!letters) continue;
      const codePoint = pdfium.FPDFText_GetUnicode(textPage, index);
      let state = letters.get(codePoint);
      if (!state) {
        state = isBlank(codePoint) ? 'drawn' : await this.#stateOf(font, codePoint);
        letters.set(codePoint, state);
      }
      if (state === 'drawn' || pdfium.FPDFText_IsGenerated(textPage, index) === 1) continue;
      const mode = pdfium.FPDFTextObj_GetTextRenderMode(object);
      if (mode === INVISIBLE || mode === CLIPPING) continue;
      missing.push({ index, codePoint, font, isBoxDrawn: state === 'box' });
    }
    return missing;
  }

  /** Whether PDFium draws a letter, nothing, or the box that the font has for letters that it lacks. */
  async #stateOf(font: number, codePoint: number): Promise<'drawn' | 'missing' | 'box'> {
    const pdfium = this.#pdfium;
    const path = pdfium.FPDFFont_GetGlyphPath(font, codePoint, 1);
    if (path === 0 || pdfium.FPDFGlyphPath_CountGlyphSegments(path) <= 0) return 'missing';
    if (COMMON_LETTER.test(String.fromCodePoint(codePoint))) return 'drawn';
    const face = this.#substituteOf(font);
    if (!face || (await face.letters()).has(codePoint)) return 'drawn';
    // PDFium draws some letters from a second font of its choice.
    return (await faceWithLetter(codePoint)) ? 'drawn' : 'box';
  }

  #substituteOf(font: number): FontFace | undefined {
    return this.#withMemory(4, (size) => {
      this.#pdfium.FPDFFont_GetFontData(font, 0, 0, size);
      return this.#mapper.faceOfSize(this.#pdfium.pdfium.getValue(size, 'i32'));
    });
  }

  /** Draws a letter from a font that has it, or a box; returns whether it is the letter. */
  async #draw(page: number, textPage: number, letter: MissingLetter): Promise<boolean> {
    if (letter.isBoxDrawn) return false;
    const face = await faceWithLetter(letter.codePoint);
    const font = face && this.#load(face);
    const size = this.#pdfium.FPDFText_GetFontSize(textPage, letter.index);
    if (!face || !font) {
      this.#drawBox(page, textPage, letter.index, size);
      return false;
    }
    this.#drawLetter(page, textPage, letter.index, await face.glyphOf(letter.codePoint), font, size);
    return true;
  }

  #drawLetter(
    page: number,
    textPage: number,
    index: number,
    glyph: number,
    font: number,
    size: number,
  ): void {
    const pdfium = this.#pdfium;
    const object = pdfium.FPDFPageObj_CreateTextObj(this.#document, font, size);
    this.#withMemory(4, (code) => {
      pdfium.pdfium.setValue(code, glyph, 'i32');
      pdfium.FPDFText_SetCharcodes(object, code, 1);
    });
    this.#insert(page, textPage, index, object, 1);
  }

  #drawBox(page: number, textPage: number, index: number, size: number): void {
    const pdfium = this.#pdfium;
    const object = pdfium.FPDFPageObj_CreateNewRect(BOX.stroke, 0, BOX.width, BOX.height);
    pdfium.FPDFPath_SetDrawMode(object, NO_FILL, true);
    pdfium.FPDFPageObj_SetStrokeWidth(object, BOX.stroke);
    this.#insert(page, textPage, index, object, size);
  }

  /** Puts an object where a letter of the page's text is, in its color. */
  #insert(page: number, textPage: number, index: number, object: number, scale: number): void {
    const pdfium = this.#pdfium;
    this.#withMemory(24 + 16 + 16, (memory) => {
      const [color, origin] = [memory + 24, memory + 40];
      const channels = [color, color + 4, color + 8, color + 12] as const;
      if (pdfium.FPDFText_GetFillColor(textPage, index, ...channels)) {
        const [red = 0, green = 0, blue = 0, alpha = 255] = channels.map((channel) =>
          pdfium.pdfium.getValue(channel, 'i32'),
        );
        pdfium.FPDFPageObj_SetFillColor(object, red, green, blue, alpha);
        pdfium.FPDFPageObj_SetStrokeColor(object, red, green, blue, alpha);
      }
      // The struct FS_MATRIX: six floats; the last two are the position.
      pdfium.FPDFText_GetMatrix(textPage, index, memory);
      pdfium.FPDFText_GetCharOrigin(textPage, index, origin, origin + 8);
      const { getValue, setValue } = pdfium.pdfium;
      for (let field = 0; field < 4; field += 1) {
        const address = memory + field * 4;
        setValue(address, getValue(address, 'float') * scale, 'float');
      }
      setValue(memory + 16, getValue(origin, 'double'), 'float');
      setValue(memory + 20, getValue(origin + 8, 'double'), 'float');
      pdfium.FPDFPageObj_SetMatrix(object, memory);
    });
    pdfium.FPDFPage_InsertObject(page, object);
  }

  /** The font in this document, or 0 where PDFium cannot read it. */
  #load(face: FontFace): number {
    const known = this.#fonts.get(face);
    if (known !== undefined) return known;
    const font = this.#withMemory(face.sizeBytes, (data) => {
      face.readInto(this.#pdfium.pdfium.HEAPU8.subarray(data, data + face.sizeBytes));
      return this.#pdfium.FPDFText_LoadFont(this.#document, data, face.sizeBytes, TRUETYPE, true);
    });
    this.#fonts.set(face, font);
    return font;
  }

  #fontName(font: number): string {
    const bytes = 256;
    return this.#withMemory(bytes, (name) => {
      this.#pdfium.FPDFFont_GetBaseFontName(font, name, bytes);
      const text = Buffer.from(this.#pdfium.pdfium.HEAPU8.slice(name, name + bytes)).toString('utf8');
      return text.replace(/\0.*$/s, '');
    });
  }

  #withMemory<T>(bytes: number, use: (address: number) => T): T {
    const { wasmExports } = this.#pdfium.pdfium;
    const address = wasmExports.malloc(bytes);
    if (address === 0) throw new RangeError(`it has no memory for ${bytes} bytes of a font`);
    try {
      return use(address);
    } finally {
      wasmExports.free(address);
    }
  }
}

function isBlank(codePoint: number): boolean {
  return codePoint === 0 || codePoint > 0x10ffff || BLANK.test(String.fromCodePoint(codePoint));
}

function describeMissing(fontName: string, codePoints: readonly number[]): string {
  const named = codePoints.slice(0, NAMED_LETTERS).map(describeLetter).join(', ');
  const rest = codePoints.length - NAMED_LETTERS;
  const others = rest > 0 ? ` and ${rest} more` : '';
  const font = fontName === '' ? 'a font without a name' : `the font ${fontName}`;
  return `no font has ${named}${others} of ${font}, which is not in the PDF; boxes are drawn instead.`;
}

function describeLetter(codePoint: number): string {
  return `“${String.fromCodePoint(codePoint)}” (U+${codePoint.toString(16).toUpperCase().padStart(4, '0')})`;
}
