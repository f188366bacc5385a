import type { FontFace } from '../fonts/font-face.ts';
import { type MapperQuery, readMapperQuery } from '../fonts/font-request.ts';
import { substituteFor } from '../fonts/substitute-font.ts';
import type { Pdfium } from './library.ts';

/** The version of `FPDF_SYSFONTINFO` that lists no fonts in advance, and says of each how heavy it should be. */
const VERSION = 2;

/** The name of the table in front of several fonts in one file: `ttcf`. */
const COLLECTION_TABLE = 0x74746366;

/** Where the header of a collection says at which byte its first font begins. */
const FIRST_FONT_FIELD = 12;

/** Gives PDFium the fonts that a document needs and does not bring, each when it is needed. */
export class FontMapper {
  readonly #pdfium: Pdfium;
  readonly #faces: FontFace[] = [];
  readonly #facesBySize = new Map<number, FontFace>();
  #substitutions = 0;

  /** Registers itself with this instance of PDFium, for as long as that lasts. */
  constructor(pdfium: Pdfium) {
    this.#pdfium = pdfium;
    const { addFunction, setValue, wasmExports } = pdfium.pdfium;
    // The struct FPDF_SYSFONTINFO, in the order of its fields. One function cannot be added twice, with two signatures.
    const fields = [
      VERSION,
      addFunction(() => {}, 'vi'), // Release
      addFunction(() => {}, 'vii'), // EnumFonts
      addFunction(
        (
          _self: number,
          weight: number,
          isItalic: number,
          charset: number,
          pitchFamily: number,
          name: number,
        ) =>
          this.#map({ faceName: this.#text(name), weight, isItalic: isItalic !== 0, charset, pitchFamily }),
        'iiiiiiii',
      ),
      addFunction(() => 0, 'iii'), // GetFont, by the name of a listed font
      addFunction(
        (_self: number, handle: number, table: number, target: number, size: number) =>
          this.#data(handle, table >>> 0, target >>> 0, size >>> 0),
        'iiiiii',
      ),
      addFunction(() => 0, 'iiiii'), // GetFaceName
      addFunction(() => 0, 'iii'), // GetFontCharset
      addFunction(() => {}, 'vii'), // DeleteFont
    ];
    const info = wasmExports.malloc(fields.length * 4);
    fields.forEach((field, index) => {
      setValue(info + index * 4, field, 'i32');
    });
    pdfium.FPDF_SetSystemFontInfo(info);
  }

  /** How many fonts PDFium was given so far: more than before, where a document lacks some. */
  get substitutions(): number {
    return this.#substitutions;
  }

  /** The font that PDFium was given as data of this size. */
  faceOfSize(sizeBytes: number): FontFace | undefined {
    return this.#facesBySize.get(sizeBytes);
  }

  /** A handle of the font, from 1; 0 makes PDFium use one of its own. */
  #map(query: MapperQuery): number {
    this.#substitutions += 1;
    const face = substituteFor(readMapperQuery(query));
    if (!face) return 0;
    const known = this.#faces.indexOf(face);
    return known >= 0 ? known + 1 : this.#faces.push(face);
  }

  /** The length of a font's data, which is copied where there is a target. Of its tables, only what is in front is found. */
  #data(handle: number, table: number, target: number, size: number): number {
    const face = this.#faces[handle - 1];
    if (!face || (table !== 0 && table !== COLLECTION_TABLE)) return 0;
    try {
      const isCollection = face.path.toLowerCase().endsWith('.ttc');
      if (table === COLLECTION_TABLE && !isCollection) return 0;
      if (target !== 0) face.readInto(this.#memory(target, Math.min(size, face.sizeBytes)));
      this.#facesBySize.set(face.sizeBytes, face);
      if (table === COLLECTION_TABLE || !isCollection) return face.sizeBytes;
      // PDFium finds a font of a collection by how much of the file comes from it on.
      const header = new Uint8Array(FIRST_FONT_FIELD + 4);
      face.readInto(header);
      return face.sizeBytes - new DataView(header.buffer).getUint32(FIRST_FONT_FIELD);
    } catch {
      // A font that was removed since: PDFium takes one of its own.
      return 0;
    }
  }

  #text(address: number): string {
    if (address === 0) return '';
    const bytes = this.#pdfium.pdfium.HEAPU8;
    return Buffer.from(bytes.subarray(address, bytes.indexOf(0, address))).toString('latin1');
  }

  #memory(address: number, length: number): Uint8Array {
    return this.#pdfium.pdfium.HEAPU8.subarray(address, address + length);
  }
}
