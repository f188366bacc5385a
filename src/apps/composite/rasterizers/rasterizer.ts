import type { CompositeSettings, PageFormat } from '../settings.ts';

/** The settings of a rasterizer: `PDF_RASTERIZER_*`. */
export type RasterizerSettings = CompositeSettings['rasterizer'];

/** One page of a PDF as an image. */
export interface PageImage {
  /** From 1. */
  readonly pageNumber: number;
  /** The whole image file. */
  readonly body: Buffer;
  readonly widthPixels: number;
  readonly heightPixels: number;
  /** What is not on the page as it should be; each is a sentence that names the page. */
  readonly warnings: readonly string[];
}

/**
 * Gives a page's memory back at once, when nothing reads it any more. The garbage collector sees no hurry in memory
 * outside its own heap: what long documents leave there until it comes would add up.
 */
export function freePage({ body }: PageImage): void {
  const { buffer } = body;
  if (buffer instanceof ArrayBuffer && buffer.byteLength === body.byteLength) buffer.transfer(0);
}

/** An open PDF. */
export interface RasterizableDocument {
  readonly pageCount: number;
  /**
   * The pages, each as soon as it is done, so in no certain order. No more than a few more than `threadCount` are held
   * at any time, however slowly they are taken. Leaving the loop, or the signal, stops the work on all pages.
   *
   * @throws {PageRasterizationError} for the first page that fails, unless broken pages are to be blank; no page comes
   *   after it.
   */
  pages(signal: AbortSignal): AsyncIterable<PageImage>;
  /** Lets go of the file and of everything that was started for it. */
  close(): Promise<void>;
}

/** What draws the pages of PDFs. */
export interface Rasterizer {
  /**
   * Opens a PDF, and reads the sizes of its pages.
   *
   * @throws {InvalidPdfError} if the file is no PDF that can be read.
   * @throws {PdfLimitError} if the PDF asks for more than a setting allows.
   * @throws {MissingProgramError} if the rasterizer needs a program that is not installed.
   */
  open(pdfPath: string, settings: RasterizerSettings, signal: AbortSignal): Promise<RasterizableDocument>;
}

/** The media types of the formats that pages are stored in. */
export const PAGE_MEDIA_TYPES: Readonly<Record<PageFormat, string>> = {
  ppm: 'image/x-portable-pixmap',
  jpg: 'image/jpeg',
  png: 'image/png',
  tiff: 'image/tiff',
};

/** Options of {@link InvalidPdfError} and {@link PageRasterizationError}. */
export interface RasterizationErrorOptions extends ErrorOptions {
  readonly isPermanent?: boolean;
}

/** The file cannot be read as a PDF; the message says what it is instead, or what it lacks. */
export class InvalidPdfError extends Error {
  override readonly name = 'InvalidPdfError';
  /** Whether the file itself is the reason, so that it can never be read; default: true. */
  readonly isPermanent: boolean;

  constructor(message: string, options: RasterizationErrorOptions = {}) {
    super(message, options);
    this.isPermanent = options.isPermanent ?? true;
  }
}

/** The PDF asks for more than a setting allows; the message names the setting. */
export class PdfLimitError extends Error {
  override readonly name = 'PdfLimitError';
}

/** A page cannot be turned into an image; the message names the page, and what to do where something can be done. */
export class PageRasterizationError extends Error {
  override readonly name = 'PageRasterizationError';
  /** From 1. */
  readonly pageNumber: number;
  /** The message without the page. */
  readonly reason: string;
  /** Whether the page itself is the reason, so that it can never be rasterized with these settings; default: true. */
  readonly isPermanent: boolean;

  constructor(pageNumber: number, reason: string, options: RasterizationErrorOptions = {}) {
    super(`Page ${pageNumber} cannot be rasterized: ${reason}`, options);
    this.isPermanent = options.isPermanent ?? true;
    this.pageNumber = pageNumber;
    this.reason = reason;
  }
}

/** A program that the configured rasterizer runs is not installed; the message names it, and the package that brings it. */
export class MissingProgramError extends Error {
  override readonly name = 'MissingProgramError';
}
