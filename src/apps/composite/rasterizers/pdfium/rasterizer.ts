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
    // All start at once: by the time that the first knows the pages, the others are ready to draw them.
    const first = takeThread();
    const others = Array.from({ length: threadCount - 1 }, () => openThread(pdfPath, signal));
    let geometries: readonly (PageGeometry | undefined)[];
    try {
      geometries = await first.open(pdfPath, true, signal);
    } catch (error) {
      await Promise.all([giveBackThread(first), ...others.map(giveBackOnceOpen)]);
      throw error;
    }
    const unneeded = others.splice(Math.max(0, geometries.length - 1));
    await Promise.all(unneeded.map(giveBackOnceOpen));
    const drawer = new PdfiumDrawer(pdfPath, settings, [Promise.resolve(first), ...others]);
    return planDocument(geometries, { ...settings, threadCount }, drawer);
  },
};

/** Draws with threads that have the document open, each on its own. */
class PdfiumDrawer implements PageDrawer {
  readonly #pdfPath: string;
  readonly #settings: RasterizerSettings;
  /** Threads that wait for a page, or are about to. */
  #free: Promise<PageThread>[];

  constructor(pdfPath: string, settings: RasterizerSettings, threads: Promise<PageThread>[]) {
    this.#pdfPath = pdfPath;
    this.#settings = settings;
    this.#free = threads;
  }

  async draw(pageNumber: number, plan: PagePlan, signal: AbortSignal): Promise<EncodedPage> {
    const thread = await (this.#free.shift() ?? openThread(this.#pdfPath, signal));
    try {
      return await thread.draw(pageNumber, plan, this.#settings.format, signal);
    } finally {
      if (thread.isReusable) this.#free.unshift(Promise.resolve(thread));
      else await thread.terminate();
    }
  }

  async close(): Promise<void> {
    const threads = this.#free;
    this.#free = [];
    await Promise.all(threads.map(giveBackOnceOpen));
  }
}

/** A thread that has the document open. */
function openThread(pdfPath: string, signal: AbortSignal): Promise<PageThread> {
  const thread = takeThread();
  const opened = thread.open(pdfPath, false, signal).then(
    () => thread,
    async (error: unknown) => {
      await giveBackThread(thread);
      throw error;
    },
  );
  // Who waits for the thread is told; where nobody does any more, it does not matter.
  opened.catch(() => {});
  return opened;
}

async function giveBackOnceOpen(opening: Promise<PageThread>): Promise<void> {
  const thread = await opening.catch(() => undefined);
  if (thread) await giveBackThread(thread);
}
