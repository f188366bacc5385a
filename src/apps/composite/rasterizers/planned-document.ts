import { MemoryBudget } from './memory-budget.ts';
import { BYTES_PER_PIXEL, type PageGeometry, type PagePlan, planPage, planPageAt } from './page-size.ts';
import { streamPages } from './page-stream.ts';
import {
  type PageImage,
  PageRasterizationError,
  type RasterizableDocument,
  type RasterizerSettings,
} from './rasterizer.ts';

/** A page as an image file, and what of it a reader has to know. */
export interface EncodedPage {
  readonly body: Uint8Array;
  /** Sentences without the number of the page. */
  readonly warnings: readonly string[];
}

/** What is different from one rasterizer to the other: how a page is drawn whose size is decided. */
export interface PageDrawer {
  /**
   * Draws one page, and writes it as an image file.
   *
   * @throws {DrawingCrashError} where drawing took more memory than there is.
   */
  draw(pageNumber: number, plan: PagePlan, signal: AbortSignal): Promise<EncodedPage>;
  close(): Promise<void>;
}

/** Drawing a page broke down, most likely for want of memory: at a lower resolution it may work. */
export class DrawingCrashError extends Error {
  override readonly name = 'DrawingCrashError';
}

/** What the pictures of all pages that are drawn at a time may take together. */
const SHARED_PICTURE_BYTES = 512 * 1024 * 1024;

/** What each of them may take in any case: an A4 page at 500 DPI takes 73 MB. */
const PICTURE_BYTES = 128 * 1024 * 1024;

/**
 * A document whose pages are drawn by this drawer: several at a time, each at the size that the settings ask for,
 * with fewer at a time where the pages are very large.
 *
 * @param geometries of all pages in order; undefined for a page that cannot be found in the file.
 */
export function planDocument(
  geometries: readonly (PageGeometry | undefined)[],
  settings: RasterizerSettings,
  drawer: PageDrawer,
): RasterizableDocument {
  const memory = new MemoryBudget(Math.max(SHARED_PICTURE_BYTES, settings.threadCount * PICTURE_BYTES));

  async function drawWithinMemory(
    pageNumber: number,
    plan: PagePlan,
    signal: AbortSignal,
  ): Promise<PageImage> {
    const giveBack = await memory.take(
      plan.drawnWidthPixels * plan.drawnHeightPixels * BYTES_PER_PIXEL,
      signal,
    );
    try {
      const { body, warnings } = await drawer.draw(pageNumber, plan, signal);
      const { buffer, byteOffset, byteLength } = body;
      return {
        pageNumber,
        body: Buffer.from(buffer, byteOffset, byteLength),
        widthPixels: plan.widthPixels,
        heightPixels: plan.heightPixels,
        warnings: warnings.map((warning) => `Page ${pageNumber}: ${warning}`),
      };
    } finally {
      giveBack();
    }
  }

  async function rasterize(pageNumber: number, signal: AbortSignal): Promise<PageImage> {
    const geometry = geometries[pageNumber - 1];
    if (!geometry) {
      throw new PageRasterizationError(
        pageNumber,
        `it is one of ${geometries.length} pages that the PDF counts, but the file has no page there.`,
      );
    }
    const plan = planPage(pageNumber, geometry, settings);
    try {
      return await drawWithinMemory(pageNumber, plan, signal);
    } catch (error) {
      if (!(error instanceof DrawingCrashError)) throw error;
      const smallerPlan = planPageAt(geometry, Math.min(settings.fallbackDpi, settings.dpi), settings);
      try {
        if (!smallerPlan || smallerPlan.drawnDpi >= plan.drawnDpi) throw error;
        return await drawWithinMemory(pageNumber, smallerPlan, signal);
      } catch (lastError) {
        if (!(lastError instanceof DrawingCrashError)) throw lastError;
        throw new PageRasterizationError(
          pageNumber,
          `${lastError.message} A lower PDF_RASTERIZER_DPI, or a PDF_RASTERIZER_MAX_LENGTH, takes less memory.`,
          // There may be more memory another time.
          { cause: lastError, isPermanent: false },
        );
      }
    }
  }

  return {
    pageCount: geometries.length,
    pages: (signal) => streamPages(geometries.length, settings.threadCount, signal, rasterize),
    close: () => drawer.close(),
  };
}
