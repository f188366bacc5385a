import type PDFDocument from 'pdfkit';
import { INK, PAPER, RED } from './sample-colours.ts';

/** A PDF that is being written. */
export type Pdf = InstanceType<typeof PDFDocument>;

/** A part of a page, in points from its upper left corner. */
export interface Area {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** The margin of a page of text, in points. */
export const MARGIN = 64;

/** The typefaces that every reader of PDFs has. */
export const FONTS = {
  serif: 'Times-Roman',
  serifItalic: 'Times-Italic',
  serifBold: 'Times-Bold',
  sans: 'Helvetica',
  sansBold: 'Helvetica-Bold',
} as const;

/** Begins a page: its ground, and its number at the foot. */
export function addPage(
  pdf: Pdf,
  options: { readonly number?: number; readonly colour?: string; readonly layout?: 'landscape' } = {},
): void {
  // The foot is in the bottom margin, where text would otherwise begin a new page.
  pdf.addPage({ size: 'A4', layout: options.layout ?? 'portrait', margin: 0 });
  const { width, height } = pdf.page;
  pdf.rect(0, 0, width, height).fill(options.colour ?? PAPER);
  if (options.number === undefined) return;
  pdf.font(FONTS.serif).fontSize(11).fillColor(INK);
  pdf.text(String(options.number), 0, height - 48, { width, align: 'center', lineBreak: false });
  pdf.moveTo(width / 2 - 16, height - 54).lineTo(width / 2 + 16, height - 54);
  pdf.lineWidth(0.8).stroke(RED);
}

/** A title with a line below it. */
export function heading(pdf: Pdf, title: string, subtitle: string): void {
  pdf.font(FONTS.serifBold).fontSize(32).fillColor(INK).text(title, MARGIN, 72);
  pdf.font(FONTS.serifItalic).fontSize(15).fillColor(RED).text(subtitle, MARGIN, 112);
}
