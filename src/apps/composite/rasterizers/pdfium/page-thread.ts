import { Worker } from 'node:worker_threads';
import { siblingModule } from '../../../../platform/sibling-module.ts';
import type { PageFormat } from '../../settings.ts';
import { withinSeconds } from '../../time-limit.ts';
import { compiledEncoder } from '../jpeg/compiled.ts';
import { BYTES_PER_PIXEL, type PageGeometry, type PagePlan } from '../page-size.ts';
import { DrawingCrashError, type EncodedPage } from '../planned-document.ts';
import {
  InvalidPdfError,
  PageRasterizationError,
  PdfLimitError,
  type RasterizerSettings,
} from '../rasterizer.ts';
import { compiledPdfium } from './compiled.ts';
import { EncodingGate } from './encoding-gate.ts';
import { MAXIMUM_MEMORY_BYTES, type MemoryRefusal } from './library.ts';
import type {
  ThreadCrash,
  ThreadMessage,
  ThreadReply,
  ThreadRequest,
  ThreadStart,
} from './thread-messages.ts';

/** What a thread of normal use takes. A memory of WebAssembly never shrinks, so only its end gives more back. */
const KEPT_MEMORY_BYTES = 192 * 1024 * 1024;

/** Pictures of less than this are not what takes the memory. */
const LARGE_PICTURE_BYTES = 32 * 1024 * 1024;

const MEMORY_LIMIT = `${MAXIMUM_MEMORY_BYTES / 1024 ** 3} GiB of memory`;

const ENDED: ThreadCrash = { kind: 'crashed', reason: 'its thread ended' };

/** What a document may ask for, as far as is known when it is opened. */
export type OpeningLimits = Pick<RasterizerSettings, 'maximumPages' | 'pageTimeoutSeconds'>;

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
    this.#worker.on('message', ({ reply, memoryBytes }: ThreadMessage) => {
      this.#memoryBytes = memoryBytes;
      this.#settle(reply);
    });
    this.#worker.on('error', (error) => this.#settle({ kind: 'crashed', reason: error.message }));
    this.#worker.on('exit', () => {
      this.#gate.abandon();
      this.#settle(ENDED);
    });
    // A thread that waits for work keeps no process alive.
    this.#worker.unref();
  }

  /** Whether the thread has ended, or is about to. */
  get isOver(): boolean {
    return this.#isOver;
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
   * @throws {PdfLimitError} if it has more pages than it may, or takes longer than it may.
   */
  async open(
    path: string,
    { wantsGeometries, limits }: { readonly wantsGeometries: boolean; readonly limits: OpeningLimits },
    signal: AbortSignal,
  ): Promise<readonly (PageGeometry | undefined)[]> {
    const { maximumPages, pageTimeoutSeconds } = limits;
    const reply = await withinSeconds(
      pageTimeoutSeconds,
      () =>
        new PdfLimitError(
          `The PDF cannot be opened within the ${pageTimeoutSeconds} seconds that PDF_RASTERIZER_PAGE_TIMEOUT allows.`,
        ),
      signal,
      (limited) => this.#ask({ kind: 'open', path, wantsGeometries, maximumPages }, limited),
    );
    if (reply.kind === 'opened') return reply.geometries;
    if (reply.kind === 'invalid-pdf') {
      throw new InvalidPdfError(reply.message, { isPermanent: reply.isPermanent });
    }
    if (reply.kind === 'over-limit') throw new PdfLimitError(reply.message);
    if (reply.kind === 'crashed') {
      throw new InvalidPdfError(
        reply.refusedMemory === undefined
          ? `The PDF is damaged: PDFium broke down when it opened it (${shownReason(reply)}).`
          : `The PDF cannot be opened: ${memoryFault('that', reply.refusedMemory)}.`,
        { isPermanent: isPermanent(reply) },
      );
    }
    throw unexpected(reply);
  }

  /**
   * Draws a page and writes it as an image file.
   *
   * @throws {PageRasterizationError} if the page is broken.
   * @throws {DrawingCrashError} if the thread broke down, and is over.
   */
  async draw(
    pageNumber: number,
    plan: PagePlan,
    format: PageFormat,
    signal: AbortSignal,
  ): Promise<EncodedPage> {
    const reply = await this.#ask({ kind: 'draw', pageNumber, plan, format }, signal);
    if (reply.kind === 'drawn') return { body: reply.body, warnings: reply.warnings };
    if (reply.kind === 'page-failed') {
      throw new PageRasterizationError(pageNumber, reply.reason, { isPermanent: reply.isPermanent });
    }
    if (reply.kind === 'crashed') {
      throw new DrawingCrashError(drawingFault(reply, plan), { isPermanent: isPermanent(reply) });
    }
    throw unexpected(reply);
  }

  /**
   * Looks whether a page can be drawn at all.
   *
   * @throws {PageRasterizationError} if it is broken.
   */
  async inspect(pageNumber: number, signal: AbortSignal): Promise<void> {
    const reply = await this.#ask({ kind: 'inspect', pageNumber }, signal);
    if (reply.kind === 'done') return;
    if (reply.kind === 'page-failed') {
      throw new PageRasterizationError(pageNumber, reply.reason, { isPermanent: reply.isPermanent });
    }
    if (reply.kind === 'crashed') {
      throw new PageRasterizationError(
        pageNumber,
        reply.refusedMemory === undefined
          ? `it is damaged: PDFium broke down when it read it (${shownReason(reply)}).`
          : `${memoryFault('reading it', reply.refusedMemory)}.`,
        { isPermanent: isPermanent(reply) },
      );
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
    if (this.#isOver) return ENDED;
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

/** What went wrong when a page was drawn, and what helps where something does. */
function drawingFault(crash: ThreadCrash, { drawnWidthPixels, drawnHeightPixels }: PagePlan): string {
  const { refusedMemory } = crash;
  if (refusedMemory === undefined) {
    return `it is damaged: PDFium broke down when it drew it (${shownReason(crash)}).`;
  }
  if (drawnWidthPixels * drawnHeightPixels * BYTES_PER_PIXEL < LARGE_PICTURE_BYTES) {
    return `${memoryFault('its content', refusedMemory)}.`;
  }
  return (
    `${memoryFault(`drawing it as ${drawnWidthPixels} × ${drawnHeightPixels} pixels`, refusedMemory)}. ` +
    'A lower PDF_RASTERIZER_DPI, or a PDF_RASTERIZER_MAX_LENGTH, may help.'
  );
}

function memoryFault(subject: string, refusal: MemoryRefusal): string {
  return `${subject} takes more ${refusal === 'over-limit' ? `than ${MEMORY_LIMIT}` : 'memory than the machine has left'}`;
}

/** A page or PDF that takes more than a thread may have does so each time; other crashes may have other reasons. */
function isPermanent({ refusedMemory }: ThreadCrash): boolean {
  return refusedMemory === 'over-limit';
}

/** `abort()` is how PDFium ends where it finds itself in a state that it does not allow. */
function shownReason({ reason }: ThreadCrash): string {
  return reason.startsWith('Aborted') ? 'it stopped at a fault that it cannot go on after' : reason;
}

function unexpected(reply: ThreadReply): Error {
  return new Error(`The page thread answered something else: ${reply.kind}`);
}
