import { HEADER_WINDOW_BYTES, PDF_HEADER } from '../../pdf-header.ts';
import {
  BYTES_PER_PIXEL,
  cropBoxWithin,
  type PageBox,
  type PageGeometry,
  type PagePlan,
} from '../page-size.ts';
import { InvalidPdfError, PageRasterizationError } from '../rasterizer.ts';
import { boxCoordinate } from './box-coordinate.ts';
import { FileBlocks } from './file-blocks.ts';
import { endsAsPdf, type FileOutline, findHeader, readOutline, textOf, trailerFor } from './file-outline.ts';
import type { FontMapper } from './font-mapper.ts';
import type { Pdfium } from './library.ts';
import type { MissingLetters } from './missing-letters.ts';
import { thickenThinStrokes } from './thin-strokes.ts';

/** The codes of `FPDF_GetLastError`, in `fpdfview.h`. */
const FORMAT_ERROR = 3;
const PASSWORD_ERROR = 4;
const SECURITY_ERROR = 5;

/** The kinds of boxes of `EPDF_GetPageBoxByIndex`. */
const MEDIA_BOX = 0;
const CROP_BOX = 1;

/** `FPDFBitmap_BGR`, which `FPDF_REVERSE_BYTE_ORDER` makes RGB: a quarter less memory than with a fourth byte. */
const BITMAP_FORMAT = 2;

/** `FPDF_ANNOT`: draw annotations and form fields too. */
const DRAW_ANNOTATIONS = 0x01;
const REVERSE_BYTE_ORDER = 0x10;

const WHITE = 0xff;

/** PDFium reads positions in a file as signed numbers of 32 bits. */
const MAXIMUM_FILE_BYTES = 2 ** 31 - 1;

/** PDFium keeps every object of a document that it has read: after this much the document is opened anew. */
const READ_BYTES_BEFORE_REOPENING = 64 * 1024 * 1024;

/** A drawn page in PDFium's memory: valid until the next call of any function of that instance. */
export type DrawnPixels = Uint8Array<ArrayBuffer>;

/** A drawn page, and what of it a reader has to know. */
export interface DrawnPage {
  readonly pixels: DrawnPixels;
  /** Sentences without the number of the page. */
  readonly warnings: readonly string[];
}

/** A PDF that PDFium has open. What it needs of the file is read when it is needed. */
export class PdfFile {
  readonly #pdfium: Pdfium;
  readonly #file: FileBlocks;
  readonly #fileAccess: number;
  readonly #readBlock: number;
  readonly #fontMapper: FontMapper;
  readonly #substitutionsBefore: number;
  #missingLetters: MissingLetters | undefined;
  #document = 0;
  /** What PDFium draws form fields with. */
  #form = 0;
  #formInfo = 0;
  #readBytes = 0;
  #picture = 0;
  #pictureBytes = 0;

