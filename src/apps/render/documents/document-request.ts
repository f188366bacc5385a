import type { JsonValue } from '../../../platform/json-value.ts';
import type { Language } from '../generators/messages/languages.ts';
import type { PaperSize } from '../generators/paper.ts';

/** In colour, or for printers that have black alone: lines and hatches instead of colours, and no greys. */
export const COLOUR_MODES = ['colour', 'bw'] as const;

/** How a document is printed. */
export type ColourMode = (typeof COLOUR_MODES)[number];

/** Whether a text names a way to print documents. */
export function isColourMode(text: string): text is ColourMode {
  return COLOUR_MODES.some((mode) => mode === text);
}

/** What a document is made of. The texts are printed as they are; nothing in them is markup. */
export interface DocumentRequest {
  /** What the caller calls the resource. It is not printed. */
  readonly resourceSlug: string;
  /** Part of the file's name, the title and the footer. */
  readonly resourceName: string;
  /** The generator. */
  readonly resourceView: string;
  /** Printed in the footer. */
  readonly url: string;
  /** Printed at the top of each page. */
  readonly headerText: string;
  readonly paperSize: PaperSize;
  readonly copies: number;
  /** Of the texts that are not the caller's. Default: English. */
  readonly language?: Language;
  /** Default: colour. */
  readonly colourMode?: ColourMode;
  /** The options of the generator, all of them, without the paper's size. */
  readonly options: Readonly<Record<string, JsonValue>>;
  /** A whole number from 0 to 2³² − 1. The same request with the same seed gives the same bytes. Default: by chance. */
  readonly seed?: number;
}

/** A document. */
export interface RenderedDocument {
  readonly filename: string;
  readonly pdf: Uint8Array;
  readonly pages: number;
  /** What the document can be made with again. */
  readonly seed: number;
}

/** How large documents may be. */
export interface DocumentLimits {
  readonly copies: number;
  readonly pages: number;
}

/** Half a second to two seconds of work. */
export const DEFAULT_LIMITS: DocumentLimits = { copies: 1_000, pages: 2_500 };
