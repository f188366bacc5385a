import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { WrappedPdfiumModule } from '@embedpdf/pdfium';

/** A picture of a page of a document. */
export interface PagePicture {
  readonly png: Buffer;
  /** Pages of the whole document. */
  readonly pageCount: number;
}

/** PDFium's flag for red, green, blue, alpha in this order. */
const REVERSE_BYTE_ORDER = 0x10;

let started: Promise<WrappedPdfiumModule> | undefined;

/**
 * Draws a page of one of our own documents, as it is printed. The page after the last one is the last one.
 *
 * @param pageNumber from 1 on.
 * @throws {Error} if it is no PDF.
 */
export async function drawPagePicture(
  pdf: Uint8Array,
  pageNumber: number,
  widthPixels: number,
): Promise<PagePicture> {
  started ??= startPdfium();
  const [pdfium, { default: sharp }] = await Promise.all([started, import('sharp')]);
  const { pixels, heightPixels, pageCount } = drawPage(pdfium, pdf, pageNumber, widthPixels);
  const raw = { width: widthPixels, height: heightPixels, channels: 4 } as const;
  return { png: await sharp(pixels, { raw }).removeAlpha().png({ palette: true }).toBuffer(), pageCount };
}

async function startPdfium(): Promise<WrappedPdfiumModule> {
  const [{ init }, file] = await Promise.all([
    import('@embedpdf/pdfium'),
    readFile(createRequire(import.meta.url).resolve('@embedpdf/pdfium/pdfium.wasm')),
  ]);
  const pdfium = await init({
    wasmBinary: file.buffer.slice(file.byteOffset, file.byteOffset + file.byteLength),
  });
  pdfium.PDFiumExt_Init();
  return pdfium;
}

function drawPage(pdfium: WrappedPdfiumModule, pdf: Uint8Array, pageNumber: number, width: number) {
  const { malloc, free } = pdfium.pdfium.wasmExports;
  const start = malloc(pdf.length);
  pdfium.pdfium.HEAPU8.set(pdf, start);
  const document = pdfium.FPDF_LoadMemDocument(start, pdf.length, '');
  try {
    if (document === 0) throw new Error('PDFium cannot read the document');
    const pageCount = pdfium.FPDF_GetPageCount(document);
    const page = pdfium.FPDF_LoadPage(document, Math.min(pageNumber, pageCount) - 1);
    const height = Math.round((pdfium.FPDF_GetPageHeightF(page) / pdfium.FPDF_GetPageWidthF(page)) * width);
    const bitmap = pdfium.FPDFBitmap_Create(width, height, 0);
    pdfium.FPDFBitmap_FillRect(bitmap, 0, 0, width, height, 0xffffffff);
    pdfium.FPDF_RenderPageBitmap(bitmap, page, 0, 0, width, height, 0, REVERSE_BYTE_ORDER);
    const pixelsAt = pdfium.FPDFBitmap_GetBuffer(bitmap);
    const pixels = pdfium.pdfium.HEAPU8.slice(pixelsAt, pixelsAt + width * height * 4);
    pdfium.FPDFBitmap_Destroy(bitmap);
    pdfium.FPDF_ClosePage(page);
    return { pixels, heightPixels: height, pageCount };
  } finally {
    if (document !== 0) pdfium.FPDF_CloseDocument(document);
    free(start);
  }
}
