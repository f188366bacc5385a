import { errorMessage } from '../../../platform/error-message.ts';
import { type InstalledProgram, requireProgram, runProgram } from './installed-program.ts';
import { encodePage } from './page-encoder.ts';
import { BYTES_PER_PIXEL, offsetInMediaBox, type PagePlan } from './page-size.ts';
import { PageInspector } from './pdfium/page-inspector.ts';
import { DrawingCrashError, type EncodedPage, type PageDrawer, planDocument } from './planned-document.ts';
import { cutOut, parsePortablePixmap } from './portable-pixmap.ts';
import { PageRasterizationError, type Rasterizer, type RasterizerSettings } from './rasterizer.ts';

const PDFTOPPM: InstalledProgram = {
  command: 'pdftoppm',
  probe: ['-v'],
  debianPackage: 'poppler-utils',
};

/** What a portable pixmap has beside its pixels, generously. */
const HEADER_BYTES = 4096;

/** Draws with poppler's pdftoppm, which has to be installed: for those who need its very pixels. */
export const popplerRasterizer: Rasterizer = {
  async open(pdfPath, settings, signal) {
    await requireProgram(PDFTOPPM, 'poppler', signal);
    const inspector = await PageInspector.open(pdfPath, settings, signal);
    return planDocument(inspector.geometries, settings, new PopplerDrawer(pdfPath, settings, inspector));
  },
};

class PopplerDrawer implements PageDrawer {
  readonly #pdfPath: string;
  readonly #settings: RasterizerSettings;
  readonly #inspector: PageInspector;

  constructor(pdfPath: string, settings: RasterizerSettings, inspector: PageInspector) {
    this.#pdfPath = pdfPath;
    this.#settings = settings;
    this.#inspector = inspector;
  }

  async draw(pageNumber: number, plan: PagePlan, signal: AbortSignal): Promise<EncodedPage> {
    const geometry = await this.#inspector.inspect(pageNumber, signal);
    const { drawnWidthPixels: widthPixels, drawnHeightPixels: heightPixels } = plan;
    this.#refuseBehindMissing(pageNumber);
    const page = ['-f', String(pageNumber), '-l', String(pageNumber)];
    // Its own -cropbox goes astray where a crop box reaches beyond the media box.
    const { leftPixels, topPixels } = offsetInMediaBox(geometry, plan);
    const part = ['-x', leftPixels, '-y', topPixels, '-W', widthPixels, '-H', heightPixels].map(String);
    const printed = await runProgram(
      PDFTOPPM.command,
      [...page, '-r', String(plan.drawnDpi), ...part, this.#pdfPath],
      (widthPixels + 1) * (heightPixels + 1) * BYTES_PER_PIXEL + HEADER_BYTES,
      signal,
    ).catch((error: unknown) => {
      signal.throwIfAborted();
      throw new DrawingCrashError(`pdftoppm failed: ${errorMessage(error)}.`, { cause: error });
    });
    const picture = parsePortablePixmap(printed);
    // For want of memory it prints one pixel, and calls that success.
    if (!picture || picture.widthPixels < widthPixels - 1 || picture.heightPixels < heightPixels - 1) {
      throw new DrawingCrashError(
        `pdftoppm drew no picture of ${widthPixels} × ${heightPixels} pixels, most likely for want of memory. ` +
          'A lower PDF_RASTERIZER_DPI, or a PDF_RASTERIZER_MAX_LENGTH, may help.',
      );
    }
    const { pixels } = cutOut(picture, { leftPixels: 0, topPixels: 0, widthPixels, heightPixels });
    return { body: await encodePage(pixels, plan, this.#settings.format), warnings: [] };
  }

  /** Poppler leaves white, and says nothing, what comes after something that is no page. */
  #refuseBehindMissing(pageNumber: number): void {
    const missingNumber = this.#inspector.geometries.indexOf(undefined) + 1;
    if (missingNumber === 0 || missingNumber > pageNumber) return;
    throw new PageRasterizationError(
      pageNumber,
      `pdftoppm draws no page behind page ${missingNumber}, which the file does not have.`,
    );
  }

  close(): Promise<void> {
    return this.#inspector.close();
  }
}
