import type { RasterizerEngine } from '../../../settings.ts';
import { createPdf2picRasterizer } from './pdf2pic.ts';
import { createPdfiumRasterizer } from './pdfium/rasterizer.ts';
import { createPopplerRasterizer } from './poppler.ts';
import type { Rasterizer } from './rasterizer.ts';

/** The rasterizer that `PDF_RASTERIZER_ENGINE` names. */
export function createRasterizer(engine: RasterizerEngine): Rasterizer {
  switch (engine) {
    case 'pdfium':
      return createPdfiumRasterizer();
    case 'poppler':
      return createPopplerRasterizer();
    case 'pdf2pic':
      return createPdf2picRasterizer();
  }
}
