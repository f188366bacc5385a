import type { RasterizerEngine } from '../settings.ts';
import type { Rasterizer } from './rasterizer.ts';

/** The rasterizer that `PDF_RASTERIZER_ENGINE` names. Its code is loaded with the first PDF: only one of them is needed. */
export function createRasterizer(engine: RasterizerEngine): Rasterizer {
  return {
    async open(pdfPath, settings, signal) {
      const rasterizer = await load(engine);
      return await rasterizer.open(pdfPath, settings, signal);
    },
  };
}

async function load(engine: RasterizerEngine): Promise<Rasterizer> {
  switch (engine) {
    case 'pdfium':
      return (await import('./pdfium/rasterizer.ts')).pdfiumRasterizer;
    case 'poppler':
      return (await import('./poppler.ts')).popplerRasterizer;
    case 'pdf2pic':
      return (await import('./pdf2pic.ts')).pdf2picRasterizer;
  }
}
