import { availableParallelism } from 'node:os';
import type { PageGeometry, PagePlan } from '../page-size.ts';
import { type EncodedPage, type PageDrawer, planDocument } from '../planned-document.ts';
import type { Rasterizer, RasterizerSettings } from '../rasterizer.ts';
import type { PageThread } from './page-thread.ts';
import { giveBackThread, takeThread } from './warm-threads.ts';

/** The default: PDFium as WebAssembly, in threads, which needs nothing installed. */
export const pdfiumRasterizer: Rasterizer = {
  async open(pdfPath, settings, signal) {
    // A thread computes all the time: more of them than cores would only take memory.
    const threadCount = Math.min(settings.threadCount, availableParallelism());
    // All start at once: by the time that the first knows the pages, the others are ready to open the document, which
    // takes memory in each of them, and so is left until they have a page to draw.
    const first = takeThread();
    const others = Array.from({ length: threadCount - 1 }, takeThread);
    let geometries: readonly (PageGeometry | undefined)[];
    try {
      geometries = await first.open(pdfPath, { wantsGeometries: true, limits: settings }, signal);
    } catch (error) {
      await Promise.all([first, ...others].map(giveBackThread));
      throw error;
    }
    const unneeded = others.splice(Math.max(0, geometries.length - 1));
    await Promise.all(unneeded.map(giveBackThread));
    const drawer = new PdfiumDrawer(pdfPath, settings, first, others);
    return planDocument(geometries, { ...settings, threadCount }, drawer);
  },
};

/** Draws with threads that have the document open, each on its own. */
class PdfiumDrawer implements PageDrawer {
  readonly #pdfPath: string;
  readonly #settings: RasterizerSettings;
  /** Threads that have the document open, and wait for a page. */
  readonly #free: PageThread[];
  /** Threads that were started for the document, and have not opened it yet. */
  readonly #unopened: PageThread[];

  constructor(
    pdfPath: string,
    settings: RasterizerSettings,
    first: PageThread,
    unopened: readonly PageThread[],
  ) {
    this.#pdfPath = pdfPath;
    this.#settings = settings;
    this.#free = [first];
    this.#unopened = [...unopened];
  }

  async draw(pageNumber: number, plan: PagePlan, signal: AbortSignal): Promise<EncodedPage> {
    const thread = this.#free.pop() ?? (await this.#openThread(signal));
    try {
      return await thread.draw(pageNumber, plan, this.#settings.format, signal);
    } finally {
      if (thread.isReusable) this.#free.push(thread);
      else await thread.terminate();
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.#free.splice(0), ...this.#unopened.splice(0)].map(giveBackThread));
  }

  async #openThread(signal: AbortSignal): Promise<PageThread> {
    const thread = this.#unopened.pop() ?? takeThread();
    try {
      await thread.open(this.#pdfPath, { wantsGeometries: false, limits: this.#settings }, signal);
      return thread;
    } catch (error) {
      await giveBackThread(thread);
      throw error;
    }
  }
}
