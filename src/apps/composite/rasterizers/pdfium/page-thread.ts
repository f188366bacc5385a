import { Worker } from 'node:worker_threads';
import { siblingModule } from '../../../../platform/sibling-module.ts';
import type { PageFormat } from '../../settings.ts';
import { compiledEncoder } from '../jpeg/compiled.ts';
import type { PageGeometry, PagePlan } from '../page-size.ts';
import { DrawingCrashError, type EncodedPage } from '../planned-document.ts';
import { InvalidPdfError, PageRasterizationError } from '../rasterizer.ts';
import { compiledPdfium } from './compiled.ts';
import { EncodingGate } from './encoding-gate.ts';
import type { ThreadReply, ThreadRequest, ThreadStart } from './thread-messages.ts';

/** What a thread of normal use takes. A memory of WebAssembly never shrinks, so only its end gives more back. */
const KEPT_MEMORY_BYTES = 192 * 1024 * 1024;

/**
 * A thread with a PDFium of its own, which does one thing after the other:
 *
 *     started ──open──► has a document ──draw…──► ──close──► can open the next
 *        └────────── crash, abort or terminate(): is over ◄──────┘
 */
export class PageThread {
  readonly #worker: Worker;
  readonly #gate = new EncodingGate();
  #pending: PromiseWithResolvers<ThreadReply> | undefined;
  #isOver = false;
  #memoryBytes = 0;

  constructor() {
    const start: ThreadStart = {
      pdfium: compiledPdfium(),
      jpegEncoder: compiledEncoder(),
      encodingGate: this.#gate.memory,
    };
    this.#worker = new Worker(siblingModule(import.meta.url, './thread'), {
      workerData: start,
    });
    this.#worker.on('message', (reply: ThreadReply) => this.#settle(reply));
    this.#worker.on('error', (error) => this.#settle({ kind: 'crashed', reason: error.message }));
    this.#worker.on('exit', () => {
      this.#gate.abandon();
      this.#settle({ kind: 'crashed', reason: 'its thread ended' });
    });
    // A thread that waits for work keeps no process alive.
    this.#worker.unref();
  }

  /** Whether the thread can open another document, and takes no more memory than it should keep. */
  get isReusable(): boolean {
    return !this.#isOver && !this.#pending && this.#memoryBytes <= KEPT_MEMORY_BYTES;
  }

  /**
   * Opens a document, instead of the one before.
   *
   * @returns the geometries of its pages in order, or none where they are not wanted.
   * @throws {InvalidPdfError}
   */
  async open(
    path: string,
    wantsGeometries: boolean,
    signal: AbortSignal,
  ): Promise<readonly (PageGeometry | undefined)[]> {
    const reply = await this.#ask({ kind: 'open', path, wantsGeometries }, signal);
    if (reply.kind === 'opened') return reply.geometries;
    if (reply.kind === 'invalid-pdf') {
      throw new InvalidPdfError(reply.message, { isPermanent: reply.isPermanent });
    }
    if (reply.kind === 'crashed') {
      throw new InvalidPdfError(
        `The PDF is damaged: PDFium broke down when it opened it (${reply.reason}).`,
        // It may have run out of memory.
        { isPermanent: false },
      );
    }
    throw unexpected(reply);
  }

  /**
   * Draws a page and writes it as an image file.
   *
   * @throws {PageRasterizationError} where the page is broken.
   * @throws {DrawingCrashError} where the thread broke down, and is over.
   */
  async draw(
    pageNumber: number,
    plan: PagePlan,
    format: PageFormat,
    signal: AbortSignal,
  ): Promise<EncodedPage> {
    const reply = await this.#ask({ kind: 'draw', pageNumber, plan, format }, signal);
    if (reply.kind === 'drawn') {
      this.#memoryBytes = reply.memoryBytes;
      return { body: reply.body, warnings: reply.warnings };
    }
    if (reply.kind === 'page-failed') {
      throw new PageRasterizationError(pageNumber, reply.reason, { isPermanent: reply.isPermanent });
    }
    if (reply.kind === 'crashed') {
      throw new DrawingCrashError(
        `PDFium failed (${reply.reason}) when it drew the page as ` +
          `${plan.drawnWidthPixels} × ${plan.drawnHeightPixels} pixels.`,
      );
    }
    throw unexpected(reply);
  }

  /**
   * Looks whether a page can be drawn at all.
   *
   * @throws {PageRasterizationError} where it is broken, or has no size.
   */
  async inspect(pageNumber: number, signal: AbortSignal): Promise<void> {
    const reply = await this.#ask({ kind: 'inspect', pageNumber }, signal);
    if (reply.kind === 'done') return;
    if (reply.kind === 'page-failed') {
      throw new PageRasterizationError(pageNumber, reply.reason, { isPermanent: reply.isPermanent });
    }
    if (reply.kind === 'crashed') {
      throw new PageRasterizationError(pageNumber, `PDFium broke down when it read it (${reply.reason}).`, {
        isPermanent: false,
      });
    }
    throw unexpected(reply);
  }

  /** Closes the document; the thread stays for the next one. */
  async close(): Promise<void> {
    await this.#ask({ kind: 'close' }, undefined);
  }

  /** Ends the thread, also in the middle of a page; where it encodes, once that is done. */
  async terminate(): Promise<void> {
    this.#isOver = true;
    // The process stays until the thread has ended.
    this.#worker.ref();
    await this.#gate.close();
    await this.#worker.terminate();
  }

  /** An abort ends the thread: nothing else stops PDFium in the middle of a page. */
  async #ask(request: ThreadRequest, signal: AbortSignal | undefined): Promise<ThreadReply> {
    signal?.throwIfAborted();
    if (this.#isOver) return { kind: 'crashed', reason: 'its thread ended' };
    if (this.#pending) throw new Error('The page thread is busy');
    const pending = Promise.withResolvers<ThreadReply>();
    const abort = () => {
      void this.terminate();
      pending.reject(signal?.reason);
    };
    this.#pending = pending;
    this.#worker.ref();
    signal?.addEventListener('abort', abort, { once: true });
    this.#worker.postMessage(request);
    try {
      return await pending.promise;
    } finally {
      signal?.removeEventListener('abort', abort);
      this.#pending = undefined;
      if (!this.#isOver) this.#worker.unref();
    }
  }

  #settle(reply: ThreadReply): void {
    if (reply.kind === 'crashed' && !this.#isOver) void this.terminate();
    this.#pending?.resolve(reply);
  }
}

function unexpected(reply: ThreadReply): Error {
  return new Error(`The page thread answered something else: ${reply.kind}`);
}
