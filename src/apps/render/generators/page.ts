/** A page of a worksheet: a drawing, or text. */
export type Page = DrawnPage | TextPage;

/** A page that is one picture as large as the paper's room for drawings. */
export interface DrawnPage {
  readonly kind: 'drawing';
  /** A whole SVG document. */
  readonly svg: string;
  /** A whole SVG document below it, which many pages share: it takes memory once. */
  readonly background?: string;
  /** What can be seen, for readers who cannot see it. */
  readonly description: string;
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
