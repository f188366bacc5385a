import type { Box } from '../../../../map-kit/box.ts';
import type { Footprint } from '../../catalogue/product.ts';

/** A link of a feed or of a result. */
export interface Link {
  readonly relation: string;
  readonly href: string;
  readonly mediaType: string;
  readonly title?: string;
}

/** A collection or a product that was found. */
export interface SearchResult {
  readonly identifier: string;
  readonly title: string;
  readonly begins?: Date | undefined;
  readonly ends?: Date | undefined;
  readonly footprint?: Footprint | undefined;
  /** One, or two on both sides of the antimeridian. */
  readonly boxes: readonly Box[];
  readonly properties: Readonly<Record<string, string | number>>;
  readonly links: readonly Link[];
}

/** A page of results. */
export interface ResultPage {
  readonly title: string;
  /** What identifies the search: its address without its page. */
  readonly id: string;
  readonly total: number;
  /** From 1. */
  readonly startIndex: number;
  readonly count: number;
  readonly links: readonly Link[];
  readonly results: readonly SearchResult[];
}

/** Returns the interval of a result as texts of ISO 8601 put it: `begin/end`. */
export function intervalText({ begins, ends }: Pick<SearchResult, 'begins' | 'ends'>): string | undefined {
  return begins && ends ? `${begins.toISOString()}/${ends.toISOString()}` : undefined;
}
