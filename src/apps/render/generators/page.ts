/** A page of a worksheet: a drawing, or text. */
export type Page = DrawnPage | TextPage;

/** A page that is one picture as large as the paper's room for drawings. */
export interface DrawnPage {
  readonly kind: 'drawing';
  /** A whole SVG document. */
  readonly svg: string;
  /** What differs between copies, written by hand on the drawing. A drawing that many pages share is drawn once. */
  readonly labels?: readonly Label[];
  /** What can be seen, for readers who cannot see it. */
  readonly description: string;
}

/** A line of text on a drawing. Places are those of the drawing, in its units. */
export interface Label {
  /** Where its middle is. */
  readonly x: number;
  readonly baseline: number;
  /** The font's size, in units. */
  readonly size: number;
  readonly text: string;
}

/** A page that is read. */
export interface TextPage {
  readonly kind: 'text';
  readonly title: string;
  readonly blocks: readonly TextBlock[];
}

/** A piece of a page that is read. Nothing in its texts is markup. */
export type TextBlock =
  | { readonly kind: 'heading'; readonly text: string }
  | { readonly kind: 'paragraph'; readonly text: string }
  | { readonly kind: 'steps'; readonly items: readonly string[] }
  | { readonly kind: 'numbers'; readonly items: readonly string[] };
