import type { PageGeometry } from '../page-size.ts';
import { PageRasterizationError } from '../rasterizer.ts';
import type { PageThread } from './page-thread.ts';
import { giveBackThread, takeThread } from './warm-threads.ts';

/**
 * Reads a PDF for the rasterizers that draw with other programs: so all of them count the same pages, give them the same
 * sizes, and refuse the same files in the same words.
 */
export class PageInspector {
  readonly geometries: readonly (PageGeometry | undefined)[];
  readonly #thread: PageThread;
  /** The thread does one thing after the other. */
  #last: Promise<unknown> = Promise.resolve();

  private constructor(thread: PageThread, geometries: readonly (PageGeometry | undefined)[]) {
    this.#thread = thread;
    this.geometries = geometries;
  }

  /** @throws {InvalidPdfError} */
  static async open(pdfPath: string, signal: AbortSignal): Promise<PageInspector> {
    const thread = takeThread();
    try {
      return new PageInspector(thread, await thread.open(pdfPath, true, signal));
    } catch (error) {
      await giveBackThread(thread);
      throw error;
    }
  }

  /**
   * Looks at one page more closely.
   *
   * @throws {PageRasterizationError} where it is broken, or has no size.
   */
  async inspect(pageNumber: number, signal: AbortSignal): Promise<PageGeometry> {
    const inspection = this.#last.then(() => this.#thread.inspect(pageNumber, signal));
    this.#last = inspection.catch(() => {});
    await inspection;
    const geometry = this.geometries[pageNumber - 1];
    if (!geometry) throw new PageRasterizationError(pageNumber, 'the PDF has no such page.');
    return geometry;
  }

  async close(): Promise<void> {
    await this.#last;
    await giveBackThread(this.#thread);
  }
}
