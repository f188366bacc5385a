import type { Box } from '../../../map-kit/box.ts';
import type { Moment } from '../indexing/moment.ts';
import type { GridWindow } from './heat-map-grid.ts';
import type { TextQuery } from './text-query.ts';

/** A range of time; both ends belong to it. */
export interface TimeRange {
  /** Left out: since ever. */
  readonly from?: Moment;
  /** Left out: for ever. */
  readonly to?: Moment;
}

/** How long the buckets of a histogram are: months by the calendar, or seconds. */
export interface TimeGap {
  readonly unit: 'month' | 'second';
  /** From 1. */
  readonly size: number;
  /** A bucket begins at this month, or at this second. */
  readonly offset: number;
}

/** What a search is for. */
export interface SearchQuery {
  readonly text?: TextQuery;
  readonly time?: TimeRange;
  /** A layer meets one of them at least. */
  readonly boxes?: readonly Box[];
  readonly originator?: string;
  readonly serviceType?: string;
  readonly documents: {
    /** 0: none. */
    readonly limit: number;
    readonly offset: number;
    /** By score: the best first; without a text, all are as good as the others, and the newest come first. */
    readonly sort: 'score' | 'time';
  };
  readonly histogram?: { readonly gap: TimeGap; readonly range: TimeRange };
  readonly heatMap?: GridWindow;
  /** How many of the most frequent there are to be; 0 for none. */
  readonly topWords: number;
  readonly topOriginators: number;
  readonly topServiceTypes: number;
}
