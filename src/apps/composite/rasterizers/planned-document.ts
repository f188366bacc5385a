import { withinSeconds } from '../time-limit.ts';
import { MemoryBudget } from './memory-budget.ts';
import { encodePage } from './page-encoder.ts';
import {
  BYTES_PER_PIXEL,
  LETTER,
  type PageGeometry,
  type PagePlan,
  planPage,
  planPageAt,
} from './page-size.ts';
import { streamPages } from './page-stream.ts';
import {
  type PageImage,
  PageRasterizationError,
  type RasterizableDocument,
  type RasterizationErrorOptions,
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
   * @throws {DrawingCrashError} if drawing took more memory than there is.
   */
  draw(pageNumber: number, plan: PagePlan, signal: AbortSignal): Promise<EncodedPage>;
  close(): Promise<void>;
}

/**
 * Drawing a page broke down, most likely for want of memory: at a lower resolution it may work. The message is a sentence
 * about the page.
 */
export class DrawingCrashError extends Error {
  override readonly name = 'DrawingCrashError';
  /** Whether the page itself is the reason, so that it breaks down each time; default: false. */
  readonly isPermanent: boolean;

  constructor(message: string, options: RasterizationErrorOptions = {}) {
    super(message, options);
    this.isPermanent = options.isPermanent ?? false;
  }
}

const WHITE = 0xff;

/** What a page gets that has no size, or one that cannot be drawn. */
const DEFAULT_GEOMETRY: PageGeometry = { mediaBox: LETTER, cropBox: LETTER, rotationDegrees: 0 };

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

  async function drawInTime(pageNumber: number, plan: PagePlan, signal: AbortSignal): Promise<EncodedPage> {
    const { pageTimeoutSeconds } = settings;
    const tooSlow = () =>
      new PageRasterizationError(
        pageNumber,
        `it takes longer than the ${pageTimeoutSeconds} seconds that PDF_RASTERIZER_PAGE_TIMEOUT allows.`,
      );
    return await withinSeconds(pageTimeoutSeconds, tooSlow, signal, (limited) =>
      drawer.draw(pageNumber, plan, limited),
    );
  }

  async function drawWithinMemory(
    pageNumber: number,
    plan: PagePlan,
    signal: AbortSignal,
    draw: (signal: AbortSignal) => Promise<EncodedPage> = (limited) => drawInTime(pageNumber, plan, limited),
  ): Promise<PageImage> {
    const giveBack = await memory.take(pictureBytes(plan), signal);
    try {
      const { body, warnings } = await draw(signal);
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
        throw new PageRasterizationError(pageNumber, lastError.message, {
          cause: lastError,
          isPermanent: lastError.isPermanent,
        });
      }
    }
  }

  /** A page that cannot be drawn, if it is to be blank: of its own size, where that is known. */
  async function blankPage(
    pageNumber: number,
    { message }: PageRasterizationError,
    signal: AbortSignal,
  ): Promise<PageImage> {
    const geometry = geometries[pageNumber - 1] ?? DEFAULT_GEOMETRY;
    const plan =
      planPageAt(geometry, settings.dpi, settings) ??
      planPageAt(geometry, settings.fallbackDpi, settings) ??
      planPage(pageNumber, DEFAULT_GEOMETRY, settings);
    const image = await drawWithinMemory(pageNumber, plan, signal, async () => {
      const white = new Uint8Array(pictureBytes(plan)).fill(WHITE);
      return { body: await encodePage(white, plan, settings.format), warnings: [] };
    });
    return { ...image, warnings: [`${message} It is stored as a blank page.`] };
  }

  async function rasterizeOrLeaveBlank(pageNumber: number, signal: AbortSignal): Promise<PageImage> {
    try {
      return await rasterize(pageNumber, signal);
    } catch (error) {
      if (!(error instanceof PageRasterizationError) || settings.brokenPages === 'fail') throw error;
      return await blankPage(pageNumber, error, signal);
    }
  }

  return {
    pageCount: geometries.length,
    pages: (signal) => streamPages(geometries.length, settings.threadCount, signal, rasterizeOrLeaveBlank),
    close: () => drawer.close(),
  };
}

function pictureBytes({ drawnWidthPixels, drawnHeightPixels }: PagePlan): number {
  return drawnWidthPixels * drawnHeightPixels * BYTES_PER_PIXEL;
}