  /** @throws {InvalidPdfError} */
  constructor(pdfium: Pdfium, fontMapper: FontMapper, path: string) {
    this.#pdfium = pdfium;
    this.#fontMapper = fontMapper;
    this.#substitutionsBefore = fontMapper.substitutions;
    this.#file = openFile(path);
    const { addFunction, setValue, wasmExports } = pdfium.pdfium;
    this.#readBlock = addFunction(
      (_parameter: number, position: number, target: number, length: number) =>
        this.#read(position >>> 0, target >>> 0, length >>> 0),
      'iiiii',
    );
    // The struct FPDF_FILEACCESS: the file's length, the function that reads, and a parameter for it.
    this.#fileAccess = wasmExports.malloc(12);
    setValue(this.#fileAccess, this.#file.sizeBytes, 'i32');
    setValue(this.#fileAccess + 4, this.#readBlock, 'i32');
    setValue(this.#fileAccess + 8, 0, 'i32');
    try {
      this.#checkHeader();
      this.#open();
      if (pdfium.memory.refusal !== undefined) throw new RangeError('it was refused memory');
      if (this.pageCount === 0) throw new InvalidPdfError('No pages can be found in the PDF.');
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /** Pages of the document. */
  get pageCount(): number {
    return this.#pdfium.FPDF_GetPageCount(this.#document);
  }

  /** The boxes and the rotation of a page; undefined if the page tree has no page there. */
  geometry(pageIndex: number): PageGeometry | undefined {
    // PDFium gives a page without a size that of a letter, as other viewers do.
    const mediaBox = this.#box(pageIndex, MEDIA_BOX);
    const cropBox = this.#box(pageIndex, CROP_BOX);
    if (!mediaBox || !cropBox) return undefined;
    return {
      mediaBox,
      cropBox: cropBoxWithin(mediaBox, cropBox),
      rotationDegrees: degrees(this.#pdfium.EPDF_GetPageRotationByIndex(this.#document, pageIndex)),
    };
  }

  /**
   * Draws a page on white. The pixels stay where they are until another page is drawn.
   *
   * @throws {PageRasterizationError} if the page is broken. Anything else that is thrown means that this instance of
   *   PDFium has broken down and cannot be used any more.
   */
  async draw(
    pageNumber: number,
    { box, drawnWidthPixels, drawnHeightPixels, drawnDpi }: PagePlan,
  ): Promise<DrawnPage> {
    const pdfium = this.#pdfium;
    if (this.#readBytes > READ_BYTES_BEFORE_REOPENING) this.#reopen();
    const page = this.#loadPage(pageNumber);
    const warnings = await this.#completeLetters(page);
    thickenThinStrokes(pdfium, page, drawnDpi / 72);
    pdfium.FPDFPage_SetCropBox(page, box.left, box.bottom, box.right, box.top);
    const stride = drawnWidthPixels * BYTES_PER_PIXEL;
    const picture = this.#whitePicture(stride * drawnHeightPixels);
    const bitmap = pdfium.FPDFBitmap_CreateEx(
      drawnWidthPixels,
      drawnHeightPixels,
      BITMAP_FORMAT,
      picture,
      stride,
    );
    const place = [
      0,
      0,
      drawnWidthPixels,
      drawnHeightPixels,
      0,
      DRAW_ANNOTATIONS | REVERSE_BYTE_ORDER,
    ] as const;
    pdfium.FPDF_RenderPageBitmap(bitmap, page, ...place);
    pdfium.FPDF_FFLDraw(this.#form, bitmap, page, ...place);
    pdfium.FPDFBitmap_Destroy(bitmap);
    this.#closePage(page);
    if (pdfium.memory.refusal !== undefined) throw new RangeError('it was refused memory');
    return { pixels: this.#memory(picture, stride * drawnHeightPixels), warnings };
  }

  /** @throws {PageRasterizationError} if the page is broken. */
  inspect(pageNumber: number): void {
    this.#closePage(this.#loadPage(pageNumber));
  }

  /** Closes the document and its file, and frees their memory. */
  close(): void {
    const { removeFunction, wasmExports } = this.#pdfium.pdfium;
    this.#closeDocument();
    if (this.#picture !== 0) wasmExports.free(this.#picture);
    wasmExports.free(this.#fileAccess);
    removeFunction(this.#readBlock);
    this.#file.close();
  }

  #loadPage(pageNumber: number): number {
    const page = this.#pdfium.FPDF_LoadPage(this.#document, pageNumber - 1);
    if (page === 0) throw new PageRasterizationError(pageNumber, 'its description in the PDF is broken.');
    this.#pdfium.FORM_OnAfterLoadPage(page, this.#form);
    return page;
  }

  /** Draws what the fonts lack that PDFium was given for this document; most documents bring all of theirs. */
  async #completeLetters(page: number): Promise<readonly string[]> {
    if (this.#fontMapper.substitutions === this.#substitutionsBefore) return [];
    if (!this.#missingLetters) {
      const { MissingLetters } = await import('./missing-letters.ts');
      this.#missingLetters = new MissingLetters(this.#pdfium, this.#document, this.#fontMapper);
    }
    return await this.#missingLetters.complete(page);
  }

  #closePage(page: number): void {
    this.#pdfium.FORM_OnBeforeClosePage(page, this.#form);
    this.#pdfium.FPDF_ClosePage(page);
  }

  #memory(address: number, length: number): DrawnPixels {
    const { buffer } = this.#pdfium.pdfium.HEAPU8;
    if (!(buffer instanceof ArrayBuffer)) throw new TypeError('PDFium has a memory of an unknown kind');
    return new Uint8Array(buffer, address, length);
  }

  /** What PDFium calls for a piece of the file: 1 for success, 0 for failure. */
  #read(position: number, target: number, length: number): 0 | 1 {
    this.#readBytes += length;
    return this.#file.read(position, this.#memory(target, length)) ? 1 : 0;
  }

  #checkHeader(): void {
    const { sizeBytes } = this.#file;
    if (sizeBytes === 0) throw new InvalidPdfError('The file is empty.');
    if (sizeBytes > MAXIMUM_FILE_BYTES) {
      throw new InvalidPdfError(`The PDF has ${sizeBytes} bytes; PDFium reads up to ${MAXIMUM_FILE_BYTES}.`);
    }
    const headerPosition = findHeader(this.#file);
    if (headerPosition === undefined) {
      const start = textOf(this.#file, 0, Math.min(sizeBytes, 40)).replace(/[^\x20-\x7e]+/g, ' ');
      throw new InvalidPdfError(
        `The file is not a PDF: it starts with ${JSON.stringify(start)} instead of "${PDF_HEADER}", ` +
          `which is not in its first ${HEADER_WINDOW_BYTES} bytes either.`,
      );
    }
    // PDFium itself looks at 1,024 bytes; all positions in a PDF count from its header.
    this.#file.skip(headerPosition);
  }

  #open(): void {
    this.#readBytes = 0;
    const readOutlineOnce = once(() => readOutline(this.#file));
    this.#document = this.#load();
    if (this.#document === 0) this.#loadWithoutTrailer(readOutlineOnce);
    // PDFium makes do with what there is, and what was cut off of the pages would come out white.
    if (!this.#pdfium.FPDF_DocumentHasValidCrossReferenceTable(this.#document)) {
      this.#refuseIfCutOff(readOutlineOnce);
    }
    this.#formInfo = this.#pdfium.PDFiumExt_OpenFormFillInfo();
    this.#form = this.#pdfium.PDFiumExt_InitFormFillEnvironment(this.#document, this.#formInfo);
    this.#pdfium.FPDF_SetFormFieldHighlightAlpha(this.#form, 0);
  }

  #load(): number {
    // The struct FPDF_FILEACCESS starts with the file's length.
    this.#pdfium.pdfium.setValue(this.#fileAccess, this.#file.sizeBytes, 'i32');
    return this.#pdfium.FPDF_LoadCustomDocument(this.#fileAccess, '');
  }

  /** PDFium finds objects that no table lists, but needs a trailer to know which of them is the first. */
  #loadWithoutTrailer(readOutlineOnce: () => FileOutline): void {
    switch (this.#pdfium.FPDF_GetLastError()) {
      case PASSWORD_ERROR:
        throw new InvalidPdfError('The PDF is encrypted, and needs a password to be opened.');
      case SECURITY_ERROR:
        throw new InvalidPdfError('The PDF is encrypted in a way that PDFium does not know.');
      case FORMAT_ERROR:
        this.#refuseIfCutOff(readOutlineOnce);
    }
    const { catalogNumber } = readOutlineOnce();
    if (catalogNumber !== undefined) {
      this.#file.append(trailerFor(catalogNumber));
      this.#document = this.#load();
    }
    if (this.#document === 0) {
      throw new InvalidPdfError('The PDF is damaged: its table of objects cannot be read.');
    }
  }

  #refuseIfCutOff(readOutlineOnce: () => FileOutline): void {
    if (endsAsPdf(this.#file) || readOutlineOnce().isWhole) return;
    throw new InvalidPdfError('The PDF is cut off: its end is missing.');
  }

  #reopen(): void {
    this.#closeDocument();
    this.#open();
  }

  #closeDocument(): void {
    if (this.#document === 0) return;
    if (this.#form !== 0) {
      this.#pdfium.PDFiumExt_ExitFormFillEnvironment(this.#form);
      this.#pdfium.PDFiumExt_CloseFormFillInfo(this.#formInfo);
      this.#form = 0;
    }
    this.#missingLetters?.close();
    this.#missingLetters = undefined;
    this.#pdfium.FPDF_CloseDocument(this.#document);
    this.#document = 0;
  }

  #box(pageIndex: number, kind: typeof MEDIA_BOX | typeof CROP_BOX): PageBox | undefined {
    return this.#withFloats(4, (address, floats) => {
      if (!this.#pdfium.EPDF_GetPageBoxByIndex(this.#document, pageIndex, kind, address)) return undefined;
      const [left = 0, top = 0, right = 0, bottom = 0] = floats();
      return { left, bottom, right, top };
    });
  }

  #withFloats<T>(count: number, use: (address: number, floats: () => number[]) => T): T {
    const { getValue, wasmExports } = this.#pdfium.pdfium;
    const address = wasmExports.malloc(count * 4);
    try {
      return use(address, () =>
        Array.from({ length: count }, (_, index) => boxCoordinate(getValue(address + index * 4, 'float'))),
      );
    } finally {
      wasmExports.free(address);
    }
  }

  /** Memory of the instance, kept from page to page, all white. */
  #whitePicture(bytes: number): number {
    const { wasmExports } = this.#pdfium.pdfium;
    if (bytes > this.#pictureBytes) {
      if (this.#picture !== 0) wasmExports.free(this.#picture);
      this.#pictureBytes = 0;
      this.#picture = wasmExports.malloc(bytes);
      if (this.#picture === 0) throw new RangeError(`it has no memory for a picture of ${bytes} bytes`);
      this.#pictureBytes = bytes;
    }
    this.#memory(this.#picture, bytes).fill(WHITE);
    return this.#picture;
  }
}

function once<Result>(compute: () => Result): () => Result {
  let result: { readonly value: Result } | undefined;
  return () => {
    result ??= { value: compute() };
    return result.value;
  };
}

function openFile(path: string): FileBlocks {
  try {
    return new FileBlocks(path);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new InvalidPdfError(`The file cannot be read: ${reason}`, { cause: error, isPermanent: false });
  }
}

function degrees(quarters: number): PageGeometry['rotationDegrees'] {
  switch (quarters) {
    case 1:
      return 90;
    case 2:
      return 180;
    case 3:
      return 270;
    default:
      return 0;
  }
}
