import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { init, type WrappedPdfiumModule } from '@embedpdf/pdfium';
import sharp from 'sharp';

/** What another program finds in a PDF. */
export interface ReadPdf {
  readonly title: string;
  readonly author: string;
  readonly language: string;
  readonly isTagged: boolean;
  readonly pages: readonly ReadPage[];
}

export interface ReadPage {
  readonly widthPoints: number;
  readonly heightPoints: number;
  /** With single spaces between words. */
  readonly text: string;
}

let started: Promise<WrappedPdfiumModule> | undefined;

/** Reads a PDF with PDFium. */
export async function readPdf(bytes: Uint8Array): Promise<ReadPdf> {
  const pdfium = await startPdfium();
  return withDocument(pdfium, bytes, (document) => ({
    title: metadata(pdfium, document, 'Title'),
    author: metadata(pdfium, document, 'Author'),
    language: utf16(pdfium, (buffer, size) => pdfium.FPDFCatalog_GetLanguage(document, buffer, size)),
    isTagged: pdfium.FPDFCatalog_IsTagged(document),
    pages: Array.from({ length: pdfium.FPDF_GetPageCount(document) }, (_, index) =>
      readPage(pdfium, document, index),
    ),
  }));
}

/** Draws a page of a PDF as a PNG of this width. */
export async function drawPdfPage(
  bytes: Uint8Array,
  pageNumber: number,
  widthPixels: number,
): Promise<Buffer> {
  const pdfium = await startPdfium();
  const picture = withDocument(pdfium, bytes, (document) => {
    const page = pdfium.FPDF_LoadPage(document, pageNumber - 1);
    const width = widthPixels;
    const height = Math.round(
      (pdfium.FPDF_GetPageHeightF(page) / pdfium.FPDF_GetPageWidthF(page)) * widthPixels,
    );
    const bitmap = pdfium.FPDFBitmap_Create(width, height, 0);
    pdfium.FPDFBitmap_FillRect(bitmap, 0, 0, width, height, 0xffffffff);
    // Byte order of red and blue as sharp has it.
    pdfium.FPDF_RenderPageBitmap(bitmap, page, 0, 0, width, height, 0, 0x10);
    const start = pdfium.FPDFBitmap_GetBuffer(bitmap);
    const pixels = Buffer.from(pdfium.pdfium.HEAPU8.slice(start, start + width * height * 4));
    pdfium.FPDFBitmap_Destroy(bitmap);
    pdfium.FPDF_ClosePage(page);
    return { width, height, pixels };
  });
  const { width, height } = picture;
  return sharp(picture.pixels, { raw: { width, height, channels: 4 } })
    .removeAlpha()
    .png({ palette: true, colours: 64, effort: 10 })
    .toBuffer();
}

function startPdfium(): Promise<WrappedPdfiumModule> {
  started ??= (async () => {
    const file = readFileSync(createRequire(import.meta.url).resolve('@embedpdf/pdfium/pdfium.wasm'));
    const pdfium = await init({
      wasmBinary: file.buffer.slice(file.byteOffset, file.byteOffset + file.byteLength),
    });
    pdfium.PDFiumExt_Init();
    return pdfium;
  })();
  return started;
}

function withDocument<Result>(
  pdfium: WrappedPdfiumModule,
  bytes: Uint8Array,
  read: (document: number) => Result,
): Result {
  const { malloc, free } = pdfium.pdfium.wasmExports;
  const start = malloc(bytes.length);
  pdfium.pdfium.HEAPU8.set(bytes, start);
  const document = pdfium.FPDF_LoadMemDocument(start, bytes.length, '');
  if (document === 0) throw new Error('PDFium cannot read the document');
  try {
    return read(document);
  } finally {
    pdfium.FPDF_CloseDocument(document);
    free(start);
  }
}

function readPage(pdfium: WrappedPdfiumModule, document: number, index: number): ReadPage {
  const page = pdfium.FPDF_LoadPage(document, index);
  const textPage = pdfium.FPDFText_LoadPage(page);
  const count = pdfium.FPDFText_CountChars(textPage);
  const text = String.fromCodePoint(
    ...Array.from({ length: count }, (_, at) => pdfium.FPDFText_GetUnicode(textPage, at)),
  );
  const widthPoints = pdfium.FPDF_GetPageWidthF(page);
  const heightPoints = pdfium.FPDF_GetPageHeightF(page);
  pdfium.FPDFText_ClosePage(textPage);
  pdfium.FPDF_ClosePage(page);
  return { widthPoints, heightPoints, text: text.replace(/\s+/g, ' ').trim() };
}

function metadata(pdfium: WrappedPdfiumModule, document: number, name: string): string {
  return utf16(pdfium, (buffer, size) => pdfium.FPDF_GetMetaText(document, name, buffer, size));
}

/** Calls a function of PDFium twice: for the length of a text in bytes, with the two zeros at its end, and for the text. */
function utf16(pdfium: WrappedPdfiumModule, read: (buffer: number, sizeBytes: number) => number): string {
  const { malloc, free } = pdfium.pdfium.wasmExports;
  const sizeBytes = read(0, 0);
  if (sizeBytes < 2) return '';
  const buffer = malloc(sizeBytes);
  read(buffer, sizeBytes);
  const text = Buffer.from(pdfium.pdfium.HEAPU8.slice(buffer, buffer + sizeBytes - 2)).toString('utf16le');
  free(buffer);
  return text;
}
