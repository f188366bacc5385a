import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { init, type WrappedPdfiumModule } from '@embedpdf/pdfium';
import sharp from 'sharp';

/** What the contact sheet and the table show of a PDF. */
export interface FirstPage {
  /** The first page, as a PNG. */
  readonly png: Uint8Array;
  /** Pages of the whole PDF. */
  readonly pageCount: number;
}

/** PDFium's flag for red, green, blue, alpha in this order. */
const REVERSE_BYTE_ORDER = 0x10;

/** Draws the first page of each PDF. @throws {Error} if something is no PDF. */
export async function drawFirstPages(
  pdfs: readonly Uint8Array[],
  widthPixels: number,
): Promise<readonly FirstPage[]> {
  const pdfium = await startPdfium();
  return Promise.all(
    pdfs.map(async (pdf) => {
      const { pixels, heightPixels, pageCount } = drawFirstPage(pdfium, pdf, widthPixels);
      const raw = { width: widthPixels, height: heightPixels, channels: 4 } as const;
      return { png: await sharp(pixels, { raw }).removeAlpha().png().toBuffer(), pageCount };
    }),
  );
}

async function startPdfium(): Promise<WrappedPdfiumModule> {
  const file = await readFile(createRequire(import.meta.url).resolve('@embedpdf/pdfium/pdfium.wasm'));
  const pdfium = await init({
    wasmBinary: file.buffer.slice(file.byteOffset, file.byteOffset + file.byteLength),
  });
  pdfium.PDFiumExt_Init();
  return pdfium;
}

function drawFirstPage(pdfium: WrappedPdfiumModule, pdf: Uint8Array, width: number) {
  const { malloc, free } = pdfium.pdfium.wasmExports;
  const start = malloc(pdf.length);
  pdfium.pdfium.HEAPU8.set(pdf, start);
  const document = pdfium.FPDF_LoadMemDocument(start, pdf.length, '');
  if (document === 0) throw new Error('PDFium cannot read the document');
  try {
    const page = pdfium.FPDF_LoadPage(document, 0);
    const height = Math.round((pdfium.FPDF_GetPageHeightF(page) / pdfium.FPDF_GetPageWidthF(page)) * width);
    const bitmap = pdfium.FPDFBitmap_Create(width, height, 0);
    pdfium.FPDFBitmap_FillRect(bitmap, 0, 0, width, height, 0xffffffff);
    pdfium.FPDF_RenderPageBitmap(bitmap, page, 0, 0, width, height, 0, REVERSE_BYTE_ORDER);
    const pixelsAt = pdfium.FPDFBitmap_GetBuffer(bitmap);
    const pixels = pdfium.pdfium.HEAPU8.slice(pixelsAt, pixelsAt + width * height * 4);
    pdfium.FPDFBitmap_Destroy(bitmap);
    pdfium.FPDF_ClosePage(page);
    return { pixels, heightPixels: height, pageCount: pdfium.FPDF_GetPageCount(document) };
  } finally {
    pdfium.FPDF_CloseDocument(document);
    free(start);
  }
}
