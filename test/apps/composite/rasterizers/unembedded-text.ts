import { FIRST_OBJECT, writeRawPdf } from './raw-pdf.ts';

/** A line of text in a font that is not in the PDF. */
export interface UnembeddedText {
  /** As the PDF names the font: `ArialMT`. */
  readonly font: string;
  readonly text: string;
  /** The flags of its descriptor: 1 for a fixed pitch, 2 for serifs, 4 for symbols, 32 for plain letters, 64 for italics. */
  readonly flags?: number;
  /** The text render mode; 3 draws nothing. */
  readonly renderMode?: number;
}

/** How the page of such a PDF is laid out, in points: each letter has a square of its own. */
export const LETTER_POINTS = 20;
export const LEFT_POINTS = 10;
export const PAGE_HEIGHT_POINTS = 40;
const BASELINE_POINTS = 14;

/** A page with each letter of a text, written by their numbers, which a table turns into Unicode. */
export function unembeddedByNumber({ font, text, flags = 4, renderMode = 0 }: UnembeddedText): Buffer {
  const letters = [...text];
  const hex = (number: number) => number.toString(16).padStart(4, '0');
  const utf16 = (letter: string) => Buffer.from(letter, 'utf16le').swap16().toString('hex');
  const characters = letters.map((letter, index) => `<${hex(index + 1)}> <${utf16(letter)}>`).join('\n');
  const toUnicode = `/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /Letters def
1 begincodespacerange <0000> <ffff> endcodespacerange
${letters.length} beginbfchar
${characters}
endbfchar endcmap end end`;
  return writeRawPdf({
    objects: [
      `<< /Type /Font /Subtype /Type0 /BaseFont /${font} /Encoding /Identity-H
        /DescendantFonts [${FIRST_OBJECT + 1} 0 R] /ToUnicode ${FIRST_OBJECT + 3} 0 R >>`,
      `<< /Type /Font /Subtype /CIDFontType2 /BaseFont /${font} /DW 1000 /FontDescriptor ${FIRST_OBJECT + 2} 0 R
        /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> >>`,
      descriptor(font, flags),
      { entries: '', data: Buffer.from(toUnicode) },
    ],
    pages: [page(letters.length, letters.map((_, index) => hex(index + 1)).join(''), renderMode)],
  });
}

/** A page in an encoding of East Asia, which the PDF only names: `UniJIS-UCS2-H`. */
export function unembeddedEastAsian(font: string, encoding: string, ordering: string, text: string): Buffer {
  return writeRawPdf({
    objects: [
      `<< /Type /Font /Subtype /Type0 /BaseFont /${font} /Encoding /${encoding} /DescendantFonts [${FIRST_OBJECT + 1} 0 R] >>`,
      `<< /Type /Font /Subtype /CIDFontType0 /BaseFont /${font} /DW 1000 /FontDescriptor ${FIRST_OBJECT + 2} 0 R
        /CIDSystemInfo << /Registry (Adobe) /Ordering (${ordering}) /Supplement 2 >> >>`,
      descriptor(font, 4),
    ],
    pages: [page(text.length, Buffer.from(text, 'utf16le').swap16().toString('hex'), 0)],
  });
}

/** A page with letters by the names that PostScript has for them: `Aogonek`. */
export function unembeddedByName(
  subtype: 'Type1' | 'TrueType',
  font: string,
  names: readonly string[],
  flags = 32,
): Buffer {
  const codes = names.map((_, index) => (65 + index).toString(16)).join('');
  const widths = names.map((_, index) => (index % 2 === 0 ? 1000 : 1001)).join(' ');
  return writeRawPdf({
    objects: [
      `<< /Type /Font /Subtype /${subtype} /BaseFont /${font} /FirstChar 65 /LastChar ${64 + names.length}
        /Widths [${widths}] /FontDescriptor ${FIRST_OBJECT + 1} 0 R
        /Encoding << /BaseEncoding /WinAnsiEncoding /Differences [65 ${names.map((name) => `/${name}`).join(' ')}] >> >>`,
      descriptor(font, flags),
    ],
    pages: [page(names.length, codes, 0)],
  });
}

function page(letterCount: number, codes: string, renderMode: number) {
  const width = LEFT_POINTS * 2 + letterCount * LETTER_POINTS;
  return {
    entries: `/MediaBox [0 0 ${width} ${PAGE_HEIGHT_POINTS}] /Resources << /Font << /F ${FIRST_OBJECT} 0 R >> >>`,
    content: `BT /F ${LETTER_POINTS} Tf ${renderMode} Tr ${LEFT_POINTS} ${BASELINE_POINTS} Td <${codes}> Tj ET`,
  };
}

function descriptor(font: string, flags: number): string {
  const italicAngle = (flags & 64) === 0 ? 0 : -12;
  return `<< /Type /FontDescriptor /FontName /${font} /Flags ${flags} /FontBBox [-500 -300 1200 1000]
    /ItalicAngle ${italicAngle} /Ascent 900 /Descent -200 /CapHeight 700 /StemV 80 >>`;
}
