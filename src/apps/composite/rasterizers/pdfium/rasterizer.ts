import type { PagePlan } from '../page-size.ts';
import { type PageDrawer, planDocument } from '../planned-document.ts';
import type { Rasterizer, RasterizerSettings } from '../rasterizer.ts';
import type { PageThread } from './page-thread.ts';
import { giveBackThread, takeThread } from './warm-threads.ts';

/** The default: PDFium as WebAssembly, in threads, which needs nothing installed. */
export function createPdfiumRasterizer(): Rasterizer {
  return {
    async open(pdfPath, settings, signal) {
      const thread = takeThread();
      try {
        const geometries = await thread.open(pdfPath, true, signal);
        return planDocument(geometries, settings, new PdfiumDrawer(pdfPath, settings, thread));
      } catch (error) {
        await giveBackThread(thread);
        throw error;
      }
    },
  };
}

/** Draws with as many threads as it is asked for pages at a time; each has the document open on its own. */
class PdfiumDrawer implements PageDrawer {
  readonly #pdfPath: string;
  readonly #settings: RasterizerSettings;
  /** Threads that have the document open, and wait for a page. */
  #free: PageThread[];

  constructor(pdfPath: string, settings: RasterizerSettings, firstThread: PageThread) {
    this.#pdfPath = pdfPath;
    this.#settings = settings;
    this.#free = [firstThread];
  }

  async draw(pageNumber: number, plan: PagePlan, signal: AbortSignal): Promise<Uint8Array> {
    const thread = this.#free.pop() ?? (await this.#openAnother(signal));
    try {
      return await thread.draw(pageNumber, plan, this.#settings.format, signal);
    } finally {
      if (thread.isReusable) this.#free.push(thread);
      else await thread.terminate();
    }
  }

  async close(): Promise<void> {
    const threads = this.#free;
    this.#free = [];
    await Promise.all(threads.map(giveBackThread));
  }

  async #openAnother(signal: AbortSignal): Promise<PageThread> {
    const thread = takeThread();
    try {
      await thread.open(this.#pdfPath, false, signal);
      return thread;
    } catch (error) {
      await giveBackThread(thread);
      throw error;
    }
  }
}
