import type { PageFormat } from '../../settings.ts';
import type { PageGeometry, PagePlan } from '../page-size.ts';
import type { MemoryRefusal } from './library.ts';

/** What a page thread is started with. */
export interface ThreadStart {
  readonly pdfium: WebAssembly.Module;
  readonly jpegEncoder: WebAssembly.Module;
  /** Of the gate that the thread passes to encode. */
  readonly encodingGate: SharedArrayBuffer;
}

/** What a page thread can be asked for; it sends one reply to each request, and gets the next one after that. */
export type ThreadRequest =
  | {
      readonly kind: 'open';
      readonly path: string;
      /** One thread of a document reads the sizes of all pages; for the others it would be wasted time. */
      readonly wantsGeometries: boolean;
      /** 0 for no limit. */
      readonly maximumPages: number;
    }
  | {
      readonly kind: 'draw';
      readonly pageNumber: number;
      readonly plan: PagePlan;
      readonly format: PageFormat;
    }
  | { readonly kind: 'inspect'; readonly pageNumber: number }
  | { readonly kind: 'close' };

/** What a page thread replies. */
export type ThreadReply =
  | { readonly kind: 'opened'; readonly geometries: readonly (PageGeometry | undefined)[] }
  | { readonly kind: 'drawn'; readonly body: Uint8Array; readonly warnings: readonly string[] }
  | { readonly kind: 'done' }
  | { readonly kind: 'invalid-pdf'; readonly message: string; readonly isPermanent: boolean }
  | { readonly kind: 'over-limit'; readonly message: string }
  | { readonly kind: 'page-failed'; readonly reason: string; readonly isPermanent: boolean }
  | ThreadCrash;

/** PDFium has broken down; the thread is of no use any more. */
export interface ThreadCrash {
  readonly kind: 'crashed';
  readonly reason: string;
  /** Why PDFium was refused memory, if it was. */
  readonly refusedMemory?: MemoryRefusal;
}

/** What a page thread sends for each request. */
export interface ThreadMessage {
  readonly reply: ThreadReply;
  /** What PDFium has taken so far: its memory never shrinks. */
  readonly memoryBytes: number;
}
