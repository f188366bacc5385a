import { parentPort, workerData } from 'node:worker_threads';
import { WhiteSparingEncoder } from '../jpeg/white-sparing-encoder.ts';
import { JPEG_QUALITY } from '../jpeg-encoder.ts';
import { encodePage } from '../page-encoder.ts';
import { InvalidPdfError, PageRasterizationError } from '../rasterizer.ts';
import { EncodingGate } from './encoding-gate.ts';
import { FontMapper } from './font-mapper.ts';
import { pictureMemory, startPdfium } from './library.ts';
import { PdfFile } from './pdf-file.ts';
import type { ThreadReply, ThreadRequest, ThreadStart } from './thread-messages.ts';

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
  port.postMessage(reply, moved);
}

async function replyTo(request: ThreadRequest): Promise<ThreadReply> {
  switch (request.kind) {
    case 'open': {
      file?.close();
      file = undefined;
      const opened = new PdfFile(pdfium, fontMapper, request.path);
      file = opened;
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
      return { kind: 'drawn', body, warnings, memoryBytes: pdfium.pdfium.HEAPU8.length };
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

function replyToError(error: unknown): ThreadReply {
  if (error instanceof InvalidPdfError) {
    return { kind: 'invalid-pdf', message: error.message, isPermanent: error.isPermanent };
  }
  if (error instanceof PageRasterizationError) {
    return { kind: 'page-failed', reason: error.reason, isPermanent: error.isPermanent };
  }
  return { kind: 'crashed', reason: messageOf(error) };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
