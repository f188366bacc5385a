/** Something that the search of the admin found. */
export interface SearchHit {
  /** What it is, in a word or two: `Member`. */
  readonly kind: string;
  readonly title: string;
  readonly subtitle?: string;
  /** Where it is: a path below the admin's root. */
  readonly path: string;
}
