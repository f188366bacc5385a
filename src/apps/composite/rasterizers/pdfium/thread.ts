import { parentPort, workerData } from 'node:worker_threads';
import { WhiteSparingEncoder } from '../jpeg/white-sparing-encoder.ts';
import { JPEG_QUALITY } from '../jpeg-encoder.ts';
import { encodePage } from '../page-encoder.ts';
import { InvalidPdfError, PageRasterizationError, PdfLimitError } from '../rasterizer.ts';
import { EncodingGate } from './encoding-gate.ts';
import { FontMapper } from './font-mapper.ts';
import { pictureMemory, startPdfium } from './library.ts';
import { PdfFile } from './pdf-file.ts';
import type { ThreadMessage, ThreadReply, ThreadRequest, ThreadStart } from './thread-messages.ts';

// The entry point of a page thread: it has one PDF open, and draws and encodes one page of it at a time.

if (!parentPort) throw new Error('This module runs in a worker thread only');
const port = parentPort;
const { pdfium: pdfiumModule, jpegEncoder: jpegModule, encodingGate }: ThreadStart = workerData;
const gate = new EncodingGate(encodingGate);
const pdfium = await startPdfium(pdfiumModule);
const fontMapper = new FontMapper(pdfium);
const jpegEncoder = new WhiteSparingEncoder(jpegModule, pictureMemory(pdfium), JPEG_QUALITY);
let file: PdfFile | undefined;

port.on('message', (request: ThreadRequest) => {
  void answer(request);
});

async function answer(request: ThreadRequest): Promise<void> {
  const reply = await replyTo(request).catch(replyToError);
  const moved = reply.kind === 'drawn' && reply.body.buffer instanceof ArrayBuffer ? [reply.body.buffer] : [];
  const message: ThreadMessage = { reply, memoryBytes: pdfium.pdfium.HEAPU8.length };
  port.postMessage(message, moved);
}

async function replyTo(request: ThreadRequest): Promise<ThreadReply> {
  switch (request.kind) {
    case 'open': {
      file?.close();
      file = undefined;
      const opened = new PdfFile(pdfium, fontMapper, request.path);
      file = opened;
      refuseTooManyPages(opened.pageCount, request.maximumPages);
      const pageCount = request.wantsGeometries ? opened.pageCount : 0;
      return {
        kind: 'opened',
        geometries: Array.from({ length: pageCount }, (_, index) => opened.geometry(index)),
      };
    }
    case 'draw': {
      if (!file) throw new Error('No PDF is open');
      const { pixels, warnings } = await file.draw(request.pageNumber, request.plan);
      const encode = () => encodePage(pixels, request.plan, request.format, jpegEncoder);
      const body = await gate.pass(encode).catch((error: unknown) => {
        throw new PageRasterizationError(
          request.pageNumber,
          `its image cannot be written: ${messageOf(error)}`,
          { cause: error, isPermanent: false },
        );
      });
      return { kind: 'drawn', body, warnings };
    }
    case 'inspect':
      if (!file) throw new Error('No PDF is open');
      file.inspect(request.pageNumber);
      return { kind: 'done' };
    case 'close':
      file?.close();
      file = undefined;
      return { kind: 'done' };
  }
}

function refuseTooManyPages(pageCount: number, maximumPages: number): void {
  if (maximumPages === 0 || pageCount <= maximumPages) return;
  throw new PdfLimitError(`The PDF has ${pageCount} pages; PDF_RASTERIZER_MAX_PAGES allows ${maximumPages}.`);
}

function replyToError(error: unknown): ThreadReply {
  // What PDFium says of a document or a page for which it had no memory may be wrong.
  const { refusal } = pdfium.memory;
  if (refusal !== undefined) {
    return { kind: 'crashed', reason: 'it was refused memory', refusedMemory: refusal };
  }
  if (error instanceof InvalidPdfError) {
    return { kind: 'invalid-pdf', message: error.message, isPermanent: error.isPermanent };
  }
  if (error instanceof PdfLimitError) return { kind: 'over-limit', message: error.message };
  if (error instanceof PageRasterizationError) {
    return { kind: 'page-failed', reason: error.reason, isPermanent: error.isPermanent };
  }
  return { kind: 'crashed', reason: messageOf(error) };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
