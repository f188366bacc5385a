import { fromPath } from 'pdf2pic';
import { type InstalledProgram, requireProgram } from './installed-program.ts';
import { encodePage } from './page-encoder.ts';
import { offsetInMediaBox, type PageGeometry, type PagePlan, sizeAt } from './page-size.ts';
import { PageInspector } from './pdfium/page-inspector.ts';
import { DrawingCrashError, type EncodedPage, type PageDrawer, planDocument } from './planned-document.ts';
import { cutOut, parsePortablePixmap } from './portable-pixmap.ts';
import type { Rasterizer, RasterizerSettings } from './rasterizer.ts';

const PROGRAMS: readonly InstalledProgram[] = [
  { command: 'gm', probe: ['version'], debianPackage: 'graphicsmagick' },
  { command: 'gs', probe: ['--version'], debianPackage: 'ghostscript' },
];

/**
 * Draws with pdf2pic, that is GraphicsMagick with Ghostscript, which have to be installed. Ghostscript leaves white what
 * lies outside a page's crop box, also where the media box is shown.
 */
export const pdf2picRasterizer: Rasterizer = {
  async open(pdfPath, settings, signal) {
    for (const program of PROGRAMS) await requireProgram(program, 'pdf2pic', signal);
    const inspector = await PageInspector.open(pdfPath, settings, signal);
    return planDocument(inspector.geometries, settings, new Pdf2picDrawer(pdfPath, settings, inspector));
  },
};

class Pdf2picDrawer implements PageDrawer {
  readonly #pdfPath: string;
  readonly #settings: RasterizerSettings;
  readonly #inspector: PageInspector;

  constructor(pdfPath: string, settings: RasterizerSettings, inspector: PageInspector) {
    this.#pdfPath = pdfPath;
    this.#settings = settings;
    this.#inspector = inspector;
  }

  /** pdf2pic cannot be stopped: after an abort its programs go on with this page in the background. */
  async draw(pageNumber: number, plan: PagePlan, signal: AbortSignal): Promise<EncodedPage> {
    const geometry = await this.#inspector.inspect(pageNumber, signal);
    // It knows the media box alone; the crop box is cut out of that.
    const { widthPixels, heightPixels } = sizeAt(geometry.mediaBox, geometry.rotationDegrees, plan.drawnDpi);
    const convert = fromPath(this.#pdfPath, {
      format: 'ppm',
      density: Math.max(plan.drawnDpi, leastDpi(geometry)),
      width: widthPixels,
      height: heightPixels,
      preserveAspectRatio: false,
      compression: 'none',
      quality: 100,
    });
    const { buffer } = await untilAborted(convert(pageNumber, { responseType: 'buffer' }), signal);
    const picture = buffer && parsePortablePixmap(buffer);
    if (!picture) {
      throw new DrawingCrashError(
        `GraphicsMagick and Ghostscript drew no picture of ${widthPixels} × ${heightPixels} pixels. ` +
          'A lower PDF_RASTERIZER_DPI, or a PDF_RASTERIZER_MAX_LENGTH, may help.',
      );
    }
    const { pixels } = cutOut(picture, {
      ...offsetInMediaBox(geometry, plan),
      widthPixels: plan.drawnWidthPixels,
      heightPixels: plan.drawnHeightPixels,
    });
    return { body: await encodePage(pixels, plan, this.#settings.format), warnings: [] };
  }

  close(): Promise<void> {
    return this.#inspector.close();
  }
}

/** Ghostscript draws nothing where a page is less than a pixel wide or high, or the resolution is too low. */
function leastDpi({ mediaBox }: PageGeometry): number {
  return Math.max(10, 72 / Math.min(mediaBox.right - mediaBox.left, mediaBox.top - mediaBox.bottom));
}

async function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const abort = () => reject(signal.reason);
  signal.throwIfAborted();
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
