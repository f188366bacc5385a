import type { PageGeometry } from '../page-size.ts';
import { PageRasterizationError } from '../rasterizer.ts';
import type { OpeningLimits, PageThread } from './page-thread.ts';
import { giveBackThread, takeThread } from './warm-threads.ts';

/**
 * Reads a PDF for the rasterizers that draw with other programs: so all of them count the same pages, give them the same
 * sizes, and refuse the same files in the same words.
 */
export class PageInspector {
  readonly geometries: readonly (PageGeometry | undefined)[];
  readonly #pdfPath: string;
  readonly #limits: OpeningLimits;
  #thread: PageThread;
  /** The thread does one thing after the other. */
  #last: Promise<unknown> = Promise.resolve();

  private constructor(
    pdfPath: string,
    limits: OpeningLimits,
    thread: PageThread,
    geometries: readonly (PageGeometry | undefined)[],
  ) {
    this.#pdfPath = pdfPath;
    this.#limits = limits;
    this.#thread = thread;
    this.geometries = geometries;
  }

  /**
   * @throws {InvalidPdfError}
   * @throws {PdfLimitError}
   */
  static async open(pdfPath: string, limits: OpeningLimits, signal: AbortSignal): Promise<PageInspector> {
    const thread = takeThread();
    try {
      const geometries = await thread.open(pdfPath, { wantsGeometries: true, limits }, signal);
      return new PageInspector(pdfPath, limits, thread, geometries);
    } catch (error) {
      await giveBackThread(thread);
      throw error;
    }
  }

  /**
   * Looks at one page more closely.
   *
   * @throws {PageRasterizationError} if it is broken.
   */
  async inspect(pageNumber: number, signal: AbortSignal): Promise<PageGeometry> {
    const inspection = this.#last.then(() => this.#inspectNow(pageNumber, signal));
    this.#last = inspection.catch(() => {});
    await inspection;
    const geometry = this.geometries[pageNumber - 1];
    if (!geometry) throw new PageRasterizationError(pageNumber, 'the PDF has no such page.');
    return geometry;
  }

  async #inspectNow(pageNumber: number, signal: AbortSignal): Promise<void> {
    if (this.#thread.isOver) {
      // The page before took the thread with it.
      this.#thread = takeThread();
      await this.#thread.open(this.#pdfPath, { wantsGeometries: false, limits: this.#limits }, signal);
    }
    await this.#thread.inspect(pageNumber, signal);
  }

  /** Waits for the page that is being inspected, and gives the thread back. */
  async close(): Promise<void> {
    await this.#last;
    await giveBackThread(this.#thread);
  }
}
