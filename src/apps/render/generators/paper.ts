/** The papers that worksheets are printed on. */
export const PAPER_SIZES = ['a4', 'letter'] as const;

/** A paper's name, as requests have it. */
export type PaperSize = (typeof PAPER_SIZES)[number];

/** A sheet of paper, and the room between its margins, its header and its footer. */
export interface Paper {
  readonly name: PaperSize;
  readonly widthMillimetres: number;
  readonly heightMillimetres: number;
  /** The width of a drawing, in units. */
  readonly width: number;
  /** The height of a drawing, in units. */
  readonly height: number;
}

/** The papers by their names. */
export const PAPERS: Readonly<Record<PaperSize, Paper>> = {
  a4: { name: 'a4', widthMillimetres: 210, heightMillimetres: 297, width: 1140, height: 1602 },
  letter: { name: 'letter', widthMillimetres: 215.9, heightMillimetres: 279.4, width: 1175, height: 1494 },
};

/** Whether a text names a paper. */
export function isPaperSize(text: unknown): text is PaperSize {
  return PAPER_SIZES.some((name) => name === text);
}
